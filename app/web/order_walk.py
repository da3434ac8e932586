"""The list an order was opened from, carried in its address: back to it, and on to its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from app.domain.saved_views import LONGEST_QUERY, ListCode
from app.queries import order_walks
from app.queries.order_walks import Walk
from app.web.access import own_locations
from app.web.order_list import OrderListForm
from app.web.view_bar import ALL, list_address

PARAMETER = "in"


@dataclass(frozen=True, slots=True)
class ShownWalk:
    """The place of an order in its list, with addresses."""

    walk: Walk
    list_url: str
    previous_url: str | None
    next_url: str | None


def carried(query: str) -> str:
    """What a link to an order carries of the list it stands in; never empty, so that all is a list, too."""
    return query or ALL


def walk_of(order_id: int) -> ShownWalk | None:
    """The way through the list that the address names; None where it names none. Asks two statements."""
    given = request.args.get(PARAMETER, "")
    if not given or len(given) > LONGEST_QUERY:
        return None
    form = _form(MultiDict(parse_qsl(given)))
    found = order_walks.walk(order_id, form.wanted(), form.sorted_by, own_locations())
    if found is None:
        return None
    query = form.query("columns", "limit")
    address = list_address(ListCode.ORDERS, query or f"view={ALL}")
    return ShownWalk(found, address, _url(found.previous_id, query), _url(found.next_id, query))


def _form(given: MultiDict[str, str]) -> OrderListForm:
    """The list's parameters; the channel is taken by its number, without asking for its name."""
    form = OrderListForm(given)
    channel = given.get("channel", "")
    form.channel.offer({int(channel): ""} if channel.isdecimal() and len(channel) <= 18 else {})
    form.read()
    return form


def _url(order_id: int | None, query: str) -> str | None:
    if order_id is None:
        return None
    values: dict[str, Any] = {"order_id": order_id, PARAMETER: carried(query)}
    return url_for("orders.show", **values)
