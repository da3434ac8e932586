"""All packages that are out of stock at once: why, what would serve many of them, and rules that are odd."""

from __future__ import annotations

from msgspec import Struct

from app import clock
from app.api.answers import text
from app.api.endpoints import DESK, endpoint
from app.api.explanations import ChangeShape
from app.api.values import InstantText
from app.domain.access import Viewer
from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.lint import Finding, LintCode
from app.domain.diagnosis.targets import change_target
from app.domain.diagnosis.triage import JointFix
from app.queries import triage
from app.wording import Names, lint_text

NAMED_ORDERS = 20


class CauseShape(Struct, frozen=True):
    """How many packages have a cause; null: not explained yet."""

    cause: Cause | None
    packages: int


class FixShape(Struct, frozen=True):
    """Changes to make once, how many packages they serve, and the first 20 of their orders."""

    changes: list[ChangeShape]
    packages: int
    order_numbers: list[str]


class LintShape(Struct, frozen=True):
    """A scenario, rule or location that can serve nothing, or does not."""

    code: LintCode
    text: str
    scenario: str | None
    rule: str | None


class TriageShape(Struct, frozen=True):
    """Everything as of `counted_at`."""

    counted_at: InstantText
    total: int
    causes: list[CauseShape]
    fixes: list[FixShape]
    lint: list[LintShape]


@endpoint("GET", "/api/v1/oms/triage/", tag="packages", roles=DESK, answers=TriageShape)
def show_triage(viewer: Viewer) -> TriageShape:
    """Causes with their counts, joint fixes with the packages each serves, and rules that are odd.

    Each fix is counted by planning the queue again, the oldest orders first, with that fix alone. What
    planning again serves without any change is the fix `replan`, and counted by no other.
    """
    found = triage.find_triage(clock.now())
    names = Names(found.counted_at, locations=found.location_names)
    return TriageShape(
        counted_at=text(found.counted_at),
        total=found.total,
        causes=[CauseShape(Cause(cause) if cause else None, n) for cause, n in found.by_cause.items()],
        fixes=[_fix(one) for one in found.fixes],
        lint=[_lint(one, names) for one in found.lint],
    )


def _fix(one: JointFix) -> FixShape:
    return FixShape(
        changes=[ChangeShape(**change_target(change)) for change in one.changes],
        packages=len(one.served),
        order_numbers=[demand.order_number for demand in one.served[:NAMED_ORDERS]],
    )


def _lint(one: Finding, names: Names) -> LintShape:
    return LintShape(one.code, lint_text(one, names), one.scenario, one.rule)
