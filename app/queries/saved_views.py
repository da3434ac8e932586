"""Saved views as a list offers them: one's own and those shared with everybody, and where one begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select

from app.domain.errors import NotFound
from app.domain.saved_views import ListCode
from app.extensions import db
from app.models.columns import table
from app.models.saved_views import DefaultView, SavedView
from app.models.users import User

_views, _defaults, _users = table(SavedView).c, table(DefaultView).c, table(User).c


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A view as somebody sees it. `is_default`: their list begins with it."""

    id: int
    list_code: str
    name: str
    query: str
    is_shared: bool
    owner_id: int
    owner: str
    is_default: bool


def list_views(code: ListCode, user_id: int) -> list[ViewRow]:
    """The views of a list that somebody sees: their own before the shared ones, each by name."""
    is_others = (_views.owner_id != user_id).label("is_others")
    statement = _seen_by(user_id).where(_views.list_code == code)
    rows = db.session.execute(statement.order_by(is_others, _views.search_name, _views.id))
    return [ViewRow(*row) for row in rows]


def find_view(view_id: int, user_id: int) -> ViewRow:
    """The view of that id. Raises NotFound, also for somebody else's that is not shared."""
    row = db.session.execute(_seen_by(user_id).where(_views.id == view_id)).one_or_none()
    if row is None:
        raise NotFound("view", view_id)
    return ViewRow(*row)


def _seen_by(user_id: int) -> Select[*tuple[Any, ...]]:
    own_default = (_defaults.view_id == _views.id) & (_defaults.user_id == user_id)
    return (
        select(
            _views.id,
            _views.list_code,
            _views.name,
            _views.query,
            _views.is_shared,
            _views.owner_id,
            _users.username,
            _defaults.view_id.is_not(None),
        )
        .select_from(table(SavedView))
        .join(table(User), _users.id == _views.owner_id)
        .outerjoin(table(DefaultView), own_default)
        .where(or_(_views.owner_id == user_id, _views.is_shared))
    )
