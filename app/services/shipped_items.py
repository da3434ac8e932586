"""Package items that are, or were, at a location, and which one of them a fact means. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from app.domain.errors import Invalid, NotFound
from app.domain.packages import PackageState
from app.extensions import run
from app.models.columns import table
from app.models.orders import OrderItem
from app.models.packages import Package, PackageItem
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.services.order_keys import ItemKey


@dataclass(frozen=True, slots=True)
class ShippedItem:
    """A package item with the names of what it is about."""

    id: int
    state: str
    product_id: int
    package_id: int
    package_number: str
    order_id: int
    stock_location_id: int
    erp_code: str
    omnitron_id: int
    sku: str


_packages, _items = table(Package).c, table(PackageItem).c
_SHIPPED = (
    select(
        _items.id,
        _items.state,
        _items.product_id,
        _packages.id,
        _packages.number,
        _packages.order_id,
        _packages.stock_location_id,
        table(StockLocation).c.erp_code,
        table(OrderItem).c.omnitron_id,
        table(Product).c.sku,
    )
    .join_from(table(PackageItem), table(Package), _packages.id == _items.package_id)
    .join(table(StockLocation), table(StockLocation).c.id == _packages.stock_location_id)
    .join(table(OrderItem), table(OrderItem).c.id == _items.order_item_id)
    .join(table(Product), table(Product).c.id == _items.product_id)
)
_OF_ID = _SHIPPED.where(_items.id == bindparam("package_item_id"))
_OF_ORDER_ITEM = _SHIPPED.where(
    _items.order_item_id == bindparam("order_item_id"),
    _packages.stock_location_id == bindparam("stock_location_id"),
).order_by(_items.id)


def get(package_item_id: int) -> ShippedItem:
    """The package item of that id. Raises NotFound, also for one that is at no location."""
    row = run(_OF_ID, {"package_item_id": package_item_id}).one_or_none()
    if row is None:
        raise NotFound("package_item", package_item_id)
    return ShippedItem(*tuple(row))


def only_one(item: ItemKey, stock_location_id: int, package_number: str | None) -> int:
    """The id of the one package item of an order item at a location.

    Of several the one that is not cancelled; a package number tells more apart. Raises Invalid for none and
    for more than one.
    """
    keys = {"order_item_id": item.id, "stock_location_id": stock_location_id}
    found = [ShippedItem(*tuple(row)) for row in run(_OF_ORDER_ITEM, keys)]
    if package_number is not None:
        found = [one for one in found if one.package_number == package_number]
    live = [one for one in found if one.state != PackageState.CANCELLED]
    chosen = live or found
    if len(chosen) == 1:
        return chosen[0].id
    if not chosen:
        raise Invalid(
            {"omnitron_id": [f"is {item.omnitron_id}, of which no package item is at that location"]}
        )
    numbers = ", ".join(one.package_number for one in chosen)
    raise Invalid({"package": [f"is needed: item {item.omnitron_id} is there in {numbers}"]})
