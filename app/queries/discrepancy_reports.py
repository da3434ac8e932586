"""Reports of missing stock for people: with product and location, who said so, and what each one blocks.

The archive of removed reports is listed here too, and nowhere else (D4).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.errors import NotFound
from app.extensions import db
from app.models.inventory_discrepancies import IS_ACTIVE, InventoryDiscrepancy
from app.models.orders import Order
from app.models.packages import IS_OUT_OF_STOCK, ITEM_IS_OUT_OF_STOCK, Package, PackageItem
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.queries import visibility
from app.queries.paging import Page, take_page
from app.queries.product_pictures import FIRST_PICTURE
from app.queries.text_search import starts_with
from app.queries.visibility import Own

ACTIVE, CLEARED, ARCHIVED = "active", "cleared", "archived"
STATES = (ACTIVE, CLEARED, ARCHIVED)
MOST_BLOCKED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFilter:
    """Which reports; None means any. `sku` is the start of one; `created_from` and `last_id` are included."""

    state: str = ACTIVE
    location: int | None = None
    reason: str | None = None
    sku: str | None = None
    created_from: datetime | None = None
    last_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report. `blocked` counts the open packages that wait for the product, 0 unless it is active."""

    id: int
    reason: str
    is_active: bool
    note: str | None
    reported_by: str | None
    created_date: datetime
    modified_date: datetime
    confirmed_date: datetime | None
    confirmed_by: str | None
    confirmed_note: str | None
    removed_date: datetime | None
    removed_by: str | None
    removed_reason: str | None
    product_id: int
    sku: str
    product_name: str
    picture: str | None
    location_id: int
    erp_code: str
    location_name: str
    package_id: int | None
    package_number: str | None
    blocked: int

    @property
    def state(self) -> str:
        """One of STATES."""
        if self.removed_date is not None:
            return ARCHIVED
        return ACTIVE if self.is_active else CLEARED


@dataclass(frozen=True, slots=True)
class BlockedPackage:
    """An open package that waits for the product of a report."""

    id: int
    number: str
    cause: str | None
    cause_determined: bool | None
    created_date: datetime
    order_number: str


SORTS: Mapping[str, InstrumentedAttribute[Any]] = {
    "age": InventoryDiscrepancy.created_date,
    "location": StockLocation.name,
    "product": Product.name,
}
DEFAULT_SORT = "-age"


def list_reports(wanted: ReportFilter, own: Own, sort: str, page: int, limit: int) -> Page[ReportRow]:
    """One page of the reports that are wanted, of those that may be seen.

    `sort` is a key of SORTS, with "-" for descending; the older a report, the higher its age.
    """
    conditions = _conditions(wanted, own)
    return take_page(
        page, limit, count_reports(wanted, own), lambda offset, size: _rows(conditions, sort, offset, size)
    )


def count_reports(wanted: ReportFilter, own: Own) -> int:
    """How many reports are wanted, of those that may be seen."""
    joined = select(func.count(InventoryDiscrepancy.id)).join(
        Product, Product.id == InventoryDiscrepancy.product_id
    )
    return db.session.execute(joined.where(*_conditions(wanted, own))).scalar_one()


def all_reports(wanted: ReportFilter, own: Own) -> list[ReportRow]:
    """Every report that is wanted, oldest first: for an export, and for what a removal will take."""
    return _rows(_conditions(wanted, own), "-age", 0, None)


def find_report(report_id: int, own: Own) -> ReportRow:
    """The report of that id, wherever it is listed. Raises NotFound, also for one that may not be seen."""
    conditions = [InventoryDiscrepancy.id == report_id, *visibility.discrepancies(own)]
    found = _rows(conditions, DEFAULT_SORT, 0, 1)
    if not found:
        raise NotFound("discrepancy", report_id)
    return found[0]


def active_at_place(report: ReportRow) -> int:
    """How many active reports there are of the same product at the same location."""
    return db.session.execute(
        select(func.count())
        .select_from(InventoryDiscrepancy)
        .where(
            InventoryDiscrepancy.stock_location_id == report.location_id,
            InventoryDiscrepancy.product_id == report.product_id,
            IS_ACTIVE,
        )
    ).scalar_one()


def blocked_packages(product_id: int, own: Own) -> list[BlockedPackage]:
    """The open out-of-stock packages that wait for a product, those that wait longest first."""
    rows = db.session.execute(
        select(
            Package.id,
            Package.number,
            Package.cause,
            Package.cause_determined,
            Package.created_date,
            Order.number,
        )
        .join(Order, Order.id == Package.order_id)
        .where(IS_OUT_OF_STOCK, Package.id.in_(_waiting_for([product_id])), *visibility.packages(own))
        .order_by(Package.created_date, Package.id)
        .limit(MOST_BLOCKED)
    )
    return [BlockedPackage(*row) for row in rows]


def location_names(own: Own) -> dict[int, str]:
    """The locations that may be seen, by id, in the order of names."""
    rows = db.session.execute(
        select(StockLocation.id, StockLocation.erp_code, StockLocation.name)
        .where(*visibility.stock_locations(own))
        .order_by(StockLocation.name)
    )
    return {row.id: f"{row.erp_code} {row.name}" for row in rows}


def _waiting_for(product_ids: Collection[int]) -> Select[int]:
    return select(PackageItem.package_id).where(ITEM_IS_OUT_OF_STOCK, PackageItem.product_id.in_(product_ids))


def _conditions(wanted: ReportFilter, own: Own) -> list[ColumnElement[bool]]:
    removed = InventoryDiscrepancy.removed_date
    in_state: Mapping[str, list[ColumnElement[bool]]] = {
        ACTIVE: [IS_ACTIVE],
        CLEARED: [InventoryDiscrepancy.is_active.is_(False), removed.is_(None)],
        ARCHIVED: [removed.is_not(None)],
    }
    found = [*visibility.discrepancies(own), *in_state[wanted.state]]
    if wanted.location is not None:
        found.append(InventoryDiscrepancy.stock_location_id == wanted.location)
    if wanted.reason is not None:
        found.append(InventoryDiscrepancy.reason == wanted.reason)
    if wanted.sku is not None:
        found.append(starts_with(Product.sku, wanted.sku))
    if wanted.created_from is not None:
        found.append(InventoryDiscrepancy.created_date >= wanted.created_from)
    if wanted.last_id is not None:
        found.append(InventoryDiscrepancy.id <= wanted.last_id)
    return found


def _rows(
    conditions: Sequence[ColumnElement[bool]], sort: str, offset: int, limit: int | None
) -> list[ReportRow]:
    statement = _columns().where(*conditions).order_by(*_order(sort)).offset(offset).limit(limit)
    rows = db.session.execute(statement).all()
    waiting = _count_waiting({row.product_id for row in rows})
    return [ReportRow(*(*row, _blocked(row, waiting))) for row in rows]


def _blocked(row: Any, waiting: Mapping[int, int]) -> int:
    is_active = row.is_active and row.removed_date is None
    return waiting.get(row.product_id, 0) if is_active else 0


def _count_waiting(product_ids: Collection[int]) -> dict[int, int]:
    """How many open packages wait for each product."""
    if not product_ids:
        return {}
    rows = db.session.execute(
        select(PackageItem.product_id, func.count(func.distinct(PackageItem.package_id)))
        .join(Package, Package.id == PackageItem.package_id)
        .where(IS_OUT_OF_STOCK, ITEM_IS_OUT_OF_STOCK, PackageItem.product_id.in_(sorted(product_ids)))
        .group_by(PackageItem.product_id)
    )
    return dict(rows.all())


def _order(sort: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    key = sort.removeprefix("-")
    column = SORTS[key]
    # The older a report is, the earlier it was made.
    if sort.startswith("-") != (key == "age"):
        return column.desc(), InventoryDiscrepancy.id.desc()
    return column.asc(), InventoryDiscrepancy.id.asc()


def _columns() -> Select[*tuple[Any, ...]]:
    report = InventoryDiscrepancy
    return (
        select(
            report.id,
            report.reason,
            report.is_active,
            report.note,
            report.reported_by,
            report.created_date,
            report.modified_date,
            report.confirmed_date,
            report.confirmed_by,
            report.confirmed_note,
            report.removed_date,
            report.removed_by,
            report.removed_reason,
            report.product_id,
            Product.sku,
            Product.name,
            FIRST_PICTURE,
            StockLocation.id,
            StockLocation.erp_code,
            StockLocation.name,
            Package.id,
            Package.number,
        )
        .join(Product, Product.id == report.product_id)
        .join(StockLocation, StockLocation.id == report.stock_location_id)
        .outerjoin(PackageItem, PackageItem.id == report.package_item_id)
        .outerjoin(Package, Package.id == PackageItem.package_id)
    )
