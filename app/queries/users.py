"""People who sign in, as a request needs them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.domain.access import DESK
from app.extensions import db
from app.models.columns import table
from app.models.users import User, user_locations

# Every request asks one of these, so they are put together once.
_users = table(User).c
_ACTIVE = select(
    _users.id, _users.username, _users.role, _users.session_key, _users.language, _users.time_zone
).where(_users.is_active)
_BY_SESSION_KEY = _ACTIVE.where(_users.session_key == bindparam("wanted"))
_BY_ID = _ACTIVE.where(_users.id == bindparam("wanted"))


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may be signed in. A session holds `session_key`, so that a new key ends all of them."""

    id: int
    username: str
    role: str
    session_key: str
    language: str | None
    time_zone: str | None


def find_account(session_key: str) -> Account | None:
    """The active user of that session key, or None."""
    return _account(_BY_SESSION_KEY, session_key)


def account_of(user_id: int) -> Account | None:
    """The active user of that id, or None."""
    return _account(_BY_ID, user_id)


def _account(statement: Select[*tuple[Any, ...]], wanted: str | int) -> Account | None:
    row = db.session.execute(statement, {"wanted": wanted}).one_or_none()
    return Account(*row) if row else None


def own_locations(user_id: int, role: str) -> frozenset[int] | None:
    """The ids of the locations whose records somebody may see; None, without a question, for the desk."""
    if role in DESK:
        return None
    own = select(user_locations.c.stock_location_id).where(user_locations.c.user_id == user_id)
    return frozenset(db.session.execute(own).scalars())


def usernames() -> dict[int, str]:
    """Everybody who may sign in: names by id, in the order of names."""
    statement = select(User.id, User.username).where(User.is_active).order_by(User.username)
    return dict(db.session.execute(statement).all())
