"""What a world should be diagnosed as, from what was broken in it: the design's tables, written by hand.

Nothing here asks the product. Source: diagnosis.md, section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.accuracy.faults import Damage, Target

CHEAPEST_FIRST = (
    {"served_now"},
    {"stale_reservation"},
    {"discrepancy_hold"},
    {"quota_unset", "quota_full"},
    {"location_inactive"},
    {"outside_scenario"},
    {"split_forbidden"},
    {"no_matching_scenario"},
)
WORST_FIRST = ("no_matching_scenario", "out_of_stock_everywhere", "no_stock_answer", "reserved_by_others")


@dataclass(frozen=True)
class Label:
    """The cause, and what the first remedy may name: several where equals compete, none where none helps."""

    cause: str
    targets: tuple[frozenset[Target], ...] = ()

    @property
    def determined(self) -> bool:
        """Only a missing answer leaves a verdict open."""
        return self.cause != "no_stock_answer"


PLANNED_AGAIN = Label("served_now", (frozenset({("replan",)}),))


def cost(cause: str) -> int:
    """The place of a cause in the order of remedies."""
    return next(place for place, causes in enumerate(CHEAPEST_FIRST) if cause in causes)


def of_one(damage: Damage) -> Label:
    """One thing is broken."""
    return Label(damage.cause, _together([damage]))


def in_series(damages: Sequence[Damage], slots: Iterable[str]) -> Label:
    """Two things are broken at one place, and both must be mended.

    Where one of them cannot be, the place decides: while it is shut out before its stock is asked, it counts
    neither as one that never answered nor as one that holds units for others.
    """
    hopeless = [damage.cause for damage in damages if damage.target is None]
    if not hopeless:
        return Label(_class_of(damages), _together(damages))
    if "scenario" in slots:
        return Label("no_matching_scenario")
    is_asked = "split" in slots
    return Label(hopeless[0] if is_asked else "out_of_stock_everywhere")


def of_two_lines(damages: Sequence[Damage]) -> Label:
    """Each of two lines lacks something of its own: both must be mended, or the worst line decides."""
    hopeless = {damage.cause for damage in damages if damage.target is None}
    if hopeless:
        return Label(next(cause for cause in WORST_FIRST if cause in hopeless))
    return Label(_class_of(damages), _together(damages))


def of_two_ways(damages: Sequence[Damage]) -> Label:
    """Each of two locations would do, were it not for what is broken there: the least change is named.

    Where neither can be mended, units that others hold are named before a missing answer.
    """
    mendable = [damage for damage in damages if damage.target is not None]
    if not mendable:
        causes = {damage.cause for damage in damages}
        return Label(next(cause for cause in reversed(WORST_FIRST) if cause in causes))
    least = min(cost(damage.cause) for damage in mendable)
    named = [damage for damage in mendable if cost(damage.cause) == least]
    return Label(named[0].cause, tuple(frozenset({damage.target}) for damage in named if damage.target))


def _class_of(damages: Sequence[Damage]) -> str:
    causes = {damage.cause for damage in damages}
    return causes.pop() if len(causes) == 1 else "combination"


def _together(damages: Sequence[Damage]) -> tuple[frozenset[Target], ...]:
    targets = [damage.target for damage in damages]
    return (frozenset(target for target in targets if target),) if all(targets) else ()
