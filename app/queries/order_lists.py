"""Which orders a list of the API holds: its exact count, and the ids on a page.

The ids come first, from a narrow index; what is shown of each is read afterwards for all of them at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, func, select

from app.extensions import db
from app.models.channels import Channel
from app.models.columns import table
from app.models.counters import ORDERS
from app.models.list_parameters import one_of
from app.models.orders import Order
from app.queries import counters, page_keys, visibility
from app.queries.counters import Blocks

_orders, _channels = table(Order).c, table(Channel).c
SORTS: Mapping[str, ColumnElement[Any]] = {
    "id": _orders.id,
    "number": _orders.number,
    "state__enum_value": _orders.state,
    "channel": _orders.channel_id,
    "payment_type": _orders.payment_type,
    "delivery_type": _orders.delivery_type,
    "date_placed": _orders.date_placed,
    "created_date": _orders.created_date,
    "modified_date": _orders.modified_date,
}
NEWEST_FIRST = "-id"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders; None means any. Instants are included."""

    number: str | None = None
    numbers: tuple[str, ...] | None = None
    state: str | None = None
    channel_id: int | None = None
    payment_type: str | None = None
    delivery_type: str | None = None
    placed_from: datetime | None = None
    placed_to: datetime | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    modified_from: datetime | None = None
    modified_to: datetime | None = None

    def given(self) -> dict[str, Any]:
        """What is asked for, by the names of the fields."""
        found = {name: getattr(self, name) for name in _CONDITIONS}
        return {name: value for name, value in found.items() if value is not None}


_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "number": _orders.number == bindparam("number"),
    "numbers": one_of(_orders.number, "numbers"),
    "state": _orders.state == bindparam("state"),
    "channel_id": _orders.channel_id == bindparam("channel_id"),
    "payment_type": _orders.payment_type == bindparam("payment_type"),
    "delivery_type": _orders.delivery_type == bindparam("delivery_type"),
    "placed_from": _orders.date_placed >= bindparam("placed_from"),
    "placed_to": _orders.date_placed <= bindparam("placed_to"),
    "created_from": _orders.created_date >= bindparam("created_from"),
    "created_to": _orders.created_date <= bindparam("created_to"),
    "modified_from": _orders.modified_date >= bindparam("modified_from"),
    "modified_to": _orders.modified_date <= bindparam("modified_to"),
}
assert set(_CONDITIONS) == {field.name for field in fields(OrderFilter)}

_SIZE, _SKIPPED = bindparam("size", type_=BigInteger), bindparam("skipped", type_=BigInteger)
_NEWEST = (
    select(_orders.id)
    .where(_orders.id < bindparam("bound"))
    .order_by(_orders.id.desc())
    .limit(_SIZE)
    .offset(_SKIPPED)
)


@dataclass(frozen=True, slots=True)
class OrderList:
    """A list of exactly `count` orders. `sums` are the counters that were read for it, by name."""

    count: int
    sums: Mapping[str, Blocks]
    given: Mapping[str, Any]
    own: visibility.Own

    def ids(self, sort: str, offset: int, size: int) -> list[int]:
        """The ids of a page. `sort` is a key of SORTS, with "-" for descending."""
        connection = db.session.connection()
        if sort == NEWEST_FIRST and ORDERS.spans in self.sums:
            start = page_keys.start_of(ORDERS, self.sums[ORDERS.spans], offset)
            where = {"bound": start.bound, "skipped": start.skipped, "size": size}
            return list(connection.execute(_NEWEST, where).scalars().all())
        statement = _seen(_page(tuple(self.given), sort), self.own)
        found = connection.execute(statement, {**self.given, "skipped": offset, "size": size})
        return list(found.scalars().all())


def open_list(wanted: OrderFilter, own: visibility.Own, versions: Collection[str] = ()) -> OrderList:
    """The orders that are wanted and may be seen. Counters of the `versions` are read along."""
    given = wanted.given()
    is_whole = not given and own is None
    names = [ORDERS.spans, *versions] if is_whole else [*versions]
    sums = counters.read(names) if names else {}
    if is_whole:
        return OrderList(counters.total(sums[ORDERS.spans]), sums, given, own)
    statement = _seen(_count(tuple(given)), own)
    count = db.session.connection().execute(statement, given).scalar_one()
    return OrderList(count, sums, given, own)


def is_order(order_id: int, own: visibility.Own) -> bool:
    """Whether there is such an order that may be seen."""
    statement = select(_orders.id).where(_orders.id == order_id, *visibility.orders(own))
    return db.session.connection().execute(statement).first() is not None


def is_channel(channel_id: int) -> bool:
    """Whether there is such a channel."""
    statement = select(_channels.id).where(_channels.id == channel_id)
    return db.session.connection().execute(statement).first() is not None


def is_used(column: str, value: str) -> bool:
    """Whether some order has this `payment_type` or `delivery_type`."""
    statement = select(_orders.id).where(_orders[column] == value).limit(1)
    return db.session.connection().execute(statement).first() is not None


def _seen(statement: Select[Any], own: visibility.Own) -> Select[Any]:
    """Untouched for whoever sees everything: a changed statement is as slow as one that was just built."""
    return statement if own is None else statement.where(*visibility.orders(own))


@lru_cache(maxsize=256)
def _count(names: tuple[str, ...]) -> Select[Any]:
    """Built once for each choice of filters: building costs several times as much as running."""
    conditions = [_CONDITIONS[name] for name in names]
    return select(func.count()).select_from(table(Order)).where(*conditions)


@lru_cache(maxsize=512)
def _page(names: tuple[str, ...], sort: str) -> Select[Any]:
    column = SORTS[sort.removeprefix("-")]
    keys = [column] if column is _orders.id else [column, _orders.id]
    order = [key.desc() for key in keys] if sort.startswith("-") else keys
    conditions = [_CONDITIONS[name] for name in names]
    return select(_orders.id).where(*conditions).order_by(*order).limit(_SIZE).offset(_SKIPPED)
