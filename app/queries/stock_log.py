"""The stock log: what attempts saw of a product at a location, as a list and as a course over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.domain.stock_log import breaks_formula
from app.extensions import db
from app.models.orders import OrderItem
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.models.stock_log import StockLogEntry
from app.queries.paging import Page, take_page

MOST_POINTS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLogFilter:
    """Which entries; None means any. `date_to` is the first instant that is too late."""

    order_number: str | None = None
    erp_code: str | None = None
    sku: str | None = None
    date_from: datetime | None = None
    date_to: datetime | None = None

    @property
    def is_one_place(self) -> bool:
        """Whether it is about one product at one location, so that its course can be drawn."""
        return self.erp_code is not None and self.sku is not None


@dataclass(frozen=True, slots=True)
class StockLogRow:
    """One entry; all counts are hundredths of a unit."""

    id: int
    date: datetime
    order_id: int
    order_number: str
    omnitron_id: int
    erp_code: str
    location_name: str
    sku: str
    product_name: str
    stock_count: int
    reservation_count: int
    quantity: int
    unit_type: str

    @property
    def is_broken(self) -> bool:
        """Whether it disagrees with quantity = stock_count − reservation_count (D1)."""
        return breaks_formula(self.stock_count, self.reservation_count, self.quantity)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen at one instant, in hundredths."""

    date: datetime
    stock_count: int
    reservation_count: int
    quantity: int
    order_number: str


def list_entries(wanted: StockLogFilter, page: int, limit: int) -> Page[StockLogRow]:
    """One page of the entries that are wanted, newest first."""
    conditions = _conditions(wanted)
    counting = select(func.count()).select_from(StockLogEntry).where(*conditions)
    count = db.session.execute(counting).scalar_one()
    return take_page(page, limit, count, lambda offset, size: _rows(conditions, count, offset, size))


def course(wanted: StockLogFilter) -> list[Sighting]:
    """The newest entries that are wanted, oldest first, for a chart of one product at one location."""
    rows = db.session.execute(
        select(
            StockLogEntry.date,
            StockLogEntry.stock_count,
            StockLogEntry.reservation_count,
            StockLogEntry.quantity,
            StockLogEntry.order_number,
        )
        .where(*_conditions(wanted))
        .order_by(StockLogEntry.date.desc(), StockLogEntry.id.desc())
        .limit(MOST_POINTS)
    )
    return [Sighting(*row) for row in reversed(rows.all())]


def _conditions(wanted: StockLogFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.order_number is not None:
        found.append(StockLogEntry.order_number == wanted.order_number)
    if wanted.erp_code is not None:
        location = select(StockLocation.id).where(StockLocation.erp_code == wanted.erp_code)
        found.append(StockLogEntry.stock_location_id == location.scalar_subquery())
    if wanted.sku is not None:
        product = select(Product.id).where(Product.sku == wanted.sku)
        found.append(StockLogEntry.product_id == product.scalar_subquery())
    if wanted.date_from is not None:
        found.append(StockLogEntry.date >= wanted.date_from)
    if wanted.date_to is not None:
        found.append(StockLogEntry.date < wanted.date_to)
    return found


def _rows(
    conditions: Sequence[ColumnElement[bool]], count: int, offset: int, limit: int
) -> list[StockLogRow]:
    statement: Select[*tuple[Any, ...]] = select(
        StockLogEntry.id,
        StockLogEntry.date,
        StockLogEntry.order_id,
        StockLogEntry.order_number,
        OrderItem.omnitron_id,
        StockLocation.erp_code,
        StockLocation.name,
        Product.sku,
        Product.name,
        StockLogEntry.stock_count,
        StockLogEntry.reservation_count,
        StockLogEntry.quantity,
        StockLogEntry.unit_type,
    )
    shown = _ids(conditions, count, offset, limit).subquery()
    rows = db.session.execute(
        statement.join(shown, shown.c.id == StockLogEntry.id)
        .join(OrderItem, OrderItem.id == StockLogEntry.order_item_id)
        .join(StockLocation, StockLocation.id == StockLogEntry.stock_location_id)
        .join(Product, Product.id == StockLogEntry.product_id)
        .order_by(StockLogEntry.date.desc(), StockLogEntry.id.desc())
    )
    return [StockLogRow(*row) for row in rows]


def _ids(conditions: Sequence[ColumnElement[bool]], count: int, offset: int, limit: int) -> Any:
    """The ids of a page, found by the index of dates. The log is long: a page of its second half is reached
    from the other end, so that the middle is the slowest."""
    ids = select(StockLogEntry.id).where(*conditions)
    if offset <= count // 2:
        newest_first = ids.order_by(StockLogEntry.date.desc(), StockLogEntry.id.desc())
        return newest_first.offset(offset).limit(limit)
    shown = min(limit, count - offset)
    oldest_first = ids.order_by(StockLogEntry.date, StockLogEntry.id)
    return oldest_first.offset(count - offset - shown).limit(shown)
