"""Packages as the API answers them: counted, a page of them, or one, each with its items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from app.domain.errors import NotFound
from app.extensions import db
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.orders import Order
from app.models.packages import IS_OUT_OF_STOCK, Package, PackageItem
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.queries import visibility
from app.queries.visibility import Own

_PACKAGES, _ORDERS, _LOCATIONS = table(Package), table(Order), table(StockLocation)
_packages, _items, _products = _PACKAGES.c, table(PackageItem).c, table(Product).c
SORTS: Mapping[str, ColumnElement[Any]] = {
    "id": _packages.id,
    "created_date": _packages.created_date,
    "modified_date": _packages.modified_date,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageWanted:
    """Which packages; None means any. Only packages that are out of stock have a cause."""

    state: str | None = None
    order_number: str | None = None
    erp_code: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item of a package; `quantity` is hundredths."""

    id: int
    order_item_id: int
    sku: str
    quantity: int
    state: str
    superseded_by_id: int | None


@dataclass(frozen=True, slots=True)
class ListedPackage:
    """A package with its items, also those that left it. Without a location it was out of stock once."""

    id: int
    number: str
    order_id: int
    order_number: str
    channel_id: int
    state: str
    stock_location_id: int | None
    erp_code: str | None
    location_name: str | None
    cause: str | None
    created_date: datetime
    modified_date: datetime
    items: Sequence[ListedItem]


def count_packages(wanted: PackageWanted, own: Own = None) -> int:
    """How many packages are wanted, of those that may be seen."""
    counting = select(func.count()).select_from(_PACKAGES).where(*_conditions(wanted, own))
    return db.session.execute(counting).scalar_one()


def list_packages(wanted: PackageWanted, own: Own, sort: str, offset: int, limit: int) -> list[ListedPackage]:
    """A page of the packages that are wanted. `sort` is a key of SORTS, with "-" for descending."""
    order = _order(sort)
    shown = (
        select(_packages.id)
        .where(*_conditions(wanted, own))
        .order_by(*order)
        .offset(offset)
        .limit(limit)
        .subquery()
    )
    statement = _columns().join(shown, shown.c.id == _packages.id).order_by(*order)
    return _with_items(db.session.execute(statement).all())


def find_package(package_id: int, own: Own = None) -> ListedPackage:
    """The package of that id. Raises NotFound, also for one that may not be seen."""
    statement = _columns().where(_packages.id == package_id, *visibility.packages(own))
    found = _with_items(db.session.execute(statement).all())
    if not found:
        raise NotFound("package", package_id)
    return found[0]


def _columns() -> Select[*tuple[Any, ...]]:
    return (
        select(
            _packages.id,
            _packages.number,
            _ORDERS.c.id.label("order_id"),
            _ORDERS.c.number.label("order_number"),
            _ORDERS.c.channel_id,
            _packages.state,
            _LOCATIONS.c.id.label("location_id"),
            _LOCATIONS.c.erp_code,
            _LOCATIONS.c.name,
            _packages.cause,
            _packages.created_date,
            _packages.modified_date,
        )
        .select_from(_PACKAGES)
        .join(_ORDERS, _ORDERS.c.id == _packages.order_id)
        .outerjoin(_LOCATIONS, _LOCATIONS.c.id == _packages.stock_location_id)
    )


def _order(sort: str) -> list[ColumnElement[Any]]:
    column = SORTS[sort.removeprefix("-")]
    keys = [column] if column is _packages.id else [column, _packages.id]
    return [key.desc() if sort.startswith("-") else key.asc() for key in keys]


_ITEMS_OF = (
    select(
        _items.package_id,
        _items.id,
        _items.order_item_id,
        _products.sku,
        _items.quantity,
        _items.state,
        _items.superseded_by_id,
    )
    .join_from(table(PackageItem), table(Product), _products.id == _items.product_id)
    .where(one_of(_items.package_id, "packages"))
    .order_by(_items.id)
)


def _with_items(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[ListedPackage]:
    items = _items_of([row[0] for row in rows]) if rows else {}
    return [ListedPackage(*(*row, items.get(row[0], []))) for row in rows]


def _items_of(package_ids: Collection[int]) -> Mapping[int, list[ListedItem]]:
    found: dict[int, list[ListedItem]] = defaultdict(list)
    for package_id, *values in db.session.execute(_ITEMS_OF, {"packages": package_ids}):
        found[package_id].append(ListedItem(*values))
    return found


def _conditions(wanted: PackageWanted, own: Own) -> list[ColumnElement[bool]]:
    found = visibility.packages(own)
    if wanted.state is not None:
        found.append(_packages.state == wanted.state)
    if wanted.order_number is not None:
        orders = select(_ORDERS.c.id).where(_ORDERS.c.number == wanted.order_number)
        found.append(_packages.order_id.in_(orders))
    if wanted.erp_code is not None:
        location = select(_LOCATIONS.c.id).where(_LOCATIONS.c.erp_code == wanted.erp_code)
        found.append(_packages.stock_location_id == location.scalar_subquery())
    if wanted.cause is not None:
        found += [IS_OUT_OF_STOCK, _packages.cause == wanted.cause]
    return found
