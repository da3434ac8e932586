"""Tries one case: its world is loaded, explained and mended by the real services, and held to its label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app import clock
from app.domain.diagnosis.explanation import Explanation
from app.domain.diagnosis.remedies import Remedy
from app.domain.diagnosis.targets import change_target, remedy_key
from app.domain.errors import StocktraceError
from app.domain.planning import plan
from app.extensions import db
from app.models import Order, Package, PackageItem, PlanAttempt, StockLocation
from app.queries.explanations import PackageExplanation, explain_package, present_demand
from app.services.remedies import apply_remedy
from app.services.unit_of_work import unit_of_work
from tests.accuracy.corpus import Case
from tests.accuracy.faults import Target
from tests.accuracy.healthy import NUMBER
from tests.domain.every_change import changed_worlds
from tests.world.scripts import Script

HOPELESS = ("out_of_stock_everywhere", "no_stock_answer", "reserved_by_others", "no_matching_scenario")


@dataclass
class Result:
    """What was found for one case."""

    case: Case
    cause: str
    determined: bool
    names_it: bool
    """The first remedy is about exactly what was broken; without one, none was expected."""
    remedies: int = 0
    tried: int = 0
    """Remedies applied, with those that serve only some lines."""
    failed: list[str] = field(default_factory=list)
    """Remedies shown that did not serve what they promised."""
    wrong: list[str] = field(default_factory=list)
    """Whatever else did not hold."""

    @property
    def is_right(self) -> bool:
        return self.cause == self.case.label.cause

    @property
    def wrongly_gave_up(self) -> bool:
        """No remedy was shown where what was broken could be mended."""
        return not self.remedies and bool(self.case.label.targets)


def try_case(case: Case) -> Result:
    """Try it in an empty database, within an application context. What was tried stays in the database."""
    script = Script(case.lines)
    script.load()
    with clock.at(script.at):
        package_id = waiting_package()
        if package_id is None:
            return Result(case, "not waiting", True, False)
        found = explain_package(package_id, "now", script.at)
        result = _compared(case, found)
        result.wrong += _contradictions(package_id, found)
        result.wrong += _decided_otherwise(explain_package(package_id, "plan", script.at))
        _try_remedies(package_id, found.explanation, result)
    return result


def waiting_package() -> int | None:
    """The open out-of-stock package of the order that cases are about."""
    return db.session.scalars(
        select(Package.id).join(Order).where(Order.number == NUMBER, Package.state == "920")
    ).one_or_none()


def _compared(case: Case, found: PackageExplanation) -> Result:
    explanation = found.explanation
    named = named_by(explanation.remedies[0]) if explanation.remedies else None
    wanted = case.label.targets
    return Result(
        case,
        explanation.cause.value if explanation.cause else "none",
        explanation.determined,
        named in wanted if named else not wanted,
        len(explanation.remedies),
    )


def named_by(remedy: Remedy) -> frozenset[Target]:
    """What its changes are about, in the words of the labels."""
    targets = [change_target(change) for change in remedy.changes]
    return frozenset(
        tuple(str(target[name]) for name in ("kind", "erp_code", "sku") if name in target)
        for target in targets
    )


def _contradictions(package_id: int, found: PackageExplanation) -> list[str]:
    """Counts that do not add up, a kept cause that differs, a single change that was overlooked."""
    explanation, wrong = found.explanation, []
    known = len(db.session.scalars(select(StockLocation.id)).all())
    for line in explanation.lines:
        if sum(line.by_check.values()) != known or len(line.looks) != known:
            wrong.append(f"counts of line {line.line.order_item_id} do not add up to {known}")
    if found.package.cause != explanation.cause:
        wrong.append(f"the kept cause is {found.package.cause}")
    if not explanation.remedies:
        overlooked = [
            " ".join(subject)
            for subject, changed in changed_worlds(explanation.demand, explanation.world)
            if plan(explanation.demand, changed).is_whole
        ]
        wrong += [f"overlooked: {subject}" for subject in overlooked]
    return wrong


def _decided_otherwise(then: PackageExplanation) -> list[str]:
    """Where the explanation of the stored attempt differs from what was stored as decided."""
    assert then.attempt is not None
    rows = db.session.execute(
        select(PackageItem.order_item_id, StockLocation.erp_code, PackageItem.quantity)
        .join(Package, Package.id == PackageItem.package_id)
        .join(StockLocation, StockLocation.id == Package.stock_location_id)
        .where(Package.attempt_id == then.attempt.id)
    )
    served = Counter((one.order_item_id, one.erp_code, one.quantity) for one in then.explanation.base.grants)
    waiting = {item.order_item_id for item in then.items if item.state == "920"}
    wrong = []
    if served != Counter(tuple(row) for row in rows):
        wrong.append("explained at its plan, other lines were served")
    if waiting != then.explanation.base.unserved_items:
        wrong.append("explained at its plan, other lines were left")
    scenario = db.session.scalars(
        select(PlanAttempt.scenario_name).where(PlanAttempt.id == then.attempt.id)
    ).one()
    if scenario != (then.explanation.base.scenario.name if then.explanation.base.scenario else None):
        wrong.append("explained at its plan, another scenario matched")
    return wrong


# --- remedies --------------------------------------------------------------------------------------


class _TakenBackError(Exception):
    """Undoes a remedy that was only tried."""


def _try_remedies(package_id: int, explanation: Explanation, result: Result) -> None:
    """Every remedy that is shown, each on the same facts; the first stays."""
    shown = (*explanation.remedies, *explanation.partly)
    for remedy in reversed(shown):
        result.tried += 1
        failure = _failure(package_id, remedy, explanation, stays=remedy is shown[0])
        if failure:
            names = " + ".join(" ".join(target) for target in sorted(named_by(remedy)))
            result.failed.append(f"{names}: {failure}")


def _failure(package_id: int, remedy: Remedy, explanation: Explanation, *, stays: bool) -> str | None:
    """Why the remedy, applied for real, did not do what it promised; None when it did."""
    try:
        with unit_of_work():
            apply_remedy(package_id, remedy_key(remedy.changes), "as shown")
            left = _left(package_id)
            if not stays:
                raise _TakenBackError
    except _TakenBackError:
        pass
    except StocktraceError as error:
        return f"refused: {error!r}"
    promised = {line.order_item_id for line in remedy.proof.unserved} & {
        line.order_item_id for line in explanation.demand.lines
    }
    return None if set(left) == promised else f"left {sorted(left)}, promised {sorted(promised)}"


def _left(package_id: int) -> Sequence[int]:
    present = present_demand(package_id, clock.now())
    return [line.order_item_id for line in present[0].lines] if present else []
