"""What the open out-of-stock packages still wait for, and the facts that planning them again looks at."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select

from app.domain.facts import Demand, World
from app.extensions import db
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.orders import Order
from app.models.packages import IS_OUT_OF_STOCK, ITEM_IS_OUT_OF_STOCK, Package, PackageItem
from app.models.products import Product
from app.queries import worlds


@dataclass(frozen=True, slots=True)
class WaitingPackage:
    """An open out-of-stock package; `lines` are (order item id, hundredths needed).

    SKUs come by product id and by order item id.
    """

    id: int
    order_id: int
    product_skus: Mapping[int, str]
    item_skus: Mapping[int, str]
    lines: tuple[tuple[int, int], ...]


def demands_of(packages: Collection[WaitingPackage]) -> dict[int, Demand]:
    """What each of them waits for, by order id; one statement."""
    skus = {item: sku for one in packages for item, sku in one.item_skus.items()}
    return worlds.demands({one.order_id: one.lines for one in packages}, skus)


def world_of(packages: Collection[WaitingPackage], now: datetime) -> World:
    """The facts about their products everywhere, and what was refused of their lines, as of `now`."""
    skus = {product: sku for one in packages for product, sku in one.product_skus.items()}
    return worlds.world(skus, [item for one in packages for item, _ in one.lines], now, known_skus=skus)


def waiting_packages(package_ids: Collection[int]) -> list[WaitingPackage]:
    """Those of the given packages that are out of stock, with the lines they wait for, by id."""
    return _packages(_GIVEN_LINES, {"ids": package_ids})


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


def _packages(
    statement: Select[*tuple[Any, ...]], parameters: Mapping[str, Any] | None = None
) -> list[WaitingPackage]:
    orders: dict[int, int] = {}
    products: dict[int, dict[int, str]] = defaultdict(dict)
    items: dict[int, dict[int, str]] = defaultdict(dict)
    needed: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in db.session.execute(statement, parameters):
        orders[row.id] = row.order_id
        products[row.id][row.product_id] = row.sku
        items[row.id][row.order_item_id] = row.sku
        needed[row.id][row.order_item_id] += row.quantity
    return [
        WaitingPackage(one, orders[one], products[one], items[one], tuple(sorted(needed[one].items())))
        for one in orders
    ]


_LINES = (
    select(
        Package.id,
        Package.order_id,
        PackageItem.order_item_id,
        PackageItem.product_id,
        PackageItem.quantity,
        Product.sku,
    )
    .join(PackageItem, PackageItem.package_id == Package.id)
    .join(Product, Product.id == PackageItem.product_id)
    .where(IS_OUT_OF_STOCK, ITEM_IS_OUT_OF_STOCK)
    .order_by(Package.id, PackageItem.order_item_id)
)
_GIVEN_LINES = _LINES.where(one_of(table(Package).c.id, "ids"))
