"""Which order numbers are taken, and where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, select

from app.domain.packages import PackageState
from app.extensions import db
from app.models.channels import Channel
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.orders import Order
from app.models.packages import Package

_ORDERS, _CHANNELS = table(Order), table(Channel)
_PACKAGES = table(Package)
_CAME = (
    select(_ORDERS.c.state, _PACKAGES.c.state.label("package_state"))
    .join_from(_ORDERS, _PACKAGES, _PACKAGES.c.order_id == _ORDERS.c.id, isouter=True)
    .where(_ORDERS.c.number == bindparam("number"))
    .order_by(_ORDERS.c.id, _PACKAGES.c.id)
)
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


def newest() -> str | None:
    """The number of the order that came last."""
    return db.session.execute(select(_ORDERS.c.number).order_by(_ORDERS.c.id.desc()).limit(1)).scalar()


def what_came(number: str) -> dict[str, Any]:
    """Of the orders of that number: the state of the first, and how many packages serve or wait."""
    found = db.session.execute(_CAME, {"number": number}).all()
    packages = [row.package_state for row in found if row.package_state is not None]
    waiting = sum(state == PackageState.OUT_OF_STOCK for state in packages)
    return {
        "state": found[0].state if found else None,
        "served": len(packages) - waiting,
        "waiting": waiting,
    }
