"""Brings named orders here from the upstream, and says of each whether it came (D8).

What the upstream is asked, and how its answers become orders, is the business of what is plugged in here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import current_app

from app.domain import order_pull as texts
from app.queries import order_numbers

UPSTREAM = "upstream"
"""Where the application keeps its Upstream, in `app.extensions`; without one nothing can be pulled."""


class Upstream(Protocol):
    """Whoever can fetch an order by its number and import it, in a transaction of its own."""

    def pull_order(self, number: str) -> Sequence[str]:
        """The errors (texts of app.domain.order_pull) that kept the order away; none when it is here now."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of one number; no errors means that its order is here now."""

    order_number: str
    errors: tuple[str, ...] = ()


def pull_orders(numbers: Sequence[str]) -> list[Pulled]:
    """Pull each order; one result a number, in their order. A number named twice is pulled once.

    Orders that are here already are not asked for again.
    """
    taken = order_numbers.channels_by_number(numbers)
    upstream: Upstream | None = current_app.extensions.get(UPSTREAM)
    found = {number: _pull(number, taken.get(number, ()), upstream) for number in dict.fromkeys(numbers)}
    return [found[number] for number in numbers]


def _pull(number: str, channels: Sequence[str], upstream: Upstream | None) -> Pulled:
    if channels:
        return Pulled(number, tuple(texts.already_exists(number, channel) for channel in channels))
    if upstream is None:
        return Pulled(number, (texts.not_connected(number),))
    return Pulled(number, tuple(upstream.pull_order(number)))
