"""A token is shown once; what is kept of it opens nothing."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from app import clock
from app.domain.access import Scope
from app.domain.errors import Invalid, NotFound
from app.extensions import db
from app.models import AuditEntry, Token
from app.services import tokens
from tests import builders

pytestmark = pytest.mark.usefixtures("db_session")


def the_token() -> Token:
    return db.session.scalars(select(Token)).one()


def test_only_the_digest_and_the_beginning_of_a_token_are_kept() -> None:
    user = builders.a_user("ayse")
    key = tokens.create_token("Ayşe", Scope.WRITE, "stock feed")
    kept = the_token()
    assert kept.digest == sha256(key.encode()).hexdigest() == tokens.digest_of(key)
    assert key.startswith(kept.prefix)
    assert (kept.user_id, kept.scope, kept.label, kept.expires_date) == (user.id, "write", "stock feed", None)
    assert len(key) >= 40
    assert len(kept.prefix) == 12
    entry = db.session.scalars(select(AuditEntry)).one()
    assert key not in repr(entry.after)
    assert entry.after == {"username": "ayse", "scope": "write", "label": "stock feed", "prefix": kept.prefix}


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
