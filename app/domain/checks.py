"""Whether one location can serve one line under one rule: the checks, in order of precedence.

Nothing else in the product decides this question: planning asks for the first failing check, diagnosis
for each that a change could mend. Source: diagnosis.md, section 2.
"""

from collections.abc import Callable
from typing import NamedTuple

from app.domain.facts import Check, Line, Location, Rule, Split


class Look(NamedTuple):
    """What the checks see of one location and one line. Counts are hundredths."""

    rule: Rule
    location: Location
    line: Line
    admitted: bool
    in_use: bool
    """The location already has a package in this attempt, so it is not asked for quota again."""
    refused: bool
    discrepancy: bool
    stock_count: int | None
    reservation_count: int

    @property
    def free(self) -> int:
        """Units not promised to anybody; negative when more is reserved than there is."""
        return (self.stock_count or 0) - self.reservation_count


def not_in_rule(look: Look) -> bool:
    """The rule's list, except-list or type leaves the location out."""
    return not look.admitted


def location_inactive(look: Look) -> bool:
    """The location is switched off."""
    return not look.location.is_active


def refused_here(look: Look) -> bool:
    """This location refused this order item before."""
    return look.refused


def quota_unset(look: Look) -> bool:
    """The rule selects by quota and the location has none."""
    return look.rule.select_by_quota and not look.in_use and look.location.max_quota is None


def quota_full(look: Look) -> bool:
    """The rule selects by quota and the location's is used up."""
    location = look.location
    if not look.rule.select_by_quota or look.in_use or location.max_quota is None:
        return False
    return location.max_quota - location.quota <= 0


def discrepancy_hold(look: Look) -> bool:
    """An active discrepancy says the product is not there (D10)."""
    return look.discrepancy


def no_stock_answer(look: Look) -> bool:
    """The location never returned a count for this product; zero is a count."""
    return look.stock_count is None


def insufficient_stock(look: Look) -> bool:
    """There is too little stock, whoever holds it."""
    if look.stock_count is None:
        return False
    if look.rule.split is Split.QUANTITY:
        return look.stock_count <= 0
    return look.stock_count < look.line.needed


def fully_reserved(look: Look) -> bool:
    """There would be enough stock, but what is held by others leaves too little."""
    if look.stock_count is None or insufficient_stock(look):
        return False
    if look.rule.split is Split.QUANTITY:
        return look.free <= 0
    return look.free < look.line.needed


def partial(look: Look) -> bool:
    """Under split by quantity: some units are free, but not all that are needed."""
    return look.rule.split is Split.QUANTITY and 0 < look.free < look.line.needed


CHECKS: tuple[tuple[Check, Callable[[Look], bool]], ...] = (
    (Check.NOT_IN_RULE, not_in_rule),
    (Check.LOCATION_INACTIVE, location_inactive),
    (Check.REFUSED_HERE, refused_here),
    (Check.QUOTA_UNSET, quota_unset),
    (Check.QUOTA_FULL, quota_full),
    (Check.DISCREPANCY_HOLD, discrepancy_hold),
    (Check.NO_STOCK_ANSWER, no_stock_answer),
    (Check.INSUFFICIENT_STOCK, insufficient_stock),
    (Check.FULLY_RESERVED, fully_reserved),
    (Check.PARTIAL, partial),
)

BEFORE_STOCK = frozenset(
    {
        Check.NOT_IN_RULE,
        Check.LOCATION_INACTIVE,
        Check.REFUSED_HERE,
        Check.QUOTA_UNSET,
        Check.QUOTA_FULL,
        Check.DISCREPANCY_HOLD,
    }
)
"""The checks that say whether a location may serve at all, before its stock is asked."""


def first_failing(look: Look) -> Check:
    """The check that decides, or `ok`."""
    for check, fails in CHECKS:
        if fails(look):
            return check
    return Check.OK
