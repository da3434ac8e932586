"""All open out-of-stock packages at once: how many of which cause, what would serve many, and odd rules.

Counting is one indexed query. Fixes are found by the planner, and kept in this process for a minute as long
as no fact is recorded and no cause changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select

from app.domain.diagnosis.lint import IDLE_AFTER, Finding, History, lint
from app.domain.diagnosis.triage import JointFix, joint_fixes
from app.extensions import db
from app.models.columns import table
from app.models.execution_plans import PlanAttempt
from app.models.facts import Fact
from app.models.packages import IS_OUT_OF_STOCK, Package
from app.models.scenarios import Rule
from app.models.stock_locations import StockLocation
from app.queries import worlds
from app.queries.waiting_packages import oldest_waiting

MOST_PACKAGES = 1_000
"""So many are planned again, those of the oldest orders; counts by cause are of all."""
KEPT_FOR = timedelta(minutes=1)
"""Even without a changed fact a reservation may grow stale with time."""

_packages, _attempts, _rules = table(Package).c, table(PlanAttempt).c, table(Rule).c
_BY_CAUSE = select(_packages.cause, func.count()).where(IS_OUT_OF_STOCK).group_by(_packages.cause)
_LAST_FACT = select(func.max(table(Fact).c.id))


@dataclass(frozen=True, slots=True)
class Triage:
    """The whole answer. `by_cause` has None for packages that were not explained yet."""

    counted_at: datetime
    by_cause: Mapping[str | None, int]
    fixes: Sequence[JointFix]
    lint: Sequence[Finding]
    location_names: Mapping[str, str]

    @property
    def total(self) -> int:
        """How many packages are out of stock."""
        return sum(self.by_cause.values())


def find_triage(now: datetime) -> Triage:
    """The triage of today's facts, or one that still holds."""
    last_fact = db.session.execute(_LAST_FACT).scalar()
    by_cause = count_by_cause()
    key = (last_fact, tuple(by_cause.items()))
    kept: tuple[object, Triage] | None = current_app.extensions.get("triage")
    if kept is not None and kept[0] == key and timedelta(0) <= now - kept[1].counted_at < KEPT_FOR:
        return kept[1]
    found = _triage(now, by_cause)
    current_app.extensions["triage"] = (key, found)
    return found


def count_by_cause() -> dict[str | None, int]:
    """Open out-of-stock packages by their kept cause: most first, those without one last."""
    rows = [(cause, count) for cause, count in db.session.execute(_BY_CAUSE)]
    return dict(sorted(rows, key=lambda row: (row[0] is None, -row[1], row[0] or "")))


def _triage(now: datetime, by_cause: Mapping[str | None, int]) -> Triage:
    waiting = oldest_waiting(MOST_PACKAGES)
    products = {product for one in waiting for product in one.product_ids}
    world = worlds.world(products, [item for one in waiting for item, _ in one.lines], now)
    demands = worlds.demands({one.order_id: one.lines for one in waiting})
    return Triage(
        counted_at=now,
        by_cause=by_cause,
        fixes=joint_fixes(demands.values(), world),
        lint=lint(world, demands.values(), _history(now - IDLE_AFTER)),
        location_names={code: one.name for code, one in world.locations.items()},
    )


def _history(since: datetime) -> History:
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
