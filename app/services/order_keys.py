"""Orders and their items as facts name them, remembered in a unit of work.

What is remembered never changes: ids, numbers and names. States are always read anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from app.domain.errors import Invalid, NotFound
from app.extensions import run
from app.models.channels import Channel
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.orders import Order, OrderItem
from app.models.products import Product
from app.services import natural_keys
from app.services.unit_of_work import UnitOfWork


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


@dataclass(slots=True)
class _Known:
    """What one unit of work knows. `is_all`: an order that is not here does not exist."""

    by_number: dict[str, list[OrderKey]] = field(default_factory=dict)
    by_id: dict[int, OrderKey] = field(default_factory=dict)
    items: dict[int, ItemKey] = field(default_factory=dict)
    upstream: dict[tuple[str, int], str] = field(default_factory=dict)
    is_all: bool = False


_orders, _items = table(Order).c, table(OrderItem).c
_channels, _products = table(Channel).c, table(Product).c
_ANY_ORDER = select(_orders.id).limit(1)
_ORDERS = select(_orders.id, _orders.number, _channels.name).join_from(
    table(Order), table(Channel), _channels.id == _orders.channel_id
)
_OF_NUMBER = _ORDERS.where(_orders.number == bindparam("number")).order_by(_orders.id)
_OF_ID = _ORDERS.where(_orders.id == bindparam("order_id"))
_OF_UPSTREAM_NUMBER = _ORDERS.where(
    _channels.name == bindparam("channel"), _orders.omnitron_id == bindparam("omnitron_id")
)
_ITEMS = select(_items.id, _items.omnitron_id, _items.order_id, _items.product_id, _products.sku).join_from(
    table(OrderItem), table(Product), _products.id == _items.product_id
)
_ITEM_OF_ID = _ITEMS.where(_items.id == bindparam("order_item_id"))
_ITEMS_OF_NUMBERS = _ITEMS.where(one_of(_items.omnitron_id, "numbers"))


def begin(work: UnitOfWork) -> None:
    """At the start of an exclusive unit of work: where no order is stored yet, none has to be looked for."""
    _known(work).is_all = work.exclusive and run(_ANY_ORDER).scalar() is None


def orders_of_number(work: UnitOfWork, number: str) -> list[OrderKey]:
    """Every order of that number, in any channel."""
    known = _known(work)
    if number not in known.by_number:
        known.by_number[number] = [] if known.is_all else _stored_of_number(number)
    return known.by_number[number]


def order_of_number(work: UnitOfWork, number: str, channel: str | None) -> OrderKey:
    """The order a fact is about. Raises Invalid when there is none, or several without a `channel`."""
    if channel is not None:
        natural_keys.channel_id(work, channel)
    found = [one for one in orders_of_number(work, number) if channel in (None, one.channel)]
    if not found:
        raise Invalid({"number": [f"is {number!r}, which no order has"]})
    if len(found) > 1:
        names = ", ".join(sorted(one.channel for one in found))
        raise Invalid({"channel": [f"is needed: order {number} is in {names}"]})
    return found[0]


def order_of_upstream(work: UnitOfWork, channel: str, omnitron_id: int) -> str | None:
    """The number of the channel's order that the upstream calls so."""
    known = _known(work)
    if known.is_all:
        return known.upstream.get((channel, omnitron_id))
    keys = {"channel": channel, "omnitron_id": omnitron_id}
    row = run(_OF_UPSTREAM_NUMBER, keys).one_or_none()
    return row.number if row else None


def order(work: UnitOfWork, order_id: int) -> OrderKey:
    """The order of that id. Raises NotFound."""
    known = _known(work).by_id
    if order_id not in known:
        row = run(_OF_ID, {"order_id": order_id}).one_or_none()
        if row is None:
            raise NotFound("order", order_id)
        known[order_id] = OrderKey(*tuple(row))
    return known[order_id]


def item(work: UnitOfWork, omnitron_id: int, field: str = "omnitron_id") -> ItemKey:
    """The order item of that upstream number. Raises Invalid naming `field`."""
    found = items_of_numbers(work, [omnitron_id])
    if not found:
        raise Invalid({field: [f"is {omnitron_id}, which no order item has"]})
    return found[omnitron_id]


def items_of_numbers(work: UnitOfWork, omnitron_ids: Collection[int]) -> dict[int, ItemKey]:
    """Those of the upstream numbers that an order item has."""
    known = _known(work)
    missing = [number for number in omnitron_ids if number not in known.items]
    if missing and not known.is_all:
        for row in run(_ITEMS_OF_NUMBERS, {"numbers": missing}):
            known.items[row.omnitron_id] = ItemKey(*tuple(row))
    return {number: known.items[number] for number in omnitron_ids if number in known.items}


def is_new_here(work: UnitOfWork, item: ItemKey) -> bool:
    """Whether this unit of work made the item's order and is the only one that can write about it."""
    return _known(work).is_all and item.omnitron_id in _known(work).items


def item_of_id(order_item_id: int) -> ItemKey:
    """The order item of that id. Raises NotFound."""
    row = run(_ITEM_OF_ID, {"order_item_id": order_item_id}).one_or_none()
    if row is None:
        raise NotFound("order_item", order_item_id)
    return ItemKey(*tuple(row))


def remember(work: UnitOfWork, made: OrderKey, omnitron_id: int | None, items: Iterable[ItemKey]) -> None:
    """A new order, so that facts about it need not look for it."""
    known = _known(work)
    if made not in orders_of_number(work, made.number):
        known.by_number[made.number].append(made)
    known.by_id[made.id] = made
    known.items.update((one.omnitron_id, one) for one in items)
    if omnitron_id is not None:
        known.upstream[made.channel, omnitron_id] = made.number


def _stored_of_number(number: str) -> list[OrderKey]:
    return [OrderKey(*tuple(row)) for row in run(_OF_NUMBER, {"number": number})]


def _known(work: UnitOfWork) -> _Known:
    found: _Known = work.cache.setdefault("orders", _Known())
    return found
