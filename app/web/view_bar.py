"""The saved views above a list: which there are, which one is shown, and whether it was changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import request, url_for
from flask_login import current_user

from app.domain.saved_views import ListCode, may_change, may_share
from app.queries import saved_views
from app.queries.saved_views import ViewRow
from app.web.lists import ListForm

ALL = "all"
ENDPOINTS: Mapping[str, str] = {ListCode.ORDERS: "orders.index", ListCode.PACKAGES: "packages.index"}


@dataclass(frozen=True, slots=True)
class Tab:
    """A view as it is offered; the `row` of None is that of all."""

    row: ViewRow | None
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ViewBar:
    """The views of a list. `query` is what it shows now; `is_changed`: the current view says otherwise."""

    code: ListCode
    tabs: list[Tab]
    current: ViewRow | None
    query: str
    is_changed: bool
    may_change: bool
    may_share: bool

    @property
    def begins_with(self) -> ViewRow | None:
        """The view that the person's list begins with."""
        return next((one.row for one in self.tabs if one.row and one.row.is_default), None)

    @property
    def all_url(self) -> str:
        """Where all of the list is shown."""
        return self.tabs[0].url


def view_bar(form: ListForm) -> ViewBar:
    """The views of the form's list. Asks one statement."""
    assert form.LIST is not None
    rows = saved_views.list_views(form.LIST, current_user.id)
    current = next((one for one in rows if str(one.id) == form.view.data), None)
    query = form.query()
    return ViewBar(
        form.LIST,
        _tabs(form.LIST, rows, current, query),
        current,
        query,
        is_changed=current is not None and _sorted(current.query) != _sorted(query),
        may_change=current is not None and _may_change(current),
        may_share=may_share(current_user.role),
    )


def first_address(bar: ViewBar) -> str | None:
    """Where the list's own address leads: to the view it begins with, if there is one."""
    first = bar.begins_with
    return address_of(first) if first is not None and not request.args else None


def address_of(view: ViewRow) -> str:
    """The address of the list as that view shows it."""
    return list_address(view.list_code, view.query, view=view.id)


def list_address(code: str, query: str, **more: Any) -> str:
    """The address of a list with these parameters."""
    return url_for(ENDPOINTS[code], **{**dict(parse_qsl(query)), **more})


def _tabs(code: ListCode, rows: list[ViewRow], current: ViewRow | None, query: str) -> list[Tab]:
    has_default = any(one.is_default for one in rows)
    # Without parameters the list would lead to the default again.
    all_url = list_address(code, "", **({"view": ALL} if has_default else {}))
    tabs = [Tab(None, all_url, is_current=current is None and not query)]
    return tabs + [Tab(one, address_of(one), one is current) for one in rows]


def _may_change(view: ViewRow) -> bool:
    return may_change(view.owner_id, view.is_shared, current_user.id, current_user.role)


def _sorted(query: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(query))
