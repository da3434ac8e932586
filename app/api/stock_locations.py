"""Stores and warehouses."""

from __future__ import annotations

from msgspec import Struct

from app.api.answers import instant
from app.api.endpoints import endpoint
from app.api.paging import ListQuery, Page, page
from app.api.values import InstantText
from app.domain.access import Viewer
from app.domain.facts import LocationType
from app.queries import stock_locations
from app.queries.stock_locations import LocationRow


class StockLocationShape(Struct, frozen=True):
    """`quota` counts its packages below state 400; `last_answer_date` is when its stock was told last."""

    id: int
    erp_code: str
    name: str
    stock_location_type: LocationType
    is_active: bool
    priority: int | None
    max_quota: int | None
    quota: int
    last_answer_date: InstantText | None


@endpoint(
    "GET", "/api/v1/oms/stocklocations/", tag="stock", query=ListQuery, answers=Page[StockLocationShape]
)
def list_stock_locations(viewer: Viewer, query: ListQuery) -> Page[StockLocationShape]:
    """Stock locations, as rules by priority ask them."""
    rows = stock_locations.list_locations(viewer.location_ids)
    return page(query, len(rows), lambda offset, size: rows[offset : offset + size], _shape)


def _shape(row: LocationRow) -> StockLocationShape:
    return StockLocationShape(
        id=row.id,
        erp_code=row.erp_code,
        name=row.name,
        stock_location_type=LocationType(row.stock_location_type),
        is_active=row.is_active,
        priority=row.priority,
        max_quota=row.max_quota,
        quota=row.quota,
        last_answer_date=instant(row.last_answer_date),
    )
