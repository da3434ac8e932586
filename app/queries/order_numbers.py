"""Which order numbers are taken, and where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from app.extensions import db
from app.models.channels import Channel
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.orders import Order

_ORDERS, _CHANNELS = table(Order), table(Channel)
_OF_NUMBERS = (
    select(_ORDERS.c.number, _CHANNELS.c.name)
    .join(_CHANNELS, _CHANNELS.c.id == _ORDERS.c.channel_id)
    .where(one_of(_ORDERS.c.number, "numbers"))
    .order_by(_ORDERS.c.number, _ORDERS.c.id)
)


def channels_by_number(numbers: Collection[str]) -> dict[str, list[str]]:
    """For each of the numbers that an order has, the names of the channels it was sold in."""
    found: dict[str, list[str]] = defaultdict(list)
    for number, channel in db.session.execute(_OF_NUMBERS, {"numbers": numbers}):
        found[number].append(channel)
    return dict(found)
