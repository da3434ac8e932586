"""Plans orders again when an answer, a release or a settled report made their waiting packages servable.

What is due is kept with the package, in the transaction that freed the units: a worker that dies loses
nothing. AUTO_REPLAN switches it off. Source: diagnosis.md, section 2.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import structlog
from sqlalchemy import bindparam, select, update

from app import clock
from app.config import settings
from app.domain.facts import Demand
from app.domain.planning import Plan, plan
from app.domain.reservations import ReleaseReason
from app.extensions import run
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.orders import Order
from app.models.packages import IS_OUT_OF_STOCK, ITEM_IS_OUT_OF_STOCK, Package, PackageItem
from app.queries import freed_units
from app.queries.explanations import present_demand
from app.queries.freed_units import FreedUnits
from app.services import execution_plan_commands, order_locks, wake
from app.services.documents.events import FreedDocument
from app.services.documents.values import Count, Instant
from app.services.unit_of_work import UnitOfWork, unit_of_work

log = structlog.get_logger(__name__)

BY_STOCK, BY_RELEASE, BY_CLEARING = "stock", "release", "discrepancy"
BY_FREED_UNITS = frozenset({BY_STOCK, BY_RELEASE, BY_CLEARING})
"""The triggers of such attempts."""

_TURN = "auto replanning"
_packages, _orders, _items = table(Package).c, table(Order).c, table(PackageItem).c
_WAITING_FOR = select(_items.package_id).where(ITEM_IS_OUT_OF_STOCK, one_of(_items.product_id, "products"))
# Noting it changes nothing about the package itself.
_OWE = (
    update(table(Package))
    .where(IS_OUT_OF_STOCK, _packages.replan_due_since.is_(None), _packages.id.in_(_WAITING_FOR))
    .values(replan_due_since=bindparam("since"), modified_date=_packages.modified_date)
)
_SETTLE = (
    update(table(Package))
    .where(_packages.id == bindparam("package"))
    .values(replan_due_since=None, modified_date=_packages.modified_date)
)
_DUE = select(_packages.id, _packages.order_id, _packages.replan_due_since).where(
    IS_OUT_OF_STOCK, _packages.replan_due_since.is_not(None)
)
_FIRST = (
    _DUE.join_from(table(Package), table(Order), _orders.id == _packages.order_id)
    .where(_packages.id.not_in(bindparam("passed", expanding=True)))
    .order_by(_orders.date_placed, _orders.id)
    .limit(1)
)
_STILL_DUE = _DUE.where(_packages.id == bindparam("package"))


def owe(work: UnitOfWork) -> None:
    """At the end of a unit of work: mark the packages that wait for units it freed, for the worker."""
    if not work.freed_products or work.is_silent or not settings().auto_replan:
        return
    marked = run(_OWE, {"products": sorted(work.freed_products), "since": work.began_at})
    if marked.rowcount:
        work.after_commit(wake.planner)


def replan_due() -> int:
    """Look at every package that is due, those of the oldest orders first; how many were looked at.

    A package that cannot be planned is logged, stays due, and keeps nobody else from being served.
    """
    passed: list[int] = []
    while settings().auto_replan and (package_id := _look_at_next(passed)) is not None:
        passed.append(package_id)
    return len(passed)


def _look_at_next(passed: Collection[int]) -> int | None:
    """Look at the first that is due, in a transaction of its own; its id, None when nothing is due."""
    package_id: int | None = None
    try:
        with unit_of_work() as work:
            work.lock_turn(_TURN)
            first = run(_FIRST, {"passed": list(passed)}).one_or_none()
            if first is None:
                return None
            package_id = int(first.id)
            work.leaves_causes = True
            _look_at(work, package_id, first.order_id)
    except Exception:
        if package_id is None:
            raise
        log.exception("replanning_failed", package_id=package_id)
    return package_id


def _look_at(work: UnitOfWork, package_id: int, order_id: int) -> None:
    """Plan the order again if that serves the whole package now, and note that it was looked at."""
    order_locks.lock_for_planning(work, order_id)
    due = run(_STILL_DUE, {"package": package_id}).one_or_none()
    if due is None:
        return
    run(_SETTLE, {"package": package_id})
    found = present_demand(package_id, clock.now())
    if found is None:
        return
    demand, world = found
    outcome = plan(demand, world)
    if outcome.unserved:
        return
    freed = _freed(demand, outcome, due.replan_due_since)
    execution_plan_commands.replan_order(order_id, _trigger(freed), freed=_document(freed))


def _trigger(freed: FreedUnits | None) -> str:
    if freed is not None and freed.is_cleared:
        return BY_CLEARING
    return BY_RELEASE if freed is not None and freed.order_number is not None else BY_STOCK


def _freed(demand: Demand, outcome: Plan, since: datetime) -> FreedUnits | None:
    """What gave back the units that serve it; else what made us look."""
    places = {(grant.erp_code, grant.sku) for grant in outcome.grants}
    return freed_units.last_freed(places, since) or freed_units.last_freed_of(demand.skus, since)


def _document(freed: FreedUnits | None) -> FreedDocument | None:
    if freed is None:
        return None
    return FreedDocument(
        at=Instant.of(freed.at),
        erp_code=freed.erp_code,
        sku=freed.sku,
        stock_count=None if freed.stock_count is None else Count(freed.stock_count),
        order_number=freed.order_number,
        reason=None if freed.release_reason is None else ReleaseReason(freed.release_reason),
        cleared=freed.is_cleared,
    )
