"""Keeps acts on one order apart from each other, and from everybody who promises the same stock.

Always the order first and then all stock at once: acts that lock in one order cannot wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, exists, select

from app.domain.errors import NotFound
from app.extensions import run
from app.models.columns import table
from app.models.orders import Order, OrderItem
from app.models.products import Product
from app.models.scenarios import Rule
from app.models.stock_locations import StockLocation
from app.services.unit_of_work import UnitOfWork

_orders, _items, _products = table(Order).c, table(OrderItem).c, table(Product).c
_locations = table(StockLocation).c
# key_share: rows that only refer to the order are written by others meanwhile; they must not wait for us.
_ORDER = select(_orders.id).where(_orders.id == bindparam("order_id")).with_for_update(key_share=True)
_SKUS = (
    select(_products.sku)
    .join_from(table(OrderItem), table(Product), _products.id == _items.product_id)
    .where(_items.order_id == bindparam("order_id"))
)
_QUOTA_CODES = select(_locations.erp_code).where(
    _locations.max_quota.is_not(None), exists().where(table(Rule).c.select_by_quota)
)


def lock_order(work: UnitOfWork, order_id: int) -> None:
    """Wait until nobody else changes the order. Raises NotFound."""
    if work.exclusive:
        return
    if run(_ORDER, {"order_id": order_id}).scalar() is None:
        raise NotFound("order", order_id)


def lock_order_stock(work: UnitOfWork, order_id: int, skus: Collection[str]) -> None:
    """Wait for the order, then for the stock of these products."""
    lock_order(work, order_id)
    work.lock_stock(skus=skus)


def lock_with_products(work: UnitOfWork, order_id: int) -> None:
    """Wait for the order, then for the stock of all its products."""
    if work.exclusive:
        return
    lock_order(work, order_id)
    work.lock_stock(skus=run(_SKUS, {"order_id": order_id}).scalars().all())


def lock_for_planning(work: UnitOfWork, order_id: int) -> None:
    """Wait for the order and for all that planning it may promise: its products and every quota."""
    if work.exclusive:
        return
    lock_order(work, order_id)
    skus = run(_SKUS, {"order_id": order_id}).scalars().all()
    codes = run(_QUOTA_CODES).scalars().all()
    work.lock_stock(skus=skus, erp_codes=codes)
