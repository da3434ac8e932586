"""People who sign in, as a request needs them."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from app.domain.access import DESK
from app.extensions import db
from app.models.users import User, user_locations


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
    return _account(User.session_key == session_key)


def account_of(user_id: int) -> Account | None:
    """The active user of that id, or None."""
    return _account(User.id == user_id)


def _account(condition: ColumnElement[bool]) -> Account | None:
    columns = (User.id, User.username, User.role, User.session_key, User.language, User.time_zone)
    row = db.session.execute(select(*columns).where(condition, User.is_active)).one_or_none()
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
