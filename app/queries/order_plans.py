"""An order's plan, its attempts, and the scenario and rules that the latest attempt went by."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import select

from app.domain import attempt_record
from app.domain.facts import Demand, Location, Rule, Scenario, World
from app.domain.planning import Grant, Plan, plan
from app.extensions import db
from app.models.execution_plans import ExecutionPlan, PlanAttempt
from app.models.packages import Package
from app.models.stock_locations import StockLocation


@dataclass(frozen=True, slots=True)
class PlanView:
    """The plan of an order."""

    id: int
    state: str
    created_date: datetime
    modified_date: datetime


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One planning: when, why, and by which scenario. `scenario_id` is None when that was deleted since."""

    id: int
    plan_id: int
    number: int
    date: datetime
    trigger: str
    scenario_id: int | None
    scenario: str | None


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """A rule of the scenario, whether it was reached, and what it let its locations serve."""

    rule: Rule
    is_tried: bool
    grants: Sequence[Grant]


@dataclass(frozen=True, slots=True)
class ScenarioOutcome:
    """The scenario an attempt went by, as it was then; None when no active one was for the order."""

    attempt: AttemptView
    scenario: Scenario | None
    rules: Sequence[RuleOutcome]
    unserved: int
    locations: Mapping[str, Location]
    """Every location by ERP code, as it was then."""


@dataclass(frozen=True, slots=True)
class ServingPackage:
    """A package that an attempt made at a location."""

    number: str
    location_name: str


def served_in(attempt_id: int) -> list[ServingPackage]:
    """The packages with a location that the attempt made, in their order."""
    rows = db.session.execute(
        select(Package.number, StockLocation.name)
        .join(StockLocation, StockLocation.id == Package.stock_location_id)
        .where(Package.attempt_id == attempt_id)
        .order_by(Package.id)
    )
    return [ServingPackage(*row) for row in rows]


def find_plan(order_id: int) -> PlanView | None:
    """The plan of the order, if it has one."""
    row = db.session.execute(
        select(
            ExecutionPlan.id, ExecutionPlan.state, ExecutionPlan.created_date, ExecutionPlan.modified_date
        ).where(ExecutionPlan.order_id == order_id)
    ).one_or_none()
    return PlanView(*row) if row else None


def attempts(order_id: int) -> list[AttemptView]:
    """Every attempt to plan the order, first to last."""
    rows = db.session.execute(
        select(
            PlanAttempt.id,
            PlanAttempt.plan_id,
            PlanAttempt.number,
            PlanAttempt.attempted_date,
            PlanAttempt.trigger,
            PlanAttempt.scenario_id,
            PlanAttempt.scenario_name,
        )
        .join(ExecutionPlan, ExecutionPlan.id == PlanAttempt.plan_id)
        .where(ExecutionPlan.order_id == order_id)
        .order_by(PlanAttempt.number)
    )
    return [AttemptView(*row) for row in rows]


def outcome_of(attempt: AttemptView) -> ScenarioOutcome:
    """What became of each rule in that attempt: the record is planned again, which gives the same plan."""
    kept = select(PlanAttempt.record).where(PlanAttempt.id == attempt.id)
    demand, world = read_record(db.session.execute(kept).scalar_one())
    return outcome(attempt, plan(demand, world), world)


def read_record(kept: bytes) -> tuple[Demand, World]:
    """What an attempt was asked and the World it saw, from its row."""
    return attempt_record.decode(msgspec.json.decode(zlib.decompress(kept)))


def outcome(attempt: AttemptView, made: Plan, world: World) -> ScenarioOutcome:
    """What became of each rule of the scenario that the plan `made` went by."""
    tried = {step.rule.id for step in made.steps if step.rule is not None}
    rules = made.scenario.ordered_rules if made.scenario else ()
    outcomes = [
        RuleOutcome(rule, rule.id in tried, [grant for grant in made.grants if grant.rule_id == rule.id])
        for rule in rules
    ]
    return ScenarioOutcome(attempt, made.scenario, outcomes, len(made.unserved), world.locations)
