"""Orders: whole as the vendor answers them, short with ids, and simple for reports."""

from __future__ import annotations

from typing import Any, Literal

from app.api import order_answers
from app.api.choices import NO_CHOICE
from app.api.endpoints import endpoint
from app.api.fragments import Fragments
from app.api.order_shapes import OrderShape, ShortOrderDetail, ShortOrderShape, SimpleOrderShape
from app.api.paging import ListQuery, Page, check, envelope
from app.api.values import Moment, Names, RowId
from app.domain.access import Viewer
from app.domain.errors import Invalid, NotFound
from app.domain.order_types import DeliveryType, PaymentType
from app.domain.orders import OrderState
from app.queries import counters, order_lists
from app.queries.counters import REFERENCE_VERSIONS
from app.queries.order_lists import OrderFilter

Sort = Literal[
    "id",
    "-id",
    "number",
    "-number",
    "state__enum_value",
    "-state__enum_value",
    "channel",
    "-channel",
    "payment_type",
    "-payment_type",
    "delivery_type",
    "-delivery_type",
    "date_placed",
    "-date_placed",
    "created_date",
    "-created_date",
    "modified_date",
    "-modified_date",
]
PATH = "/api/v1/oms/orders/"
ONE = f"{PATH}<int:order_id>/"


class OrderQuery(ListQuery, kw_only=True, frozen=True):
    """`number__in` takes several numbers, divided by commas; `channel` is an id. Instants are included."""

    number: str | None = None
    number__in: Names | None = None
    state__enum_value: OrderState | None = None
    channel: RowId | None = None
    payment_type: str | None = None
    delivery_type: str | None = None
    date_placed__gte: Moment | None = None
    date_placed__lte: Moment | None = None
    created_date__gte: Moment | None = None
    created_date__lte: Moment | None = None
    modified_date__gte: Moment | None = None
    modified_date__lte: Moment | None = None
    sort: Sort = "-id"


class SimpleOrderQuery(OrderQuery, kw_only=True, frozen=True):
    """Sorted by `modified_date`, so that an export can go on where it stopped."""

    sort: Sort = "modified_date"


@endpoint("GET", PATH, tag="orders", query=OrderQuery, answers=Page[OrderShape])
def list_orders(viewer: Viewer, query: OrderQuery) -> Page[OrderShape]:
    """Whole orders, the newest first."""
    found = order_lists.open_list(_filter(query), viewer.location_ids, REFERENCE_VERSIONS)
    known = Fragments(found.sums)
    return _page(query, found, lambda ids: order_answers.whole(ids, known))


@endpoint("GET", f"{PATH}short/", tag="orders", query=OrderQuery, answers=Page[ShortOrderShape])
def list_short_orders(viewer: Viewer, query: OrderQuery) -> Page[ShortOrderShape]:
    """Orders with ids in place of what they refer to, the newest first."""
    found = order_lists.open_list(_filter(query), viewer.location_ids)
    return _page(query, found, order_answers.short)


@endpoint("GET", f"{PATH}list-simple/", tag="orders", query=SimpleOrderQuery, answers=Page[SimpleOrderShape])
def list_simple_orders(viewer: Viewer, query: SimpleOrderQuery) -> Page[SimpleOrderShape]:
    """Orders as rows for reports, the one that changed last at the end."""
    found = order_lists.open_list(_filter(query), viewer.location_ids)
    return _page(query, found, order_answers.simple)


@endpoint("GET", ONE, tag="orders", answers=OrderShape)
def show_order(viewer: Viewer, order_id: int) -> OrderShape:
    """One whole order."""
    _check_visible(viewer, order_id)
    known = Fragments(counters.read(REFERENCE_VERSIONS))
    for shape in order_answers.whole([order_id], known):
        return shape
    raise NotFound("order", order_id)


@endpoint("GET", f"{ONE}short/", tag="orders", answers=ShortOrderDetail)
def show_short_order(viewer: Viewer, order_id: int) -> ShortOrderDetail:
    """One short order with its items."""
    _check_visible(viewer, order_id)
    found = order_answers.short_detail(order_id)
    if found is None:
        raise NotFound("order", order_id)
    return found


def _page(query: OrderQuery, found: order_lists.OrderList, shapes: Any) -> Page[Any]:
    check(query, found.count)
    ids = found.ids(query.sort, query.offset, query.size) if found.count else []
    return envelope(query, found.count, shapes(ids))


def _check_visible(viewer: Viewer, order_id: int) -> None:
    """Raises NotFound; whoever sees everything need not be asked about."""
    if viewer.location_ids is not None and not order_lists.is_order(order_id, viewer.location_ids):
        raise NotFound("order", order_id)


def _filter(query: OrderQuery) -> OrderFilter:
    """Raises Invalid for a channel that is not there, and for types that neither we nor any order know."""
    unknown: dict[str, list[str]] = {}
    if query.channel is not None and not order_lists.is_channel(query.channel):
        unknown["channel"] = [NO_CHOICE]
    for name, named in (("payment_type", PaymentType), ("delivery_type", DeliveryType)):
        value = getattr(query, name)
        if value is not None and value not in list(named) and not order_lists.is_used(name, value):
            unknown[name] = [NO_CHOICE]
    if unknown:
        raise Invalid(unknown)
    return OrderFilter(
        number=query.number,
        numbers=query.number__in,
        state=query.state__enum_value,
        channel_id=query.channel,
        payment_type=query.payment_type,
        delivery_type=query.delivery_type,
        placed_from=query.date_placed__gte,
        placed_to=query.date_placed__lte,
        created_from=query.created_date__gte,
        created_to=query.created_date__lte,
        modified_from=query.modified_date__gte,
        modified_to=query.modified_date__lte,
    )
