"""Packages as commands find them, and which one a fact means. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from msgspec import UNSET
from sqlalchemy import Row, bindparam, select

from app.domain.errors import Invalid, NotFound
from app.domain.packages import FINAL_STATES, PackageState
from app.extensions import run
from app.models.columns import table
from app.models.orders import OrderItem
from app.models.packages import Package, PackageItem
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.services import natural_keys, order_keys
from app.services.documents.events import PackageCommandDocument
from app.services.order_keys import OrderKey
from app.services.unit_of_work import UnitOfWork

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a package that is not cancelled."""

    id: int
    order_item_id: int
    omnitron_id: int
    product_id: int
    sku: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A package as it is now, with its items that are not cancelled."""

    id: int
    number: str
    order: OrderKey
    state: str
    blocked_from: str | None
    stock_location_id: int | None
    erp_code: str | None
    max_quota: int | None
    items: Sequence[Item]


_packages, _items = table(Package).c, table(PackageItem).c
# A row an item; cancelled items too, because a cancelled package has no other.
_ROWS = (
    select(
        _packages.id.label("package_id"),
        _packages.number,
        _packages.order_id,
        _packages.state,
        _packages.blocked_from,
        _packages.stock_location_id,
        table(StockLocation).c.erp_code,
        table(StockLocation).c.max_quota,
        _items.id,
        _items.order_item_id,
        table(OrderItem).c.omnitron_id,
        _items.product_id,
        table(Product).c.sku,
        _items.state.label("item_state"),
    )
    .join_from(table(Package), table(PackageItem), _items.package_id == _packages.id)
    .join(table(OrderItem), table(OrderItem).c.id == _items.order_item_id)
    .join(table(Product), table(Product).c.id == _items.product_id)
    .outerjoin(table(StockLocation), table(StockLocation).c.id == _packages.stock_location_id)
    .order_by(_packages.id, _items.id)
)
_OF_ID = _ROWS.where(_packages.id == bindparam("package_id"))
_OPEN_OF_ORDER = _ROWS.where(
    _packages.order_id == bindparam("order_id"),
    _packages.state.not_in(sorted(state.value for state in FINAL_STATES)),
)
_OPEN = "open packages"
_ORDER_OF = select(_packages.order_id).where(_packages.id == bindparam("package_id"))


def order_of(package_id: int) -> int:
    """The id of the package's order. Raises NotFound."""
    found: int | None = run(_ORDER_OF, {"package_id": package_id}).scalar()
    if found is None:
        raise NotFound("package", package_id)
    return found


def read(work: UnitOfWork, package_id: int) -> Opened:
    """The package now. Raises NotFound."""
    rows = run(_OF_ID, {"package_id": package_id}).all()
    if not rows:
        raise NotFound("package", package_id)
    return _opened(order_keys.order(work, rows[0].order_id), rows)


def only_one(work: UnitOfWork, document: PackageCommandDocument) -> Opened:
    """The open package a fact is about. Raises Invalid for none and for more than one."""
    order = order_keys.order_of_number(work, document.number, document.channel)
    product_id = natural_keys.product_id(work, document.sku)
    if document.erp_code:
        natural_keys.location_id(work, document.erp_code)
    chosen = [
        package
        for package in _open_packages(work, order)
        if any(item.product_id == product_id for item in package.items)
        and document.erp_code in (UNSET, package.erp_code)
        and document.package in (None, package.number)
    ]
    if len(chosen) == 1:
        return chosen[0]
    if not chosen:
        reason = f"is {document.sku!r}, which no such open package of order {order.number} holds"
        raise Invalid({"sku": [reason]})
    places = ", ".join(f"{one.number} at {one.erp_code or 'no location'}" for one in chosen)
    raise Invalid({"erp_code": [f"is needed, or the package's number: {places}"]})


def forget(work: UnitOfWork, order_id: int) -> None:
    """The order was planned, or a package of it ended: read its packages again."""
    work.cache.setdefault(_OPEN, {}).pop(order_id, None)


def moved(work: UnitOfWork, package: Opened, state: str, blocked_from: str | None) -> None:
    """The package as a whole is in another state that is not final: nothing of it has to be read again."""
    known: dict[int, list[Opened]] = work.cache.setdefault(_OPEN, {})
    now = replace(package, state=state, blocked_from=blocked_from)
    if package.order.id in known:
        known[package.order.id] = [now if one.id == now.id else one for one in known[package.order.id]]


def _open_packages(work: UnitOfWork, order: OrderKey) -> list[Opened]:
    """Remembered where nobody else writes: a loaded package mostly goes through four commands in a row."""
    known: dict[int, list[Opened]] = work.cache.setdefault(_OPEN, {})
    if not work.exclusive or order.id not in known:
        rows = run(_OPEN_OF_ORDER, {"order_id": order.id})
        known[order.id] = [
            _opened(order, list(group)) for _, group in groupby(rows, key=lambda row: row.package_id)
        ]
    return known[order.id]


def _opened(order: OrderKey, rows: Sequence[AnyRow]) -> Opened:
    first = rows[0]
    items = [
        Item(row.id, row.order_item_id, row.omnitron_id, row.product_id, row.sku)
        for row in rows
        if row.item_state != PackageState.CANCELLED
    ]
    return Opened(
        id=first.package_id,
        number=first.number,
        order=order,
        state=first.state,
        blocked_from=first.blocked_from,
        stock_location_id=first.stock_location_id,
        erp_code=first.erp_code,
        max_quota=first.max_quota,
        items=items,
    )


def items_of_numbers(package: Opened, omnitron_ids: Collection[int]) -> list[int]:
    """Ids of the package's items of these order items. Raises Invalid for one that it does not hold."""
    held = {item.omnitron_id: item.id for item in package.items}
    for place, omnitron_id in enumerate(omnitron_ids):
        if omnitron_id not in held:
            raise Invalid({f"items[{place}]": [f"is {omnitron_id}, which the package does not hold"]})
    return [held[omnitron_id] for omnitron_id in omnitron_ids]
