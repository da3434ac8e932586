"""Which columns events tell of their records: built once, each asked for `ids`. Instants come as text."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.models.columns import table
from app.models.execution_plans import ExecutionPlan
from app.models.inventory_discrepancies import InventoryDiscrepancy
from app.models.list_parameters import one_of
from app.models.orders import Order, OrderItem
from app.models.packages import Package, PackageItem
from app.models.products import Product
from app.models.reservations import Reservation
from app.models.stock_locations import StockLocation
from app.queries.column_texts import instant_text

_orders, _items = table(Order).c, table(OrderItem).c
_packages, _package_items = table(Package).c, table(PackageItem).c
_plans = table(ExecutionPlan).c
_held, _reports = table(Reservation).c, table(InventoryDiscrepancy).c
_products, _locations = table(Product).c, table(StockLocation).c
_OF_ORDER = (_orders.id.label("order_id"), _orders.number.label("order_number"), _orders.channel_id)


def _dates(columns: Any) -> tuple[Any, Any]:
    created, modified = instant_text(columns.created_date), instant_text(columns.modified_date)
    return created.label("created"), modified.label("modified")


ORDER_ITEMS = (
    select(_items.order_id, _items.id, _items.omnitron_id, _products.sku, _items.state)
    .join_from(table(OrderItem), table(Product), _products.id == _items.product_id)
    .where(one_of(_items.order_id, "ids"))
    .order_by(_items.id)
)
PACKAGES = (
    select(
        _packages.id,
        _packages.number,
        *_OF_ORDER,
        _packages.state,
        _packages.stock_location_id,
        _locations.erp_code,
        _locations.name.label("location_name"),
        _packages.cause,
        *_dates(_packages),
    )
    .join_from(table(Package), table(Order), _orders.id == _packages.order_id)
    .outerjoin(table(StockLocation), _locations.id == _packages.stock_location_id)
    .where(one_of(_packages.id, "ids"))
)
PACKAGE_ITEMS = (
    select(
        _package_items.package_id,
        _package_items.id,
        _package_items.order_item_id,
        _products.sku,
        _package_items.quantity,
        _package_items.state,
        _package_items.superseded_by_id,
    )
    .join_from(table(PackageItem), table(Product), _products.id == _package_items.product_id)
    .where(one_of(_package_items.package_id, "ids"))
    .order_by(_package_items.id)
)
PLANS = (
    select(_plans.id, _plans.state, *_OF_ORDER, *_dates(_plans))
    .join_from(table(ExecutionPlan), table(Order), _orders.id == _plans.order_id)
    .where(one_of(_plans.id, "ids"))
)
RESERVATIONS = (
    select(
        _held.id,
        *_OF_ORDER,
        _held.order_item_id,
        _products.sku,
        _held.stock_location_id,
        _locations.erp_code,
        _held.quantity,
        _held.state,
        instant_text(_held.reserved_date).label("reserved"),
        instant_text(_held.released_date).label("released"),
        _held.release_reason,
    )
    .join_from(table(Reservation), table(OrderItem), _items.id == _held.order_item_id)
    .join(table(Order), _orders.id == _items.order_id)
    .join(table(Product), _products.id == _held.product_id)
    .join(table(StockLocation), _locations.id == _held.stock_location_id)
    .where(one_of(_held.id, "ids"))
)
DISCREPANCIES = (
    select(
        _reports.id,
        _reports.reason,
        _reports.is_active,
        _reports.stock_location_id,
        _locations.erp_code,
        _products.sku,
        _reports.package_item_id,
        _reports.transfer_item_id,
        *_OF_ORDER,
        _reports.note,
        *_dates(_reports),
        instant_text(_reports.removed_date).label("removed"),
    )
    .join_from(table(InventoryDiscrepancy), table(StockLocation), _locations.id == _reports.stock_location_id)
    .join(table(Product), _products.id == _reports.product_id)
    .outerjoin(table(PackageItem), _package_items.id == _reports.package_item_id)
    .outerjoin(table(Package), _packages.id == _package_items.package_id)
    .outerjoin(table(Order), _orders.id == _packages.order_id)
    .where(one_of(_reports.id, "ids"))
)
