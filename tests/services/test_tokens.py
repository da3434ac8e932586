"""A token is shown once; what is kept of it opens nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app import clock, databases
from app.domain.access import Scope
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.tokens import LOGIN_TOKENS_KEPT, TokenState
from app.extensions import db
from app.models import AuditEntry, Token
from app.queries import tokens as lists
from app.queries.tokens import Bearer, TokenFilter
from app.services import tokens
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db_session")


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def the_token() -> Token:
    return db.session.scalars(select(Token)).one()


def test_only_the_digest_and_the_beginning_of_a_token_are_kept() -> None:
    user = builders.a_user("ayse")
    key = tokens.create_token("Ayşe", Scope.WRITE, "stock feed")
    kept = the_token()
    assert kept.digest == sha256(key.encode()).hexdigest() == tokens.digest_of(key)
    assert key.startswith(kept.prefix)
    assert (kept.user_id, kept.scope, kept.label, kept.expires_date) == (user.id, "write", "stock feed", None)
    assert kept.origin == "made"
    assert len(key) >= 40
    assert len(kept.prefix) == 12
    entry = db.session.scalars(select(AuditEntry)).one()
    assert key not in repr(entry.after)
    assert entry.after == {
        "username": "ayse",
        "scope": "write",
        "origin": "made",
        "label": "stock feed",
        "prefix": kept.prefix,
        "expires": None,
    }


def test_no_two_tokens_are_the_same() -> None:
    builders.a_user("ayse")
    assert len({tokens.create_token("ayse", Scope.READ) for _ in range(20)}) == 20


def test_a_token_may_end() -> None:
    builders.a_user("ayse")
    ends = clock.now() + timedelta(days=30)
    tokens.create_token("ayse", Scope.READ, expires_at=ends)
    assert the_token().expires_date == ends


def test_a_revoked_token_stays_revoked_since_then() -> None:
    builders.a_user("ayse")
    tokens.create_token("ayse", Scope.READ)
    tokens.revoke_token(the_token().id)
    db.session.expire_all()
    since = the_token().revoked_date
    assert since is not None
    tokens.revoke_token(the_token().id)
    db.session.expire_all()
    assert the_token().revoked_date == since
    with pytest.raises(NotFound):
        tokens.revoke_token(10**9)


def test_unusable_tokens_are_refused() -> None:
    builders.a_user("ayse")
    for field, arguments in (
        ("username", {"username": "bora"}),
        ("label", {"label": "x" * 151}),
        ("expires_at", {"expires_at": clock.now()}),
    ):
        with pytest.raises(Invalid) as caught:
            tokens.create_token(**{"username": "ayse", "scope": Scope.READ, **arguments})  # type: ignore[arg-type]
        assert set(caught.value.errors) == {field}
    assert db.session.scalars(select(Token)).all() == []


def test_a_form_makes_one_token_however_often_it_is_sent() -> None:
    builders.a_user("ayse")
    tokens.create_token("ayse", Scope.READ, form_key="form-1")
    with pytest.raises(Refused) as caught:
        tokens.create_token("ayse", Scope.READ, form_key="form-1")
    assert caught.value.code == "token_made_before"
    assert the_token().form_key == "form-1"
    tokens.create_token("ayse", Scope.READ, form_key="form-2")


def test_a_form_sent_twice_at_once_makes_one_token(app: Flask) -> None:
    builders.a_user("ayse")
    ended: list[object] = []

    def send() -> None:
        with app.app_context():
            try:
                ended.append(tokens.create_token("ayse", Scope.READ, form_key="form-1"))
            except Refused as refused:
                ended.append(refused.code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, ended))[1:] == ["token_made_before"] * 5
    assert the_token().form_key == "form-1"


def test_signing_in_gives_a_fresh_token_that_may_write_for_thirty_days() -> None:
    user = builders.a_user("ayse")
    with clock.at(NOON):
        key = tokens.create_login_token(user.id)
        kept = the_token()
        assert (kept.digest, kept.user_id, kept.scope) == (tokens.digest_of(key), user.id, "write")
        assert (kept.origin, kept.expires_date) == ("login", NOON + timedelta(days=30))
        assert tokens.create_login_token(user.id) != key
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).first()
    assert entry is not None
    assert (entry.action, entry.actor, entry.user_id) == ("token.created", "ayse", user.id)
    assert key not in repr(entry.after)
    with pytest.raises(NotFound):
        tokens.create_login_token(10**9)


def test_the_newest_login_tokens_are_kept_and_made_ones_are_not_counted() -> None:
    user, other = builders.a_user("ayse"), builders.a_user("bora")
    made = tokens.create_token("ayse", Scope.READ)
    elsewhere = tokens.create_login_token(other.id)
    keys = []
    for minute in range(LOGIN_TOKENS_KEPT + 3):
        with clock.at(clock.now() + timedelta(minutes=minute)):
            keys.append(tokens.create_login_token(user.id))
    kept = set(db.session.scalars(select(Token.digest)))
    assert kept == {tokens.digest_of(key) for key in [made, elsewhere, *keys[3:]]}
    deleted = select(AuditEntry).where(AuditEntry.action == "token.deleted").order_by(AuditEntry.id)
    dropped = db.session.scalars(deleted).all()
    assert [one.before["prefix"] for one in dropped] == [key[:12] for key in keys[:3]]


def test_signing_in_at_once_keeps_no_more_than_it_should(app: Flask) -> None:
    user = builders.a_user("ayse")
    for _ in range(LOGIN_TOKENS_KEPT):
        tokens.create_login_token(user.id)

    def sign_in() -> None:
        with app.app_context():
            tokens.create_login_token(user.id)

    threads = [threading.Thread(target=sign_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert db.session.scalar(select(func.count()).select_from(Token)) == LOGIN_TOKENS_KEPT


def found(key: str, now: datetime | None = None) -> Bearer | None:
    return lists.find_bearer(tokens.digest_of(key), now or clock.now())


def test_a_key_tells_whose_it_is_and_what_it_may_do(app: Flask) -> None:
    user = builders.a_user("ayse", role="administrator")
    key = tokens.create_token("ayse", Scope.WRITE)
    db.session.rollback()
    with counted(app) as sent:
        bearer = found(key)
    assert bearer == Bearer(the_token().id, "write", user.id, "ayse", "administrator", None, True)
    assert len(sent) == 1


def test_the_key_of_a_store_manager_tells_their_locations(app: Flask) -> None:
    own, _foreign = builders.a_location("ST-1"), builders.a_location("ST-2")
    for name, locations in (("ayse", [own]), ("bora", [])):
        builders.a_user(name, role="store_manager", locations=locations)
        key = tokens.create_token(name, Scope.READ)
        db.session.rollback()
        with counted(app) as sent:
            bearer = found(key)
        assert bearer is not None
        assert bearer.location_ids == {one.id for one in locations}
        assert len(sent) == 2


def test_a_key_that_opens_nothing_finds_nobody() -> None:
    builders.a_user("ayse")
    off = builders.a_user("off", is_active=False)
    ends = clock.now() + timedelta(days=30)
    key = tokens.create_token("ayse", Scope.READ, expires_at=ends)
    assert found(key, ends - timedelta(microseconds=1)) is not None
    assert found(key, ends) is None
    assert found(key + "x") is None
    assert found("") is None
    assert found(builders.a_token(off)[0]) is None
    tokens.revoke_token(found(key).token_id)  # type: ignore[union-attr]
    assert found(key) is None


def test_a_use_is_noted_at_most_once_a_minute() -> None:
    _, token = builders.a_token()
    for seconds, noted in ((0, 0), (59, 0), (60, 60), (61, 60)):
        with clock.at(NOON + timedelta(seconds=seconds)):
            tokens.note_use(token.id)
        db.session.expire_all()
        assert the_token().last_used_date == NOON + timedelta(seconds=noted)


def test_a_use_is_due_when_it_was_not_noted_for_a_minute() -> None:
    key, _ = builders.a_token(last_used_date=NOON)
    for seconds, due in ((0, False), (59, False), (60, True)):
        bearer = found(key, NOON + timedelta(seconds=seconds))
        assert bearer is not None
        assert bearer.is_use_due is due


@contextmanager
def _held(app: Flask, token_id: int) -> Iterator[None]:
    """Another connection has changed the token and has not committed yet."""
    options = databases.write_options(db.engine.dialect.name)
    with db.engine.connect().execution_options(**options) as connection, connection.begin() as transaction:
        connection.execute(text("UPDATE tokens SET label = 'held' WHERE id = :id"), {"id": token_id})
        yield
        transaction.rollback()


def test_a_use_is_not_noted_while_the_database_is_busy_and_nobody_waits(app: Flask) -> None:
    _, token = builders.a_token()
    with _held(app, token.id):
        begun = time.monotonic()
        tokens.note_use(token.id)
        assert time.monotonic() - begun < databases.LOCK_WAIT_SECONDS / 2
    db.session.expire_all()
    assert the_token().last_used_date is None
    tokens.note_use(token.id)
    db.session.expire_all()
    assert the_token().last_used_date is not None, "and the connection is as it was"


def test_noting_a_use_neither_joins_nor_ends_the_work_of_the_request() -> None:
    _, token = builders.a_token()
    with pytest.raises(LookupError), unit_of_work():
        builders.a_user("bora")
        tokens.note_use(token.id)
        raise LookupError
    with pytest.raises(Invalid):
        tokens.create_token("bora", Scope.READ)


def test_the_list_shows_tokens_by_owner_state_and_origin() -> None:
    ayse, off = builders.a_user("ayse"), builders.a_user("off", is_active=False)
    builders.a_token(ayse, label="usable", created_date=NOON)
    builders.a_token(ayse, label="ended", expires_date=NOON, created_date=NOON - timedelta(days=1))
    builders.a_token(ayse, label="revoked", revoked_date=NOON, expires_date=NOON)
    builders.a_token(off, label="off", origin="login", expires_date=NOON + timedelta(days=1))

    def labels(**wanted: object) -> list[str]:
        page = lists.list_tokens(TokenFilter(**wanted), NOON, 1, 50)  # type: ignore[arg-type]
        assert page.count == len(page.rows)
        if wanted.get("state"):
            assert {one.state_at(NOON) for one in page.rows} == {wanted["state"]}
        return [one.label for one in page.rows]

    assert labels() == ["off", "revoked", "usable", "ended"], "newest first"
    assert labels(user_id=ayse.id) == ["revoked", "usable", "ended"]
    assert labels(origin="login") == ["off"]
    for state, label in (("usable", "usable"), ("expired", "ended"), ("revoked", "revoked")):
        assert labels(state=TokenState(state)) == [label]
    assert labels(state=TokenState.OWNER_OFF) == ["off"]


def test_a_token_is_found_by_its_owner_only() -> None:
    ayse, bora = builders.a_user("ayse"), builders.a_user("bora")
    _, token = builders.a_token(ayse)
    assert lists.find_token(token.id).username == "ayse"
    assert lists.find_token(token.id, ayse.id).id == token.id
    for asked in ((token.id, bora.id), (10**9, None)):
        with pytest.raises(NotFound):
            lists.find_token(*asked)
