"""What a store manager may see: conditions on each kind of record, for locations of their own.

A package is theirs when it is at, was refused by, or is blocked by a discrepancy of such a location; an
order when one of its packages is. Who has no list (None) sees everything. Source: reliability.md, "Access".
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from app.models.execution_plans import ExecutionPlan
from app.models.inventory_discrepancies import InventoryDiscrepancy
from app.models.orders import Order
from app.models.packages import IS_OUT_OF_STOCK, Package, PackageItem, Refusal
from app.models.reservations import Reservation
from app.models.stock_locations import StockLocation
from app.models.stock_log import StockLogEntry

Own = Collection[int] | None
Conditions = list[ColumnElement[bool]]


def stock_locations(own: Own) -> Conditions:
    """Locations of one's own."""
    return [] if own is None else [StockLocation.id.in_(sorted(own))]


def stock_log_entries(own: Own) -> Conditions:
    """What was seen at locations of one's own."""
    return [] if own is None else [StockLogEntry.stock_location_id.in_(sorted(own))]


def reservations(own: Own) -> Conditions:
    """What is held at locations of one's own."""
    return [] if own is None else [Reservation.stock_location_id.in_(sorted(own))]


def discrepancies(own: Own) -> Conditions:
    """What is missing at locations of one's own."""
    return [] if own is None else [InventoryDiscrepancy.stock_location_id.in_(sorted(own))]


def packages(own: Own) -> Conditions:
    """Packages at, refused by, or blocked by a discrepancy of locations of one's own."""
    return [] if own is None else [Package.id.in_(_package_ids(own, Package.id))]


def orders(own: Own) -> Conditions:
    """Orders with such a package."""
    return [] if own is None else [Order.id.in_(_package_ids(own, Package.order_id))]


def execution_plans(own: Own) -> Conditions:
    """Plans of orders with such a package."""
    return [] if own is None else [ExecutionPlan.order_id.in_(_package_ids(own, Package.order_id))]


def _package_ids(own: Collection[int], key: Any) -> Select[Any]:
    places = sorted(own)
    refused = (
        select(PackageItem.package_id)
        .join(Refusal, Refusal.order_item_id == PackageItem.order_item_id)
        .where(Refusal.stock_location_id.in_(places))
    )
    blocked = (
        select(PackageItem.package_id)
        .join(InventoryDiscrepancy, InventoryDiscrepancy.product_id == PackageItem.product_id)
        .where(
            InventoryDiscrepancy.stock_location_id.in_(places),
            InventoryDiscrepancy.is_active,
            InventoryDiscrepancy.removed_date.is_(None),
        )
    )
    return select(key).where(
        or_(
            Package.stock_location_id.in_(places),
            Package.id.in_(refused),
            IS_OUT_OF_STOCK & Package.id.in_(blocked),
        )
    )
