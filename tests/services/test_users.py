"""People are let in by their password, and nobody learns from us whether a name is known."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app.domain.access import Role
from app.domain.errors import Invalid, NotFound
from app.extensions import db
from app.models import AuditEntry, User, user_locations
from app.queries.users import find_account
from app.services import audit, passwords, users
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.world.scripts import everything

pytestmark = pytest.mark.usefixtures("db_session")


def the_user() -> User:
    return db.session.scalars(select(User)).one()


def test_somebody_made_is_let_in_by_name_and_password_however_the_name_is_written() -> None:
    user_id = users.create_user("Ayşe", Role.OPERATOR, "correct horse")
    for name in ("Ayşe", "ayse", " AYŞE "):
        account = users.check_password(name, "correct horse")
        assert account is not None
        assert (account.id, account.username, account.role) == (user_id, "ayse", "operator")
    assert find_account(the_user().session_key) == account
    assert the_user().last_login_date is not None


@pytest.mark.parametrize("password", ["wrong", "", "Correct horse", "correct horse ", "x" * 5_000])
def test_nobody_is_let_in_by_another_password(password: str) -> None:
    users.create_user("ayse", Role.OPERATOR, "correct horse")
    assert users.check_password("ayse", password) is None
    assert users.check_password("bora", password) is None
    assert the_user().last_login_date is None


def test_somebody_switched_off_is_not_let_in() -> None:
    users.create_user("ayse", Role.OPERATOR, "correct horse")
    with unit_of_work():
        db.session.scalars(select(User)).one().is_active = False
    assert users.check_password("ayse", "correct horse") is None


@pytest.mark.usefixtures("dear_passwords")
def test_a_password_is_hashed_at_the_cost_that_is_recommended() -> None:
    users.create_user("ayse", Role.OPERATOR, "correct horse")
    assert the_user().password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert users.check_password("ayse", "correct horse") is not None


@pytest.mark.usefixtures("dear_passwords")
def test_an_unknown_name_takes_a_hash_of_the_same_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    matches = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda kept, given: asked.append(kept) or matches(kept, given))
    users.check_password("nobody", "correct horse")
    assert asked == [passwords.NOBODYS_HASH]
    assert not passwords.is_outdated(passwords.NOBODYS_HASH)


@pytest.mark.usefixtures("dear_passwords")
def test_a_password_kept_at_a_lower_cost_is_kept_at_today_s_after_signing_in() -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("correct horse")
    builders.a_user("ayse", password_hash=cheap)
    assert users.check_password("ayse", "correct horse") is not None
    assert the_user().password_hash != cheap
    assert not passwords.is_outdated(the_user().password_hash)
    assert users.check_password("ayse", "correct horse") is not None


def test_a_new_password_ends_every_session() -> None:
    user_id = users.create_user("ayse", Role.OPERATOR, "old horse")
    before = the_user().session_key
    users.change_password(user_id, "new horse")
    db.session.expire_all()
    assert find_account(before) is None
    assert users.check_password("ayse", "old horse") is None
    assert users.check_password("ayse", "new horse") is not None
    with pytest.raises(NotFound):
        users.change_password(10**9, "new horse")


def test_a_store_manager_has_own_locations() -> None:
    first, second = builders.a_location("ST1"), builders.a_location("ST2")
    users.create_user("bora", Role.STORE_MANAGER, "correct horse", ["ST2", "ST1", "ST1"])
    found = set(db.session.scalars(select(user_locations.c.stock_location_id)))
    assert found == {first.id, second.id}


UNUSABLE = {
    "a name twice": ("AYŞE", "correct horse", [], "username"),
    "no name": ("  ", "correct horse", [], "username"),
    "a long name": ("x" * 151, "correct horse", [], "username"),
    "no password": ("bora", "", [], "password"),
    "a book for a password": ("bora", "x" * 1025, [], "password"),
    "an unknown location": ("bora", "correct horse", ["XX"], "location"),
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_nobody_is_made_of(what: str) -> None:
    name, password, codes, field = UNUSABLE[what]
    users.create_user("ayse", Role.OPERATOR, "correct horse")
    with pytest.raises(Invalid) as caught:
        users.create_user(name, Role.OPERATOR, password, codes)
    assert set(caught.value.errors) == {field}
    assert the_user().username == "ayse"


def test_passwords_are_kept_nowhere_in_the_plain() -> None:
    with audit.acting_as("command line"):
        user_id = users.create_user("ayse", Role.ADMINISTRATOR, "canary-one")
        users.change_password(user_id, "canary-two")
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("command line", "user.created"),
        ("command line", "user.password_changed"),
    ]
    shown = repr([(entry.before, entry.after, entry.reason) for entry in entries]) + repr(everything())
    assert "canary" not in shown
    assert the_user().password_hash.startswith("$argon2id$")
