"""Packages as commands find them, and which one a fact means. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from msgspec import UNSET
from sqlalchemy import bindparam, select

from app.domain.errors import Invalid, NotFound
from app.domain.packages import FINAL_STATES, PackageState
from app.extensions import db
from app.models.columns import table
from app.models.orders import OrderItem
from app.models.packages import Package, PackageItem
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.services import natural_keys
from app.services.documents.events import PackageCommandDocument
from app.services.natural_keys import OrderKey
from app.services.unit_of_work import UnitOfWork


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
_PACKAGE = (
    select(
        _packages.number,
        _packages.order_id,
        _packages.state,
        _packages.blocked_from,
        _packages.stock_location_id,
        table(StockLocation).c.erp_code,
        table(StockLocation).c.max_quota,
    )
    .outerjoin_from(
        table(Package), table(StockLocation), table(StockLocation).c.id == _packages.stock_location_id
    )
    .where(_packages.id == bindparam("package_id"))
)
_LIVE_ITEMS = (
    select(
        _items.id,
        _items.order_item_id,
        table(OrderItem).c.omnitron_id,
        _items.product_id,
        table(Product).c.sku,
    )
    .join_from(table(PackageItem), table(OrderItem), table(OrderItem).c.id == _items.order_item_id)
    .join(table(Product), table(Product).c.id == _items.product_id)
    .where(_items.package_id == bindparam("package_id"), _items.state != PackageState.CANCELLED.value)
    .order_by(_items.id)
)
_ORDER_OF = select(_packages.order_id).where(_packages.id == bindparam("package_id"))
_HOLDING = (
    select(_packages.id, _packages.number, table(StockLocation).c.erp_code)
    .join_from(table(Package), table(PackageItem), _items.package_id == _packages.id)
    .outerjoin(table(StockLocation), table(StockLocation).c.id == _packages.stock_location_id)
    .where(
        _packages.order_id == bindparam("order_id"),
        _items.product_id == bindparam("product_id"),
        _items.state != PackageState.CANCELLED.value,
        _packages.state.not_in(sorted(state.value for state in FINAL_STATES)),
    )
    .distinct()
)


def order_of(package_id: int) -> int:
    """The id of the package's order. Raises NotFound."""
    found: int | None = db.session.execute(_ORDER_OF, {"package_id": package_id}).scalar()
    if found is None:
        raise NotFound("package", package_id)
    return found


def read(work: UnitOfWork, package_id: int) -> Opened:
    """The package now. Raises NotFound."""
    row = db.session.execute(_PACKAGE, {"package_id": package_id}).one_or_none()
    if row is None:
        raise NotFound("package", package_id)
    items = [Item(*tuple(one)) for one in db.session.execute(_LIVE_ITEMS, {"package_id": package_id})]
    return Opened(
        id=package_id,
        number=row.number,
        order=natural_keys.order(work, row.order_id),
        state=row.state,
        blocked_from=row.blocked_from,
        stock_location_id=row.stock_location_id,
        erp_code=row.erp_code,
        max_quota=row.max_quota,
        items=items,
    )


def only_one(work: UnitOfWork, document: PackageCommandDocument) -> int:
    """The id of the open package a fact is about. Raises Invalid for none and for more than one."""
    order = natural_keys.order_of_number(work, document.number, document.channel)
    product_id = natural_keys.product_id(work, document.sku)
    if document.erp_code:
        natural_keys.location_id(work, document.erp_code)
    found = db.session.execute(_HOLDING, {"order_id": order.id, "product_id": product_id}).all()
    chosen = [
        row
        for row in found
        if document.erp_code in (UNSET, row.erp_code) and document.package in (None, row.number)
    ]
    if len(chosen) == 1:
        return int(chosen[0].id)
    if not chosen:
        raise Invalid(
            {"sku": [f"is {document.sku!r}, which no such open package of order {order.number} holds"]}
        )
    places = ", ".join(sorted(f"{row.number} at {row.erp_code or 'no location'}" for row in chosen))
    raise Invalid({"erp_code": [f"is needed, or the package's number: {places}"]})


def items_of_numbers(work: UnitOfWork, package_id: int, omnitron_ids: Collection[int]) -> list[int]:
    """Ids of the package's items of these order items. Raises Invalid for one that it does not hold."""
    held = {item.omnitron_id: item.id for item in read(work, package_id).items}
    for place, omnitron_id in enumerate(omnitron_ids):
        if omnitron_id not in held:
            raise Invalid({f"items[{place}]": [f"is {omnitron_id}, which the package does not hold"]})
    return [held[omnitron_id] for omnitron_id in omnitron_ids]
