"""People who may sign in, for those who administer them: role, locations, when they were last here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.domain.errors import NotFound
from app.extensions import db
from app.models.stock_locations import StockLocation
from app.models.users import Token, User, user_locations
from app.queries.paging import Page, take_page


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilter:
    """Which people; None means any. `username` is a part of it, folded."""

    username: str | None = None
    role: str | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class UserRow:
    """Somebody. `tokens` counts those that open something; `locations` are their own, by code and name."""

    id: int
    username: str
    role: str
    is_active: bool
    created_date: datetime
    last_login_date: datetime | None
    tokens: int
    locations: Mapping[str, str]


def list_users(wanted: UserFilter, now: datetime, page: int, limit: int) -> Page[UserRow]:
    """One page of the people who are wanted, by name. Tokens are those usable at `now`."""
    conditions = _conditions(wanted)
    count = db.session.execute(select(func.count()).select_from(User).where(*conditions)).scalar_one()
    return take_page(page, limit, count, lambda offset, size: _rows(conditions, now, offset, size))


def find_user(user_id: int, now: datetime) -> UserRow:
    """The person of that id. Raises NotFound."""
    found = _rows([User.id == user_id], now, 0, 1)
    if not found:
        raise NotFound("user", user_id)
    return found[0]


def location_names() -> dict[str, str]:
    """Every location by its code, in the order of names."""
    rows = db.session.execute(select(StockLocation.erp_code, StockLocation.name).order_by(StockLocation.name))
    return dict(rows.all())


def _conditions(wanted: UserFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.username is not None:
        found.append(User.username.contains(wanted.username, autoescape=True))
    if wanted.role is not None:
        found.append(User.role == wanted.role)
    if wanted.is_active is not None:
        found.append(User.is_active == wanted.is_active)
    return found


def _rows(conditions: Sequence[ColumnElement[bool]], now: datetime, offset: int, limit: int) -> list[UserRow]:
    statement = _columns(now).where(*conditions).order_by(User.username).offset(offset).limit(limit)
    rows = db.session.execute(statement).all()
    locations = _locations([row[0] for row in rows])
    return [UserRow(*(*row, locations.get(row[0], {}))) for row in rows]


def _columns(now: datetime) -> Select[*tuple[Any, ...]]:
    usable = (
        select(func.count())
        .select_from(Token)
        .where(
            Token.user_id == User.id,
            Token.revoked_date.is_(None),
            or_(Token.expires_date.is_(None), Token.expires_date > now),
        )
    )
    return select(
        User.id,
        User.username,
        User.role,
        User.is_active,
        User.created_date,
        User.last_login_date,
        usable.correlate(User).scalar_subquery(),
    )


def _locations(user_ids: Collection[int]) -> Mapping[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = db.session.execute(
        select(user_locations.c.user_id, StockLocation.erp_code, StockLocation.name)
        .join(StockLocation, StockLocation.id == user_locations.c.stock_location_id)
        .where(user_locations.c.user_id.in_(user_ids))
        .order_by(StockLocation.name)
    )
    for user_id, erp_code, name in rows:
        found[user_id][erp_code] = name
    return found
