"""States of orders and their items, and what a state means for planning (domain.md, 3; diagnosis.md, 1).

Order and item states come from upstream only: nothing here decides a new one.
"""

from collections.abc import Iterable
from enum import StrEnum


class OrderState(StrEnum):
    """State codes of an order, as stored and sent."""

    CANCELLATION_WAITING = "50"
    CANCELLED = "100"
    WAITING = "200"
    PAYMENT_WAITING = "300"
    CONFIRMATION_WAITING = "350"
    APPROVED = "400"
    PREPARING = "450"
    SHIPPED = "500"
    SHIPPED_AND_INFORMED = "510"
    READY_FOR_PICKUP = "520"
    ATTEMPTED_DELIVERY = "540"
    REVIEW_STARTED = "544"
    REVIEW_WAITING = "545"
    DELIVERED = "550"
    REFUNDED = "600"


class ItemState(StrEnum):
    """State codes of an order item: those of an order, and 425 inactive."""

    CANCELLATION_WAITING = "50"
    CANCELLED = "100"
    WAITING = "200"
    PAYMENT_WAITING = "300"
    CONFIRMATION_WAITING = "350"
    APPROVED = "400"
    INACTIVE = "425"
    PREPARING = "450"
    SHIPPED = "500"
    SHIPPED_AND_INFORMED = "510"
    READY_FOR_PICKUP = "520"
    ATTEMPTED_DELIVERY = "540"
    REVIEW_STARTED = "544"
    REVIEW_WAITING = "545"
    DELIVERED = "550"
    REFUNDED = "600"


# States in which an order, or an item of it, is still to be served.
PLANNABLE_STATES: frozenset[str] = frozenset({OrderState.APPROVED, OrderState.PREPARING})


def is_plannable(state: str) -> bool:
    """Whether an order in this state is planned."""
    return state in PLANNABLE_STATES


def is_line_to_serve(order_state: str, item_state: str) -> bool:
    """Whether an item is a line to serve: it and its order are both in a plannable state."""
    return is_plannable(order_state) and is_plannable(item_state)


def items_that_follow(state_before: str, items: Iterable[tuple[int, str]]) -> list[int]:
    """Ids of the items that move along when the whole order changes state.

    `items` are (id, state) pairs. Only items still in the order's former state follow it: one that was
    cancelled or set inactive on its own keeps its state.
    """
    return [item_id for item_id, state in items if state == state_before]
