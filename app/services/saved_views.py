"""Saved views of lists: made, changed, deleted, and chosen to begin with. Each act in the name of a user."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, update

from app import clock
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.folding import fold
from app.domain.saved_views import LONGEST_KEY, LONGEST_NAME, LONGEST_QUERY, ListCode, may_change, may_share
from app.extensions import db, run
from app.models.columns import table
from app.models.saved_views import DefaultView, SavedView
from app.models.users import User
from app.queries.saved_views import ViewRow, find_view
from app.services import rows
from app.services.unit_of_work import UnitOfWork, unit_of_work

_VIEWS, _DEFAULTS = table(SavedView), table(DefaultView)
_TURN = "saved views"  # names are looked up before they are taken


def create_view(user_id: int, code: ListCode, name: str, query: str, is_shared: bool = False) -> int:
    """Keep the parameters `query` of a list under a name of one's own; the id.

    Raises Invalid for a name that is empty, too long or used by another view of theirs, and for a query that
    is too long; Refused `view_not_shared` for sharing by who may not.
    """
    with unit_of_work() as work:
        work.lock_turn(_TURN)
        _refuse_sharing(user_id, is_shared)
        _refuse_unusable(user_id, code, name, query, None)
        values = {"name": name.strip(), "search_name": fold(name), "query": query, "is_shared": is_shared}
        view_id = rows.add(_VIEWS, {"list_code": code.value, "owner_id": user_id, **values})
        _tell(work, "created", view_id, None, _told({"list_code": code.value, **values}))
        return view_id


def change_view(user_id: int, view_id: int, name: str, is_shared: bool) -> None:
    """Rename or share a view. Raises NotFound, Invalid as above, Refused `view_of_others` or as above.

    Nobody but its owner begins with a view that is shared no more.
    """
    with unit_of_work() as work:
        work.lock_turn(_TURN)
        view = _changeable(user_id, view_id)
        _refuse_sharing(user_id, is_shared)
        _refuse_unusable(view.owner_id, ListCode(view.list_code), name, view.query, view_id)
        values = {"name": name.strip(), "search_name": fold(name), "is_shared": is_shared}
        _change(work, view, values)
        if not is_shared:
            others = (_DEFAULTS.c.view_id == view_id, _DEFAULTS.c.user_id != view.owner_id)
            run(delete(_DEFAULTS).where(*others))


def store_query(user_id: int, view_id: int, query: str) -> None:
    """Let a view show what the list shows now. Raises NotFound, Invalid, Refused `view_of_others`."""
    with unit_of_work() as work:
        view = _changeable(user_id, view_id)
        _refuse_unusable(view.owner_id, ListCode(view.list_code), view.name, query, view_id)
        _change(work, view, {"query": query})


def delete_view(user_id: int, view_id: int) -> None:
    """Forget it; whoever began with it begins with all again. Raises NotFound, Refused `view_of_others`."""
    with unit_of_work() as work:
        view = _changeable(user_id, view_id)
        run(delete(_DEFAULTS).where(_DEFAULTS.c.view_id == view_id))
        run(delete(_VIEWS).where(_VIEWS.c.id == view_id))
        _tell(work, "deleted", view_id, _told(_values(view)), None)


def begin_with(user_id: int, code: ListCode, view_id: int | None) -> None:
    """Let somebody's list begin with a view that they see; with all of it for None. Raises NotFound."""
    with unit_of_work() as work:
        work.lock_turn(_TURN)
        if view_id is not None and find_view(view_id, user_id).list_code != code:
            raise NotFound("view", view_id)
        key = (_DEFAULTS.c.user_id == user_id, _DEFAULTS.c.list_code == code.value)
        changed = None
        if view_id is not None:
            changed = run(update(_DEFAULTS).where(*key).values(view_id=view_id)).rowcount
        else:
            run(delete(_DEFAULTS).where(*key))
        if changed == 0:
            run(insert(_DEFAULTS), {"user_id": user_id, "list_code": code.value, "view_id": view_id})
        _tell(work, "chosen", view_id, None, {"list": code.value})


def _changeable(user_id: int, view_id: int) -> ViewRow:
    view = find_view(view_id, user_id)
    if not may_change(view.owner_id, view.is_shared, user_id, _role(user_id)):
        raise Refused("view_of_others", owner=view.owner)
    return view


def _refuse_sharing(user_id: int, is_shared: bool) -> None:
    if is_shared and not may_share(_role(user_id)):
        raise Refused("view_not_shared")


def _role(user_id: int) -> str:
    found = db.session.get(User, user_id)
    if found is None:
        raise NotFound("user", user_id)
    return found.role


def _refuse_unusable(owner_id: int, code: ListCode, name: str, query: str, own_id: int | None) -> None:
    """Raises Invalid; `own_id` is the view that may bear the name already."""
    key = fold(name)
    if not key:
        raise Invalid({"name": ["is needed"]})
    if len(name.strip()) > LONGEST_NAME or len(key) > LONGEST_KEY:
        raise Invalid({"name": ["is too long"]})
    if len(query) > LONGEST_QUERY:
        raise Invalid({"query": ["is too long"]})
    taken = _VIEWS.select().where(
        _VIEWS.c.owner_id == owner_id, _VIEWS.c.list_code == code.value, _VIEWS.c.search_name == key
    )
    other = run(taken).one_or_none()
    if other is not None and other.id != own_id:
        raise Invalid({"name": ["is taken"]})


def _change(work: UnitOfWork, view: ViewRow, values: dict[str, Any]) -> None:
    rows.change(_VIEWS, view.id, {**values, "modified_date": clock.now()})
    before = {name: value for name, value in _values(view).items() if name in values}
    _tell(work, "changed", view.id, _told(before), _told(values))


def _values(view: ViewRow) -> dict[str, Any]:
    return {"list_code": view.list_code, "name": view.name, "query": view.query, "is_shared": view.is_shared}


def _told(values: dict[str, Any]) -> dict[str, Any]:
    names = {"list_code": "list", "name": "name", "query": "query", "is_shared": "is_shared"}
    return {names[name]: value for name, value in values.items() if name in names}


def _tell(
    work: UnitOfWork,
    act: str,
    view_id: int | None,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    work.audit(f"saved_view.{act}", "saved_view", view_id, before, after)
