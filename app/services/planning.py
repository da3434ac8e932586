"""Plans an order and stores attempt, packages, reservations and stock log in one transaction.

The decision is app.domain.planning's; two plannings never promise the same unit or quota slot, because each
locks its products and quota locations before it reads them.
"""

from app import clock
from app.domain.facts import Demand
from app.domain.planning import plan
from app.queries import worlds
from app.services import execution_plans, order_locks, plan_storage
from app.services.execution_plans import OpenPlan
from app.services.unit_of_work import UnitOfWork, unit_of_work

_REFERENCE = "world reference"


def plan_order(order_id: int, trigger: str, reopen: bool = False) -> int | None:
    """Plan what is still to be served of an order; the attempt's id, or None when there was nothing to plan.

    `trigger` says why it is planned (order, replan, refuse, not_found, remedy) and is kept with the attempt.
    `reopen` plans cancelled lines again: the order has just become plannable once more. Lines whose order
    or item is not plannable any more are withdrawn. Source: diagnosis.md, sections 1 and 2.
    """
    with unit_of_work() as work:
        order_locks.lock_for_planning(work, order_id)
        open_plan = execution_plans.open_plan(order_id)
        if open_plan is None:
            return None
        execution_plans.bring_up_to_date(open_plan, reopen)
        needed = open_plan.open_lines()
        if not needed:
            execution_plans.refresh_state(open_plan.plan_id)
            return None
        skus = {line.id: line.sku for line in open_plan.lines.values()}
        demand = worlds.demands({order_id: needed.items()}, skus)[order_id]
        return _plan_demand(work, open_plan, demand, trigger)


def forget_reference(work: UnitOfWork) -> None:
    """Locations or scenarios changed in this unit of work: read them again before the next planning."""
    work.cache.pop(_REFERENCE, None)


def _plan_demand(work: UnitOfWork, open_plan: OpenPlan, demand: Demand, trigger: str) -> int:
    wanted = {line.product_id: line.sku for line in open_plan.lines.values() if line.sku in demand.skus}
    # Nobody can have refused what was never planned.
    items = [] if open_plan.is_new else [line.order_item_id for line in demand.lines]
    world = worlds.world(wanted, items, clock.now(), _reference(work), wanted)
    outcome = plan(demand, world)
    attempt_id = plan_storage.store(open_plan, demand, world, outcome, trigger)
    work.touch(product_ids=wanted.keys())
    return attempt_id


def _reference(work: UnitOfWork) -> worlds.Reference:
    found = work.cache.get(_REFERENCE)
    if found is None:
        found = work.cache[_REFERENCE] = worlds.reference()
    return found
