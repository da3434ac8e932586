"""Which cause a package and each of its lines has, once the remedies are known (diagnosis.md, section 3)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from app.domain.checks import BEFORE_STOCK
from app.domain.diagnosis.causes import WITHOUT_REMEDY, Cause
from app.domain.diagnosis.looks import LocationLook
from app.domain.diagnosis.remedies import Findings
from app.domain.facts import Check, Line

LooksFor = Callable[[Line], Sequence[LocationLook]]
"""How each location looked for a line, nearest first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The cause of the package, of each of its lines, and whether the facts suffice to be sure."""

    cause: Cause
    by_line: Mapping[int, Cause]

    @property
    def determined(self) -> bool:
        """False while a missing stock answer could change the verdict."""
        return self.cause is not Cause.NO_STOCK_ANSWER


def judge(lines: Sequence[Line], findings: Findings, looks_for: LooksFor) -> Verdict:
    """The verdict on a package's lines."""
    by_line = {line.order_item_id: _cause_of_line(line, findings, looks_for) for line in lines}
    if findings.remedies:
        return Verdict(findings.remedies[0].cause, by_line)
    if findings.base.scenario is None:
        return Verdict(Cause.NO_MATCHING_SCENARIO, by_line)
    return Verdict(_worst(by_line.values()), by_line)


def _cause_of_line(line: Line, findings: Findings, looks_for: LooksFor) -> Cause:
    if line.order_item_id not in findings.base.unserved_items:
        return Cause.SERVED_NOW
    helped = findings.causes.get(line.order_item_id)
    if helped is not None:
        return helped
    if findings.base.scenario is None:
        return Cause.NO_MATCHING_SCENARIO
    return cause_without_remedy(line, looks_for(line))


def _worst(causes: Collection[Cause]) -> Cause:
    hopeless = [cause for cause in WITHOUT_REMEDY if cause in causes]
    # Every line can be helped, only not by two changes together: that is a combination of more.
    return hopeless[0] if hopeless else Cause.COMBINATION


def cause_without_remedy(line: Line, looks: Sequence[LocationLook]) -> Cause:
    """Why no change of ours would serve the line.

    Where somebody counts enough for it, a missing answer elsewhere does not leave the verdict open: the units
    are held by others, or went to another line of the same order.
    """
    enough = have_enough(line, looks)
    if any(look.live_holders for look in enough):
        return Cause.RESERVED_BY_OTHERS
    if not enough and any(passes_before_stock(look) and look.cell.stock_count is None for look in looks):
        return Cause.NO_STOCK_ANSWER
    return Cause.OUT_OF_STOCK_EVERYWHERE


def held_by_others(line: Line, looks: Sequence[LocationLook]) -> tuple[LocationLook, ...]:
    """Where there would be enough for the line, were it not for reservations that somebody needs."""
    return tuple(look for look in have_enough(line, looks) if look.live_holders)


def have_enough(line: Line, looks: Sequence[LocationLook]) -> tuple[LocationLook, ...]:
    """The locations that may serve and count enough for the line alone, whoever holds it."""
    return tuple(
        look for look in looks if passes_before_stock(look) and (look.cell.stock_count or 0) >= line.needed
    )


def passes_before_stock(look: LocationLook) -> bool:
    """Whether the rules let the location serve at all, so that its stock was asked."""
    return look.check not in BEFORE_STOCK and look.check is not Check.NO_MATCHING_SCENARIO
