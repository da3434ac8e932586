"""Which cause a package and each of its lines has, once the remedies are known (diagnosis.md, section 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.checks import BEFORE_STOCK
from app.domain.diagnosis.causes import WITHOUT_REMEDY, Cause
from app.domain.diagnosis.looks import LocationLook
from app.domain.diagnosis.remedies import Findings
from app.domain.facts import NEARNESS, Check, Line

Looks = Mapping[int, Sequence[LocationLook]]
"""order_item_id → locations, nearest first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The cause of the package, of each unserved line, and whether the facts suffice to be sure."""

    cause: Cause
    by_line: Mapping[int, Cause]

    @property
    def determined(self) -> bool:
        """False while a missing stock answer could change the verdict."""
        return self.cause is not Cause.NO_STOCK_ANSWER


def judge(findings: Findings, looks: Looks) -> Verdict:
    """The verdict on a package's unserved lines."""
    lines = findings.base.unserved
    if findings.remedies:
        cause = findings.remedies[0].cause
        return Verdict(cause, dict.fromkeys(looks, cause))
    if findings.base.scenario is None:
        return Verdict(Cause.NO_MATCHING_SCENARIO, dict.fromkeys(looks, Cause.NO_MATCHING_SCENARIO))
    by_line = {
        line.order_item_id: _helped(line, findings) or cause_without_remedy(line, looks[line.order_item_id])
        for line in lines
    }
    served = {item: Cause.SERVED_NOW for item in looks if item not in by_line}
    return Verdict(_worst(list(by_line.values())), {**served, **by_line})


def _helped(line: Line, findings: Findings) -> Cause | None:
    """The class of the first change that would serve this line, though not the whole package."""
    for remedy in findings.partly:
        if all(left.order_item_id != line.order_item_id for left in remedy.proof.unserved):
            return remedy.cause
    return None


def _worst(causes: Sequence[Cause]) -> Cause:
    hopeless = [cause for cause in WITHOUT_REMEDY if cause in causes]
    # Every line can be helped, only not by two changes together: that is a combination of more.
    return hopeless[0] if hopeless else Cause.COMBINATION


def cause_without_remedy(line: Line, looks: Sequence[LocationLook]) -> Cause:
    """Why no change of ours would serve the line."""
    asked = [look for look in looks if passes_before_stock(look)]
    enough = [look for look in asked if (look.cell.stock_count or 0) >= line.needed and look.holders]
    if enough:
        return Cause.RESERVED_BY_OTHERS
    if any(look.cell.stock_count is None for look in asked):
        return Cause.NO_STOCK_ANSWER
    return Cause.OUT_OF_STOCK_EVERYWHERE


def passes_before_stock(look: LocationLook) -> bool:
    """Whether the rules let the location serve at all, so that its stock was asked."""
    return look.check not in BEFORE_STOCK and NEARNESS[look.check] > NEARNESS[Check.NO_MATCHING_SCENARIO]
