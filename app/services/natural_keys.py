"""From the names people and scripts use (SKU, ERP code, order number) to rows, remembered in a unit of work.

What is remembered never changes: ids, numbers and names. States are always read anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.domain.errors import Invalid, NotFound
from app.extensions import db
from app.models.cargo_companies import CargoCompany
from app.models.channels import Channel
from app.models.columns import table
from app.models.orders import Order, OrderItem
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.services.unit_of_work import UnitOfWork

_PRODUCTS = table(Product)
_LOCATIONS = table(StockLocation)
_CHANNELS = table(Channel)
_CARRIERS = table(CargoCompany)
_ORDERS = table(Order)
_ITEMS = table(OrderItem)

# Built once: building a statement costs several times as much as running it.
_PRODUCT_ID = select(_PRODUCTS.c.id).where(_PRODUCTS.c.sku == bindparam("key"))
_LOCATION_ID = select(_LOCATIONS.c.id).where(_LOCATIONS.c.erp_code == bindparam("key"))
_CHANNEL_ID = select(_CHANNELS.c.id).where(_CHANNELS.c.name == bindparam("key"))
_CARRIER_ID = select(_CARRIERS.c.id).where(_CARRIERS.c.omnitron_id == bindparam("key"))
_ORDER_KEYS = select(_ORDERS.c.id, _ORDERS.c.number, _CHANNELS.c.name).join(
    _CHANNELS, _CHANNELS.c.id == _ORDERS.c.channel_id
)
_ORDERS_OF_NUMBER = _ORDER_KEYS.where(_ORDERS.c.number == bindparam("number")).order_by(_ORDERS.c.id)
_ORDER_OF_ID = _ORDER_KEYS.where(_ORDERS.c.id == bindparam("order_id"))
_ITEM_KEYS = select(
    _ITEMS.c.id, _ITEMS.c.omnitron_id, _ITEMS.c.order_id, _ITEMS.c.product_id, _PRODUCTS.c.sku
).join(_PRODUCTS, _PRODUCTS.c.id == _ITEMS.c.product_id)
_ITEM_OF_ID = _ITEM_KEYS.where(_ITEMS.c.id == bindparam("order_item_id"))
_ITEM_OF_NUMBER = _ITEM_KEYS.where(_ITEMS.c.omnitron_id == bindparam("omnitron_id"))


@dataclass(frozen=True, slots=True)
class OrderKey:
    """An order as facts name it."""

    id: int
    number: str
    channel: str

    @property
    def line(self) -> dict[str, Any]:
        """How a fact says which order it is about."""
        return {"number": self.number, "channel": self.channel}


@dataclass(frozen=True, slots=True)
class ItemKey:
    """An order item as facts name it, and what never changes about it."""

    id: int
    omnitron_id: int
    order_id: int
    product_id: int
    sku: str


def product_id(work: UnitOfWork, sku: str, field: str = "sku") -> int:
    """Raises Invalid naming `field` for an unknown SKU."""
    return _id(work, "product", _PRODUCT_ID, sku, field, f"is {sku!r}, which no product has")


def location_id(work: UnitOfWork, erp_code: str, field: str = "erp_code") -> int:
    """Raises Invalid naming `field` for an unknown ERP code."""
    return _id(
        work, "location", _LOCATION_ID, erp_code, field, f"is {erp_code!r}, which no stock location has"
    )


def channel_id(work: UnitOfWork, name: str, field: str = "channel") -> int:
    """Raises Invalid naming `field` for an unknown channel."""
    return _id(work, "channel", _CHANNEL_ID, name, field, f"is {name!r}, which no channel is called")


def cargo_company_id(work: UnitOfWork, omnitron_id: int, field: str = "cargo_company") -> int:
    """Raises Invalid naming `field` for an unknown carrier."""
    reason = f"is {omnitron_id}, which no cargo company has"
    return _id(work, "cargo_company", _CARRIER_ID, omnitron_id, field, reason)


def orders_of_number(work: UnitOfWork, number: str) -> list[OrderKey]:
    """Every order of that number, in any channel."""
    known: dict[str, list[OrderKey]] = work.cache.setdefault("orders_by_number", {})
    if number not in known:
        known[number] = [OrderKey(*row) for row in db.session.execute(_ORDERS_OF_NUMBER, {"number": number})]
    return known[number]


def order_of_number(work: UnitOfWork, number: str, channel: str | None) -> OrderKey:
    """The order a fact is about. Raises Invalid when there is none, or several without a `channel`."""
    if channel is not None:
        channel_id(work, channel)
    found = [one for one in orders_of_number(work, number) if channel in (None, one.channel)]
    if not found:
        raise Invalid({"number": [f"is {number!r}, which no order has"]})
    if len(found) > 1:
        names = ", ".join(sorted(one.channel for one in found))
        raise Invalid({"channel": [f"is needed: order {number} is in {names}"]})
    return found[0]


def order(work: UnitOfWork, order_id: int) -> OrderKey:
    """The order of that id. Raises NotFound."""
    known: dict[int, OrderKey] = work.cache.setdefault("orders_by_id", {})
    if order_id not in known:
        row = db.session.execute(_ORDER_OF_ID, {"order_id": order_id}).one_or_none()
        if row is None:
            raise NotFound("order", order_id)
        known[order_id] = OrderKey(*row)
    return known[order_id]


def item(work: UnitOfWork, omnitron_id: int, field: str = "omnitron_id") -> ItemKey:
    """The order item of that upstream number. Raises Invalid naming `field`."""
    found = find_item(work, omnitron_id)
    if found is None:
        raise Invalid({field: [f"is {omnitron_id}, which no order item has"]})
    return found


def find_item(work: UnitOfWork, omnitron_id: int) -> ItemKey | None:
    """The order item of that upstream number."""
    known: dict[int, ItemKey] = work.cache.setdefault("items_by_omnitron_id", {})
    if omnitron_id not in known:
        row = db.session.execute(_ITEM_OF_NUMBER, {"omnitron_id": omnitron_id}).one_or_none()
        if row is None:
            return None
        known[omnitron_id] = ItemKey(*row)
    return known[omnitron_id]


def item_of_id(order_item_id: int) -> ItemKey:
    """The order item of that id. Raises NotFound."""
    row = db.session.execute(_ITEM_OF_ID, {"order_item_id": order_item_id}).one_or_none()
    if row is None:
        raise NotFound("order_item", order_item_id)
    return ItemKey(*row)


def remember_order(work: UnitOfWork, made: OrderKey, items: Iterable[ItemKey]) -> None:
    """A new order, so that facts about it need not look for it."""
    orders_of_number(work, made.number)
    work.cache["orders_by_number"][made.number].append(made)
    work.cache.setdefault("orders_by_id", {})[made.id] = made
    known = work.cache.setdefault("items_by_omnitron_id", {})
    known.update((one.omnitron_id, one) for one in items)


def remember(work: UnitOfWork, kind: str, key: object, row_id: int) -> None:
    """A new product, location, channel or cargo_company."""
    work.cache.setdefault(kind, {})[key] = row_id


def _id(work: UnitOfWork, kind: str, statement: Select[Any], key: object, field: str, reason: str) -> int:
    known: dict[object, int] = work.cache.setdefault(kind, {})
    found = known.get(key)
    if found is None:
        found = db.session.execute(statement, {"key": key}).scalar()
        if found is None:
            raise Invalid({field: [reason]})
        known[key] = found
    return found
