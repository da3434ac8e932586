"""API tokens: whose a presented one is, asked with every request of a script; and the list of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select

from app.domain.access import Role
from app.domain.errors import NotFound
from app.domain.tokens import USE_IS_NOTED_EVERY, TokenState, token_state
from app.extensions import db
from app.models.columns import table
from app.models.users import Token, User, user_locations
from app.queries.filters import equal_to
from app.queries.paging import Page, take_page


@dataclass(frozen=True, slots=True)
class Bearer:
    """A usable token and its user. `location_ids` are a store manager's own; None: no such limit."""

    token_id: int
    scope: str
    user_id: int
    username: str
    role: str
    location_ids: frozenset[int] | None
    is_use_due: bool
    """Whether its last use was noted too long ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFilter:
    """Which tokens; None means any. `user_id` is their owner."""

    user_id: int | None = None
    state: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token as people see it: its beginning, never the rest. `is_user_active` is of its owner."""

    id: int
    user_id: int
    username: str
    is_user_active: bool
    label: str
    prefix: str
    scope: str
    origin: str
    created_date: datetime
    expires_date: datetime | None
    last_used_date: datetime | None
    revoked_date: datetime | None

    def state_at(self, now: datetime) -> TokenState:
        """What a request with it would come to."""
        return token_state(
            now,
            revoked_date=self.revoked_date,
            expires_date=self.expires_date,
            is_owner_active=self.is_user_active,
        )


_tokens, _users = table(Token), table(User)
_is_unrevoked = _tokens.c.revoked_date.is_(None)
_has_no_end = _tokens.c.expires_date.is_(None)
# Built once: building a statement costs several times as much as running it.
_BEARER = (
    select(
        _tokens.c.id, _tokens.c.scope, _tokens.c.last_used_date, _users.c.id, _users.c.username, _users.c.role
    )
    .join(_users, _users.c.id == _tokens.c.user_id)
    .where(
        _tokens.c.digest == bindparam("digest"),
        _is_unrevoked,
        or_(_has_no_end, _tokens.c.expires_date > bindparam("now")),
        _users.c.is_active,
    )
)
_OWN_LOCATIONS = select(user_locations.c.stock_location_id).where(
    user_locations.c.user_id == bindparam("user_id")
)


def find_bearer(digest: str, now: datetime) -> Bearer | None:
    """The token of that digest, when it opens anything at `now`: not revoked or expired, its user active."""
    connection = db.session.connection()
    row = connection.execute(_BEARER, {"digest": digest, "now": now}).one_or_none()
    if row is None:
        return None
    token_id, scope, last_used, user_id, username, role = row
    own = None
    if role == Role.STORE_MANAGER:
        own = frozenset(connection.execute(_OWN_LOCATIONS, {"user_id": user_id}).scalars())
    is_due = last_used is None or now - last_used >= USE_IS_NOTED_EVERY
    return Bearer(token_id, scope, user_id, username, role, own, is_due)


def list_tokens(wanted: TokenFilter, now: datetime, page: int, limit: int) -> Page[TokenRow]:
    """One page of the tokens that are wanted, newest first. What is expired is so at `now`."""
    conditions = _conditions(wanted, now)
    counting = select(func.count()).select_from(_tokens).join(_users).where(*conditions)
    count = db.session.execute(counting).scalar_one()
    return take_page(page, limit, count, lambda offset, size: _rows(conditions, offset, size))


def find_token(token_id: int, user_id: int | None = None) -> TokenRow:
    """The token of that id, and of that user where one is named. Raises NotFound."""
    conditions = [_tokens.c.id == token_id] + ([_tokens.c.user_id == user_id] if user_id is not None else [])
    row = db.session.execute(_columns().where(*conditions)).one_or_none()
    if row is None:
        raise NotFound("token", token_id)
    return TokenRow(*row)


def _conditions(wanted: TokenFilter, now: datetime) -> list[ColumnElement[bool]]:
    equal = {_tokens.c.user_id: wanted.user_id, _tokens.c.origin: wanted.origin}
    return equal_to(equal) + _in_state(wanted.state, now)


def _in_state(state: str | None, now: datetime) -> list[ColumnElement[bool]]:
    """The conditions of a TokenState, as `token_state` decides it."""
    is_over: ColumnElement[bool] = _tokens.c.expires_date <= now
    lives = [_is_unrevoked, or_(_has_no_end, _tokens.c.expires_date > now)]
    found: dict[str, list[ColumnElement[bool]]] = {
        TokenState.REVOKED: [_tokens.c.revoked_date.is_not(None)],
        TokenState.EXPIRED: [_is_unrevoked, is_over],
        TokenState.OWNER_OFF: [*lives, ~_users.c.is_active],
        TokenState.USABLE: [*lives, _users.c.is_active],
    }
    return [] if state is None else found[state]


def _rows(conditions: Sequence[ColumnElement[bool]], offset: int, limit: int) -> list[TokenRow]:
    newest_first = (_tokens.c.created_date.desc(), _tokens.c.id.desc())
    statement = _columns().where(*conditions).order_by(*newest_first).offset(offset).limit(limit)
    return [TokenRow(*row) for row in db.session.execute(statement)]


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        _tokens.c.id,
        _tokens.c.user_id,
        _users.c.username,
        _users.c.is_active,
        _tokens.c.label,
        _tokens.c.prefix,
        _tokens.c.scope,
        _tokens.c.origin,
        _tokens.c.created_date,
        _tokens.c.expires_date,
        _tokens.c.last_used_date,
        _tokens.c.revoked_date,
    ).join(_users)
