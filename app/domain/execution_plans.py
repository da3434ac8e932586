"""States of an execution plan and of its items, and the commands possible on a plan (domain.md, 3)."""

from collections.abc import Iterable
from enum import StrEnum


class PlanState(StrEnum):
    """State of an order's plan, as stored and sent."""

    START = "start"
    PENDING = "pending"
    CANCELLED = "cancelled"
    COMPLETED = "completed"


class PlanItemState(StrEnum):
    """What became of one line, or of the part of it that one package serves."""

    SERVED = "served"
    OUT_OF_STOCK = "out_of_stock"
    CANCELLED = "cancelled"


class PlanCommand(StrEnum):
    """What can be done to a plan."""

    REPLAN = "replan"
    CANCEL = "cancel"


# Where a plan may go from each state. A completed plan is pending again when a served line comes back
# (refused, not found); a cancelled one is reopened when its order becomes plannable again.
NEXT_STATES: dict[PlanState, frozenset[PlanState]] = {
    PlanState.START: frozenset({PlanState.PENDING, PlanState.COMPLETED, PlanState.CANCELLED}),
    PlanState.PENDING: frozenset({PlanState.COMPLETED, PlanState.CANCELLED}),
    PlanState.COMPLETED: frozenset({PlanState.PENDING, PlanState.CANCELLED}),
    PlanState.CANCELLED: frozenset({PlanState.PENDING, PlanState.COMPLETED}),
}


def commands_for_plan(state: str) -> list[PlanCommand]:
    """Commands that are possible now: all of them while the plan is pending, none otherwise."""
    return list(PlanCommand) if state == PlanState.PENDING else []


def may_become(before: PlanState, after: PlanState) -> bool:
    """Whether a plan may go from `before` to `after`; staying is always allowed."""
    return after is before or after in NEXT_STATES[before]


def state_from_items(item_states: Iterable[str]) -> PlanState:
    """State of a plan whose items are in these states.

    A line out of stock keeps it pending; without one it is completed as long as anything is served, and
    cancelled when nothing is left to do. A plan without items has not been planned yet.
    """
    found = set(item_states)
    if not found:
        return PlanState.START
    if PlanItemState.OUT_OF_STOCK in found:
        return PlanState.PENDING
    return PlanState.COMPLETED if PlanItemState.SERVED in found else PlanState.CANCELLED
