"""Execution plans as people look through them: the list, and the attempts of one as they were tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.domain.diagnosis.differences import Difference, differences
from app.domain.errors import NotFound
from app.domain.execution_plans import PlanItemState
from app.domain.facts import Check, Line, World
from app.domain.planning import Plan, plan
from app.extensions import db
from app.models.channels import Channel
from app.models.execution_plans import ExecutionPlan, ExecutionPlanItem, PlanAttempt
from app.models.orders import Order
from app.models.packages import IS_OUT_OF_STOCK, Package
from app.models.scenarios import Scenario
from app.queries.filters import equal_to
from app.queries.order_plans import AttemptView, ScenarioOutcome, outcome, read_record
from app.queries.paging import Page, take_page


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFilter:
    """Which plans; None means any. `scenario_id`: one of the attempts went by it.

    Dates are those of the first planning; `date_to` is the first instant that is too late.
    """

    state: str | None = None
    scenario_id: int | None = None
    order_number: str | None = None
    date_from: datetime | None = None
    date_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan in the list. `waiting` counts its lines that are out of stock."""

    id: int
    state: str
    created_date: datetime
    order_id: int
    order_number: str
    channel: str
    attempts: int
    last_attempt: datetime | None
    scenario: str | None
    waiting: int
    package_id: int | None
    cause: str | None
    cause_determined: bool | None


@dataclass(frozen=True, slots=True)
class PlanHead:
    """The plan of one order."""

    id: int
    state: str
    created_date: datetime
    modified_date: datetime
    order_id: int
    order_number: str
    channel: str


@dataclass(frozen=True, slots=True)
class TriedAttempt:
    """An attempt with its rules as they were tried, and what differs from what the attempt before it saw.

    `checks` counts, by rule id and order item id, how many locations ended at which check; a rule id of None
    stands for no rule at all.
    """

    outcome: ScenarioOutcome
    lines: Sequence[Line]
    checks: Mapping[int | None, Mapping[int, Mapping[Check, int]]]
    changed: Sequence[Difference] | None
    """None for the first attempt."""

    @property
    def attempt(self) -> AttemptView:
        """Which attempt it is."""
        return self.outcome.attempt


def list_plans(wanted: PlanFilter, page: int, limit: int) -> Page[PlanRow]:
    """One page of the plans that are wanted, newest first, in two statements."""
    conditions = _conditions(wanted)
    counting = select(func.count()).select_from(ExecutionPlan).where(*conditions)
    count = db.session.execute(counting).scalar_one()
    return take_page(page, limit, count, lambda offset, size: _rows(conditions, offset, size))


def get_plan(plan_id: int) -> PlanHead:
    """The plan of that id. Raises NotFound."""
    row = db.session.execute(
        select(
            ExecutionPlan.id,
            ExecutionPlan.state,
            ExecutionPlan.created_date,
            ExecutionPlan.modified_date,
            Order.id,
            Order.number,
            Channel.name,
        )
        .join(Order, Order.id == ExecutionPlan.order_id)
        .join(Channel, Channel.id == Order.channel_id)
        .where(ExecutionPlan.id == plan_id)
    ).one_or_none()
    if row is None:
        raise NotFound("execution_plan", plan_id)
    return PlanHead(*row)


def scenario_names() -> dict[int, str]:
    """What each scenario is called, by id, in the order of names."""
    rows = db.session.execute(select(Scenario.id, Scenario.name).order_by(Scenario.name, Scenario.id))
    return {row.id: row.name for row in rows}


def tried_attempts(attempts: Sequence[AttemptView]) -> list[TriedAttempt]:
    """These attempts, first to last without a gap, each planned again from its record.

    The first of them is compared with nothing: give one more than is shown.
    """
    kept = select(PlanAttempt.id, PlanAttempt.record).where(PlanAttempt.id.in_([one.id for one in attempts]))
    records = {row.id: read_record(row.record) for row in db.session.execute(kept)}
    found = [_tried(one, *records[one.id]) for one in attempts]
    for (earlier, later), place in zip(pairwise(attempts), range(1, len(found)), strict=True):
        then, (demand, now) = records[earlier.id][1], records[later.id]
        found[place] = _with_changes(found[place], differences(then, now, demand.skus))
    return found


def _tried(attempt: AttemptView, demand: Any, world: World) -> TriedAttempt:
    made = plan(demand, world)
    lines = sorted(demand.lines, key=lambda line: line.order_item_id)
    return TriedAttempt(outcome(attempt, made, world), lines, _checks(made), None)


def _with_changes(one: TriedAttempt, changed: Sequence[Difference]) -> TriedAttempt:
    return TriedAttempt(one.outcome, one.lines, one.checks, changed)


def _checks(made: Plan) -> dict[int | None, dict[int, Mapping[Check, int]]]:
    found: dict[int | None, dict[int, Mapping[Check, int]]] = {}
    for step in made.steps:
        of_rule = found.setdefault(step.rule.id if step.rule else None, {})
        for item, cells in step.cells.items():
            counts = Counter(cell.check for cell in cells.values())
            of_rule[item] = {check: counts[check] for check in Check if counts[check]}
    return found


def _conditions(wanted: PlanFilter) -> list[ColumnElement[bool]]:
    found = equal_to({ExecutionPlan.state: wanted.state})
    if wanted.scenario_id is not None:
        tried = select(PlanAttempt.plan_id).where(PlanAttempt.scenario_id == wanted.scenario_id)
        found.append(ExecutionPlan.id.in_(tried))
    if wanted.order_number is not None:
        orders = select(Order.id).where(Order.number == wanted.order_number)
        found.append(ExecutionPlan.order_id.in_(orders))
    if wanted.date_from is not None:
        found.append(ExecutionPlan.created_date >= wanted.date_from)
    if wanted.date_to is not None:
        found.append(ExecutionPlan.created_date < wanted.date_to)
    return found


def _rows(conditions: Sequence[ColumnElement[bool]], offset: int, limit: int) -> list[PlanRow]:
    newest_first = (ExecutionPlan.created_date.desc(), ExecutionPlan.id.desc())
    shown = select(ExecutionPlan.id).where(*conditions).order_by(*newest_first).offset(offset).limit(limit)
    ids = shown.subquery()
    statement = _columns().join(ids, ids.c.id == ExecutionPlan.id).order_by(*newest_first)
    return [PlanRow(*row) for row in db.session.execute(statement)]


def _columns() -> Select[*tuple[Any, ...]]:
    attempts = PlanAttempt.plan_id == ExecutionPlan.id
    last = select(PlanAttempt.scenario_name).where(attempts).order_by(PlanAttempt.number.desc()).limit(1)
    waiting = select(func.count()).where(
        ExecutionPlanItem.plan_id == ExecutionPlan.id, ExecutionPlanItem.state == PlanItemState.OUT_OF_STOCK
    )
    return (
        select(
            ExecutionPlan.id,
            ExecutionPlan.state,
            ExecutionPlan.created_date,
            Order.id,
            Order.number,
            Channel.name,
            select(func.count()).where(attempts).scalar_subquery(),
            select(func.max(PlanAttempt.attempted_date)).where(attempts).scalar_subquery(),
            last.scalar_subquery(),
            waiting.scalar_subquery(),
            Package.id,
            Package.cause,
            Package.cause_determined,
        )
        .join(Order, Order.id == ExecutionPlan.order_id)
        .join(Channel, Channel.id == Order.channel_id)
        .outerjoin(Package, (Package.order_id == Order.id) & IS_OUT_OF_STOCK)
    )
