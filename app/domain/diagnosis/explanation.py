"""explain(demand, world) -> Explanation: why a package is out of stock, and what would serve it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.diagnosis.because import because, sentence
from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.looks import LocationLook, by_check, looks_for
from app.domain.diagnosis.phrases import Ground, Phrase
from app.domain.diagnosis.remedies import Findings, Remedy, find_remedies
from app.domain.diagnosis.verdict import judge
from app.domain.facts import Check, Demand, Line, World
from app.domain.planning import Grant, Plan, plan


@dataclass(frozen=True, slots=True)
class LineFinding:
    """One line: its cause, the counts that add up, and every location, nearest first."""

    line: Line
    cause: Cause | None
    by_check: Mapping[Check, int]
    looks: tuple[LocationLook, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer for one package. `cause` is None for a package that has a location."""

    demand: Demand
    world: World
    base: Plan
    cause: Cause | None
    determined: bool
    sentence: Phrase
    because: tuple[Phrase, ...]
    lines: tuple[LineFinding, ...]
    remedies: tuple[Remedy, ...]
    partly: tuple[Remedy, ...]


def explain(demand: Demand, world: World, as_planned: bool = False) -> Explanation:
    """Explain an out-of-stock package whose unserved lines are the demand's.

    The demand must have at least one line. With `as_planned` it is the whole demand of an attempt, and what
    is explained are the lines that the attempt left unserved.
    """
    findings = find_remedies(demand, world, as_planned)
    left = findings.base.unserved if as_planned else ()
    lines = left or tuple(_lines(demand))
    looks = {line.order_item_id: looks_for(line, findings.base, world) for line in lines}
    verdict = judge(lines, findings, lambda line: looks[line.order_item_id])
    ground = _ground(demand, world, findings, looks, verdict.by_line, lines)
    return Explanation(
        demand=demand,
        world=world,
        base=findings.base,
        cause=verdict.cause,
        determined=verdict.determined,
        sentence=sentence(verdict.cause, ground),
        because=because(verdict.cause, ground),
        lines=tuple(_finding(line, looks, verdict.by_line.get(line.order_item_id)) for line in lines),
        remedies=findings.remedies,
        partly=findings.partly,
    )


def cause_of(demand: Demand, world: World) -> tuple[Cause, bool]:
    """Only the cause, and whether it is determined: what is kept with a package for its queue."""
    findings = find_remedies(demand, world)
    verdict = judge(_lines(demand), findings, lambda line: looks_for(line, findings.base, world))
    return verdict.cause, verdict.determined


def explain_served(demand: Demand, world: World, erp_code: str, items: frozenset[int]) -> Explanation:
    """Why a package was planned at its location: the attempt's own planning, looked at for its lines.

    `items` are the order items of the package; the demand is the whole of what the attempt planned.
    """
    base = plan(demand, world)
    lines = tuple(line for line in _lines(demand) if line.order_item_id in items)
    looks = {line.order_item_id: looks_for(line, base, world) for line in lines}
    ground = _ground(demand, world, Findings(base, (), ()), looks, {}, lines)
    return Explanation(
        demand=demand,
        world=world,
        base=base,
        cause=None,
        determined=True,
        sentence=_served(erp_code, base, ground),
        because=because_served(erp_code, base, ground),
        lines=tuple(_finding(line, looks, None) for line in lines),
        remedies=(),
        partly=(),
    )


def because_served(erp_code: str, base: Plan, ground: Ground) -> tuple[Phrase, ...]:
    """The chain of a package that has a location: what was asked, who matched, and the numbers there."""
    chain = because(Cause.SERVED_NOW, ground)
    line = ground.lines[0]
    look = ground.look(line, erp_code)
    numbers = Phrase(
        "chosen",
        {
            "erp_code": erp_code,
            "sku": line.sku,
            "needed": line.needed,
            "stock_count": look.cell.stock_count,
            "reservation_count": look.cell.reservation_count,
            "answered_at": look.answered_at,
        },
    )
    return (*chain[:2], numbers, *chain[-1:])


def _served(erp_code: str, base: Plan, ground: Ground) -> Phrase:
    grant = _grant_at(erp_code, base)
    rule = next((step.rule for step in base.steps if step.rule and step.rule.id == _rule_id(grant)), None)
    return Phrase(
        "planned_here",
        {
            "erp_code": erp_code,
            "sku": ground.lines[0].sku,
            "rule": rule.name if rule else None,
            "order_by": rule.order_by.value if rule else None,
            "scenario": base.scenario.name if base.scenario else None,
        },
    )


def _grant_at(erp_code: str, base: Plan) -> Grant | None:
    return next((grant for grant in base.grants if grant.erp_code == erp_code), None)


def _rule_id(grant: Grant | None) -> int | None:
    return grant.rule_id if grant else None


def _lines(demand: Demand) -> list[Line]:
    return sorted(demand.lines, key=lambda line: line.order_item_id)


def _ground(
    demand: Demand,
    world: World,
    findings: Findings,
    looks: Mapping[int, tuple[LocationLook, ...]],
    causes: Mapping[int, Cause],
    lines: tuple[Line, ...] | None = None,
) -> Ground:
    return Ground(
        demand,
        world,
        findings.base.scenario,
        lines or tuple(_lines(demand)),
        looks,
        findings.remedies,
        causes,
    )


def _finding(line: Line, looks: Mapping[int, tuple[LocationLook, ...]], cause: Cause | None) -> LineFinding:
    found = looks[line.order_item_id]
    return LineFinding(line, cause, by_check(found), found)
