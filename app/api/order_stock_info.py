"""The stock log: what each attempt to plan an order saw of its items at the locations that answered."""

from __future__ import annotations

from msgspec import Struct

from app.api.answers import fixed
from app.api.endpoints import endpoint
from app.api.paging import ListQuery, Page, check, envelope
from app.api.values import Fixed, InstantText, Moment
from app.domain.access import Viewer
from app.queries import stock_log_lists
from app.queries.stock_log_lists import StockLogWanted


class SeenItem(Struct, frozen=True, gc=False):
    """The order item that was to be served."""

    pk: int
    sku: str
    omnitron_id: int
    order_number: str


class SeenStock(Struct, frozen=True, gc=False):
    """`quantity` is `stock_count` less `reservation_count` (D1)."""

    quantity: Fixed
    unit_type: str
    stock_count: Fixed
    reservation_count: Fixed


class StockLogShape(Struct, frozen=True, gc=False):
    """What was seen at one instant."""

    date: InstantText
    order_item: SeenItem
    stock_data: SeenStock


class StockLogQuery(ListQuery, kw_only=True, frozen=True):
    """Instants are included."""

    order_number: str | None = None
    erp_code: str | None = None
    date__gte: Moment | None = None
    date__lte: Moment | None = None


@endpoint(
    "GET", "/api/v1/oms/order-stock-info/", tag="stock", query=StockLogQuery, answers=Page[StockLogShape]
)
def list_stock_log(viewer: Viewer, query: StockLogQuery) -> Page[StockLogShape]:
    """What attempts saw, the newest first."""
    wanted = StockLogWanted(
        order_number=query.order_number,
        erp_code=query.erp_code,
        date_from=query.date__gte,
        date_to=query.date__lte,
    )
    found = stock_log_lists.open_list(wanted, viewer.location_ids)
    check(query, found.count)
    rows = found.entries(query.offset, query.size) if found.count else []
    return envelope(query, found.count, [_shape(*row) for row in rows])


def _shape(
    date: str,
    item_id: int,
    sku: str,
    omnitron_id: int,
    order_number: str,
    quantity: int,
    unit_type: str,
    stock_count: int,
    reservation_count: int,
) -> StockLogShape:
    return StockLogShape(
        date,
        SeenItem(item_id, sku, omnitron_id, order_number),
        SeenStock(fixed(quantity) or "", unit_type, fixed(stock_count) or "", fixed(reservation_count) or ""),
    )
