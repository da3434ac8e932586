"""Whether a held reservation still holds units for somebody, or is stale, and why."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.facts import HeldReservation, StockAnswer, World

CANCELLED_ORDER = "100"
CANCELLED_PACKAGE = "600"
BLOCKED_PACKAGE = "700"
LEFT_THE_SHELF_ORDER = frozenset({"500", "510", "540", "550"})
LEFT_THE_SHELF_PACKAGE = frozenset({"500", "550"})


class StaleReason(StrEnum):
    """Why a held reservation holds units nobody needs any more, in order of precedence."""

    ERP_REGISTERED = "erp_registered"
    ORDER_CANCELLED = "order_cancelled"
    PACKAGE_CANCELLED = "package_cancelled"
    ORPHAN = "orphan"


class LiveNote(StrEnum):
    """What is worth saying about a reservation that looks stale and is not."""

    AWAITING_STOCK_ANSWER = "awaiting_stock_answer"
    SHIPPED_NOT_REGISTERED = "shipped_not_registered"
    BLOCKED_PACKAGE = "blocked_package"


def stale_reason(
    held: HeldReservation, answer: StockAnswer | None, now: datetime, orphan_after: timedelta
) -> StaleReason | None:
    """The first reason that holds, or None for a reservation that is live.

    `answer` is the location's last stock answer for the product; `orphan_after` is how old an order must
    be before a reservation without package item counts as forgotten.
    """
    if _registered(held) and _answered_since(held, answer):
        return StaleReason.ERP_REGISTERED
    if CANCELLED_ORDER in (held.order_state, held.item_state):
        return StaleReason.ORDER_CANCELLED
    if CANCELLED_PACKAGE in (held.package_state, held.package_item_state):
        return StaleReason.PACKAGE_CANCELLED
    if _left_the_shelf(held):
        # Releasing it would sell the unit twice: the ERP has not taken it off its count yet.
        return None
    if held.package_id is None and now - held.order_placed_at > orphan_after:
        return StaleReason.ORPHAN
    return None


def live_note(held: HeldReservation) -> LiveNote | None:
    """What to say about a reservation that is not stale; None when there is nothing unusual."""
    if _registered(held):
        return LiveNote.AWAITING_STOCK_ANSWER
    if _left_the_shelf(held):
        return LiveNote.SHIPPED_NOT_REGISTERED
    if held.package_state == BLOCKED_PACKAGE:
        return LiveNote.BLOCKED_PACKAGE
    return None


def stale_in(world: World, held: HeldReservation) -> StaleReason | None:
    """`stale_reason` with the facts of that world."""
    return stale_reason(held, world.stock.get(held.place), world.seen_at, world.orphan_after)


def _registered(held: HeldReservation) -> bool:
    return held.mapped_at is not None and held.mapped_at >= held.reserved_at


def _answered_since(held: HeldReservation, answer: StockAnswer | None) -> bool:
    return answer is not None and held.mapped_at is not None and answer.answered_at > held.mapped_at


def _left_the_shelf(held: HeldReservation) -> bool:
    shipped = (
        held.order_state in LEFT_THE_SHELF_ORDER
        or held.item_state in LEFT_THE_SHELF_ORDER
        or held.package_state in LEFT_THE_SHELF_PACKAGE
    )
    return shipped and held.mapped_at is None
