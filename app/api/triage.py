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
from app.queries import kept_triage, overview
from app.queries.kept_triage import KeptFix
from app.services import wake
from app.wording import Names, lint_text


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
    """Packages by cause as of now; fixes and odd rules as of `counted_at`, null before the first look.

    `facts_changed`: a fact was recorded since, so the fixes may be others; a worker looks again soon.
    """

    counted_at: InstantText | None
    facts_changed: bool
    total: int
    causes: list[CauseShape]
    fixes: list[FixShape]
    lint: list[LintShape]


@endpoint("GET", "/api/v1/oms/triage/", tag="packages", roles=DESK, answers=TriageShape)
def show_triage(viewer: Viewer) -> TriageShape:
    """Causes with their counts, joint fixes with the packages each serves, and rules that are odd.

    Each fix is counted by planning the queue again, the oldest orders first, with that fix alone. What
    planning again serves without any change is the fix `replan`, and counted by no other. A worker looks
    when facts have changed; this answers what it found last.
    """
    causes = {one.cause: one.packages for one in overview.count_by_cause()}
    found = kept_triage.kept_triage()
    if found is None:
        wake.look_again()
    names = Names(clock.now(), locations=found.location_names if found else {})
    return TriageShape(
        counted_at=text(found.computed_at) if found else None,
        facts_changed=found is None or found.is_outdated,
        total=sum(causes.values()),
        causes=[CauseShape(Cause(cause) if cause else None, n) for cause, n in causes.items()],
        fixes=[_fix(one) for one in found.fixes] if found else [],
        lint=[_lint(one, names) for one in found.lint] if found else [],
    )


def _fix(one: KeptFix) -> FixShape:
    return FixShape(
        changes=[ChangeShape(**change_target(change)) for change in one.changes],
        packages=one.packages,
        order_numbers=list(one.order_numbers),
    )


def _lint(one: Finding, names: Names) -> LintShape:
    return LintShape(one.code, lint_text(one, names), one.scenario, one.rule)
