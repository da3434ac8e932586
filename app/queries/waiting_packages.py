"""What the open out-of-stock packages still wait for."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select

from app.extensions import db
from app.models.orders import Order
from app.models.packages import IS_OUT_OF_STOCK, ITEM_IS_OUT_OF_STOCK, Package, PackageItem


@dataclass(frozen=True, slots=True)
class WaitingPackage:
    """An open out-of-stock package; `lines` are (order item id, hundredths needed)."""

    id: int
    order_id: int
    product_ids: frozenset[int]
    lines: tuple[tuple[int, int], ...]


def waiting_packages(package_ids: Collection[int]) -> list[WaitingPackage]:
    """Those of the given packages that are out of stock, with the lines they wait for, by id."""
    return _packages(_LINES.where(Package.id.in_(package_ids)))


def oldest_waiting(limit: int) -> list[WaitingPackage]:
    """At most so many of the open out-of-stock packages, those whose orders were placed first; by id."""
    oldest = (
        select(Package.id)
        .join(Order, Order.id == Package.order_id)
        .where(IS_OUT_OF_STOCK)
        .order_by(Order.date_placed, Order.id)
        .limit(limit)
    )
    return _packages(_LINES.where(Package.id.in_(oldest.subquery().select())))


def waiting_before(package_id: int, placed_at: datetime, order_id: int, limit: int) -> list[WaitingPackage]:
    """At most so many of those that wait for a product of this package and whose orders were placed before
    its own, the oldest first chosen; by id."""
    wanted = select(PackageItem.product_id).where(PackageItem.package_id == package_id, ITEM_IS_OUT_OF_STOCK)
    sharing = select(PackageItem.package_id).where(
        ITEM_IS_OUT_OF_STOCK, PackageItem.product_id.in_(wanted), PackageItem.package_id != package_id
    )
    is_earlier = or_(Order.date_placed < placed_at, and_(Order.date_placed == placed_at, Order.id < order_id))
    oldest = (
        select(Package.id)
        .join(Order, Order.id == Package.order_id)
        .where(IS_OUT_OF_STOCK, Package.id.in_(sharing), is_earlier)
        .order_by(Order.date_placed, Order.id)
        .limit(limit)
    )
    return _packages(_LINES.where(Package.id.in_(oldest.subquery().select())))


def _packages(statement: Select[*tuple[Any, ...]]) -> list[WaitingPackage]:
    orders: dict[int, int] = {}
    products: dict[int, set[int]] = defaultdict(set)
    needed: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in db.session.execute(statement):
        orders[row.id] = row.order_id
        products[row.id].add(row.product_id)
        needed[row.id][row.order_item_id] += row.quantity
    return [
        WaitingPackage(one, orders[one], frozenset(products[one]), tuple(sorted(needed[one].items())))
        for one in orders
    ]


_LINES = (
    select(
        Package.id,
        Package.order_id,
        PackageItem.order_item_id,
        PackageItem.product_id,
        PackageItem.quantity,
    )
    .join(PackageItem, PackageItem.package_id == Package.id)
    .where(IS_OUT_OF_STOCK, ITEM_IS_OUT_OF_STOCK)
    .order_by(Package.id, PackageItem.order_item_id)
)
