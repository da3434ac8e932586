"""All open out-of-stock packages at once, looked at by the planner: what would serve many, and odd rules.

This takes seconds where thousands wait, so a worker asks it; pages read what is kept (kept_triage.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.domain.diagnosis.changes import ClearDiscrepancy, ReleaseReservation
from app.domain.diagnosis.lint import IDLE_AFTER, Finding, History, lint
from app.domain.diagnosis.triage import JointFix, joint_fixes
from app.extensions import db
from app.models.columns import table
from app.models.execution_plans import PlanAttempt
from app.models.facts import Fact
from app.models.list_parameters import one_of
from app.models.packages import Package
from app.models.products import Product
from app.models.scenarios import Rule
from app.models.stock_locations import StockLocation
from app.queries.waiting_packages import demands_of, oldest_waiting, world_of

MOST_PACKAGES = 10_000
"""So many are planned again, those of the oldest orders."""

_packages, _attempts, _rules = table(Package).c, table(PlanAttempt).c, table(Rule).c
_products = table(Product).c
_NAMES = select(_products.sku, _products.name).where(one_of(_products.sku, "skus"))
_LAST_FACT = select(func.max(table(Fact).c.id))


@dataclass(frozen=True, slots=True)
class Triage:
    """The whole answer. `last_fact_id` is the newest fact it knows, `packages` how many were looked at."""

    counted_at: datetime
    last_fact_id: int | None
    packages: int
    fixes: Sequence[JointFix]
    package_of: Mapping[int, int]
    """Package ids by order id."""
    lint: Sequence[Finding]
    location_names: Mapping[str, str]
    product_names: Mapping[str, str]


def find_triage(now: datetime) -> Triage:
    """The triage of today's facts."""
    last_fact = last_fact_id()
    waiting = oldest_waiting(MOST_PACKAGES)
    world, demands = world_of(waiting, now), demands_of(waiting)
    fixes = joint_fixes(demands.values(), world)
    return Triage(
        counted_at=now,
        last_fact_id=last_fact,
        packages=len(waiting),
        fixes=fixes,
        package_of={one.order_id: one.id for one in waiting},
        lint=lint(world, demands.values(), served_lately(now - IDLE_AFTER)),
        location_names={code: one.name for code, one in world.locations.items()},
        product_names=_product_names(_skus(fixes)),
    )


def last_fact_id() -> int | None:
    """The newest fact there is."""
    return db.session.execute(_LAST_FACT).scalar()


def _product_names(skus: Collection[str]) -> dict[str, str]:
    return {str(sku): str(name) for sku, name in db.session.execute(_NAMES, {"skus": sorted(skus)})}


def _skus(fixes: Sequence[JointFix]) -> Collection[str]:
    about = (change for fix in fixes for change in fix.changes)
    return {one.sku for one in about if isinstance(one, ReleaseReservation | ClearDiscrepancy)}


def served_lately(since: datetime) -> History:
    """What was served since an instant, and which rules were there already."""
    locations = table(StockLocation).c
    served = (
        select(_attempts.scenario_id, locations.erp_code)
        .join_from(table(Package), table(PlanAttempt), _attempts.id == _packages.attempt_id)
        .join(table(StockLocation), locations.id == _packages.stock_location_id)
        .where(_packages.created_date >= since, _attempts.scenario_id.is_not(None))
        .distinct()
    )
    old = select(_rules.id).where(_rules.created_date < since)
    return History(
        frozenset((scenario, code) for scenario, code in db.session.execute(served)),
        frozenset(db.session.execute(old).scalars()),
    )
