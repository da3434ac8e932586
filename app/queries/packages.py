"""The queue of packages: filters, counts by cause, and one page of rows with what each waits for."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.packages import PackageState
from app.extensions import db
from app.models.channels import Channel
from app.models.columns import table
from app.models.orders import Order
from app.models.packages import IS_OUT_OF_STOCK, ITEM_IS_OUT_OF_STOCK, Package, PackageItem
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.queries import visibility
from app.queries.paging import Page, take_page
from app.queries.text_search import starts_with

_channels, _locations = table(Channel).c, table(StockLocation).c
# A row for each item; of a package that is not cancelled, without items that left it.
_IS_SHOWN = or_(PackageItem.state != PackageState.CANCELLED, Package.state == PackageState.CANCELLED)
_WITH_ITEMS = (
    select(
        Package.id,
        Package.number,
        Package.state,
        Package.cause,
        Package.cause_determined,
        Package.cause_checked_at,
        Package.cause_stale,
        Package.created_date,
        Order.id,
        Order.number,
        Channel.name,
        StockLocation.erp_code,
        StockLocation.name,
        Product.sku,
        Product.name,
        PackageItem.quantity,
        PackageItem.state,
    )
    .join(Order, Order.id == Package.order_id)
    .join(Channel, Channel.id == Order.channel_id)
    .outerjoin(StockLocation, StockLocation.id == Package.stock_location_id)
    .outerjoin(PackageItem, and_(PackageItem.package_id == Package.id, _IS_SHOWN))
    .outerjoin(Product, Product.id == PackageItem.product_id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFilter:
    """Which packages; None means any. `sku` is the start of one, `created_before` an instant."""

    state: str = PackageState.OUT_OF_STOCK
    cause: str | None = None
    sku: str | None = None
    channel: int | None = None
    location: int | None = None
    created_before: datetime | None = None

    @property
    def is_queue(self) -> bool:
        """Whether only open out-of-stock packages are wanted: only they have a cause."""
        return self.state == PackageState.OUT_OF_STOCK


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A line of a package; `quantity` is hundredths of a unit."""

    package_id: int
    sku: str
    product_name: str
    quantity: int
    state: str


@dataclass(frozen=True, slots=True)
class PackageRow:
    """One row of the queue."""

    id: int
    number: str
    state: str
    cause: str | None
    cause_determined: bool | None
    cause_checked_at: datetime | None
    cause_stale: bool
    created_date: datetime
    order_id: int
    order_number: str
    channel: str
    erp_code: str | None
    location_name: str | None
    items: Sequence[ItemRow]


@dataclass(frozen=True, slots=True)
class PackageList:
    """A page of packages and, of all that match but for their cause, how many have which cause."""

    page: Page[PackageRow]
    by_cause: Mapping[str | None, int]


@dataclass(frozen=True, slots=True)
class Options:
    """What the filters offer: channel and location names by id."""

    channels: Mapping[int, str]
    locations: Mapping[int, str]


SORTS: Mapping[str, InstrumentedAttribute[Any]] = {
    "age": Package.created_date,
    "cause": Package.cause,
    "order": Order.number,
}
DEFAULT_SORT = "-age"


def list_packages(
    wanted: PackageFilter, sort: str, page: int, limit: int, own: visibility.Own = None
) -> PackageList:
    """One page of the packages that are wanted, of those that may be seen.

    `sort` is a key of SORTS, with "-" for descending.
    """
    conditions = [*_conditions(wanted), *visibility.packages(own)]
    by_cause = _count_by_cause(conditions)
    count = sum(by_cause.values())
    if wanted.cause is not None:
        count = by_cause.get(wanted.cause, 0)
        conditions.append(Package.cause == wanted.cause)
    shown = take_page(page, limit, count, lambda offset, size: _rows(conditions, sort, offset, size))
    return PackageList(shown, by_cause)


def filter_options(own: visibility.Own = None) -> Options:
    """Channels, and locations that may be seen, in the order of names, in one statement."""
    rows = db.session.execute(_ALL_OPTIONS if own is None else _options(own)).all()
    return Options(
        {number: name for kind, number, name, _ in rows if kind == "channel"},
        {number: f"{code} {name}" for kind, number, name, code in rows if kind == "location"},
    )


def _options(own: visibility.Own) -> Select[*tuple[Any, ...]]:
    no_code = cast(null(), String)
    channels = select(literal("channel").label("kind"), _channels.id, _channels.name, no_code.label("code"))
    locations = select(literal("location"), _locations.id, _locations.name, _locations.erp_code)
    locations = locations.where(*visibility.stock_locations(own))
    both = union_all(channels, locations).subquery()
    return select(both).order_by(both.c.kind, both.c.name)


# What the desk asks with every page of the list.
_ALL_OPTIONS = _options(None)


def list_rows(package_ids: Collection[int]) -> list[PackageRow]:
    """The packages with these ids, in no certain order. Meant for the ids on one page."""
    statement = _WITH_ITEMS.where(Package.id.in_(package_ids))
    return _read(statement.order_by(Package.id, PackageItem.id))


def conditions(wanted: PackageFilter) -> list[ColumnElement[bool]]:
    """What the packages that are wanted meet, where they are joined with their orders."""
    of_cause = [Package.cause == wanted.cause] if wanted.cause is not None else []
    return _conditions(wanted) + of_cause


def _conditions(wanted: PackageFilter) -> list[ColumnElement[bool]]:
    found = [IS_OUT_OF_STOCK if wanted.is_queue else Package.state == wanted.state]
    if wanted.channel is not None:
        found.append(Order.channel_id == wanted.channel)
    if wanted.location is not None:
        found.append(Package.stock_location_id == wanted.location)
    if wanted.created_before is not None:
        found.append(Package.created_date < wanted.created_before)
    if wanted.sku:
        holding = select(PackageItem.package_id).join(Product, Product.id == PackageItem.product_id)
        holding = holding.where(starts_with(Product.sku, wanted.sku))
        found.append(Package.id.in_(holding.where(ITEM_IS_OUT_OF_STOCK) if wanted.is_queue else holding))
    return found


def _count_by_cause(conditions: Sequence[ColumnElement[bool]]) -> dict[str | None, int]:
    rows = db.session.execute(
        select(Package.cause, func.count())
        .join(Order, Order.id == Package.order_id)
        .where(*conditions)
        .group_by(Package.cause)
    )
    return dict(sorted(rows.all(), key=lambda row: (row[0] is None, -row[1], row[0] or "")))


def _rows(conditions: Sequence[ColumnElement[bool]], sort: str, offset: int, limit: int) -> list[PackageRow]:
    order = _order(sort)
    shown = (
        select(Package.id)
        .join(Order, Order.id == Package.order_id)
        .where(*conditions)
        .order_by(*order)
        .offset(offset)
        .limit(limit)
        .subquery()
    )
    statement = _WITH_ITEMS.join(shown, shown.c.id == Package.id)
    return _read(statement.order_by(*order, PackageItem.id))


def _order(sort: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    key = sort.removeprefix("-")
    column = SORTS[key]
    # The older a package is, the earlier it was made.
    if sort.startswith("-") != (key == "age"):
        return column.desc().nulls_last(), Package.id.desc()
    return column.asc().nulls_last(), Package.id.asc()


def _read(statement: Select[*tuple[Any, ...]]) -> list[PackageRow]:
    """The packages in the order of their rows, each with its items."""
    packages: dict[int, tuple[Any, ...]] = {}
    items: dict[int, list[ItemRow]] = defaultdict(list)
    for row in db.session.execute(statement):
        *package, sku, name, quantity, state = row
        packages[row[0]] = tuple(package)
        if sku is not None:
            items[row[0]].append(ItemRow(row[0], sku, name, quantity, state))
    return [PackageRow(*(*package, items[package_id])) for package_id, package in packages.items()]
