"""Which order item a script could map, and who waits for its units: what a demo suggests to try."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select

from app.domain.diagnosis.causes import Cause
from app.domain.packages import PackageState
from app.extensions import run
from app.models.columns import table
from app.models.mappings import Mapping
from app.models.orders import Order, OrderItem
from app.models.packages import IS_OUT_OF_STOCK, ITEM_IS_OUT_OF_STOCK, Package, PackageItem
from app.models.products import Product
from app.models.reservations import IS_HELD, Reservation

_orders, _items, _products = table(Order).c, table(OrderItem).c, table(Product).c
_packages, _package_items, _held = table(Package).c, table(PackageItem).c, table(Reservation).c
_DELIVERED = (
    select(_items.omnitron_id, _orders.number)
    .join_from(table(Reservation), table(Product), _products.id == _held.product_id)
    .join(table(OrderItem), _items.id == _held.order_item_id)
    .join(table(Order), _orders.id == _items.order_id)
    .join(table(PackageItem), _package_items.id == _held.package_item_id)
    .join(table(Package), _packages.id == _package_items.package_id)
    .where(IS_HELD, _packages.state == PackageState.DELIVERED.value)
    .where(~exists().where(table(Mapping).c.order_item_id == _items.id))
    .order_by(_held.reserved_date, _held.id)
    .limit(1)
)
# The one that a worker would serve first.
_WAITING = (
    select(_packages.id, _packages.number)
    .join_from(table(Package), table(PackageItem), _package_items.package_id == _packages.id)
    .join(table(Product), _products.id == _package_items.product_id)
    .join(table(Order), _orders.id == _packages.order_id)
    .where(IS_OUT_OF_STOCK, ITEM_IS_OUT_OF_STOCK, _packages.cause == Cause.RESERVED_BY_OTHERS.value)
    .order_by(_orders.date_placed, _orders.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class MappingExample:
    """An item that was delivered and is unknown to the ERP, and who waits first for its units."""

    omnitron_id: int
    order_number: str
    package_id: int
    package_number: str


def find_example(sku: str) -> MappingExample | None:
    """Of that product; None once nobody holds any of it so, or nobody waits for it."""
    holder = run(_DELIVERED.where(_products.sku == sku)).one_or_none()
    waiting = run(_WAITING.where(_products.sku == sku)).one_or_none()
    if holder is None or waiting is None:
        return None
    return MappingExample(holder.omnitron_id, holder.number, waiting.id, waiting.number)
