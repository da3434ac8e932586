"""The lines of an order's plan: opened, returned, cancelled, withdrawn. Decides nothing about locations.

A plan item is a line, or the part of it that one package item carries. Quantities are hundredths.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from app import clock
from app.domain.execution_plans import PlanItemState, PlanState, state_from_items
from app.domain.orders import is_line_to_serve
from app.domain.packages import PackageState
from app.domain.states import RecordKind
from app.domain.webhooks import EventType
from app.extensions import run
from app.models.columns import table
from app.models.execution_plans import ExecutionPlan, ExecutionPlanItem
from app.models.orders import Order, OrderItem
from app.models.packages import Package, PackageItem
from app.models.products import Product
from app.services import package_events
from app.services.unit_of_work import unit_of_work

# Built once, on tables: a world is loaded by planning thousands of orders.
_orders = table(Order).c
_order_items = table(OrderItem).c
_products = table(Product).c
_plans = table(ExecutionPlan).c
_plan_items = table(ExecutionPlanItem).c
_package_items = table(PackageItem).c
_packages = table(Package).c

# key_share: rows that only refer to the order are written by others meanwhile; they must not wait for us.
_ORDER = (
    select(_orders.number, _orders.state)
    .where(_orders.id == bindparam("order"))
    .with_for_update(key_share=True)
)
# With the order's plan at every line: they are always needed together.
_LINES = (
    select(
        _plans.id,
        _order_items.id,
        _order_items.product_id,
        _products.sku,
        _order_items.state,
        _order_items.quantity,
    )
    .join_from(table(OrderItem), table(Product), _products.id == _order_items.product_id)
    .outerjoin(table(ExecutionPlan), _plans.order_id == _order_items.order_id)
    .where(_order_items.order_id == bindparam("order"))
    .order_by(_order_items.id)
)
_PLAN_ITEMS = (
    select(
        _plan_items.id,
        _plan_items.order_item_id,
        _plan_items.quantity,
        _plan_items.state,
        _plan_items.package_item_id,
    )
    .where(_plan_items.plan_id == bindparam("plan"))
    .order_by(_plan_items.id)
)
_INSERT_PLAN = insert(table(ExecutionPlan)).returning(_plans.id)
_PLAN_STATE = select(_plans.state).where(_plans.id == bindparam("plan"))
_SET_PLAN_STATE = (
    update(table(ExecutionPlan))
    .where(_plans.id == bindparam("plan"))
    .values(state=bindparam("new_state"), modified_date=bindparam("now"))
)


NOT_STORED = 0


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order item as planning needs it."""

    id: int
    product_id: int
    sku: str
    state: str
    quantity: int


@dataclass(frozen=True, slots=True)
class PlanItem:
    """A row of the plan; one that is still to be stored has the id NOT_STORED."""

    id: int
    order_item_id: int
    quantity: int
    state: str
    package_item_id: int | None


@dataclass(slots=True)
class OpenPlan:
    """An order's plan inside a unit of work: its order locked, its rows read after that."""

    order_id: int
    order_number: str
    order_state: str
    plan_id: int
    is_new: bool
    lines: dict[int, OrderLine]
    items: list[PlanItem]

    def open_lines(self) -> dict[int, int]:
        """Hundredths to serve by order item id."""
        needed: dict[int, int] = defaultdict(int)
        for item in self.items:
            if item.state == PlanItemState.OUT_OF_STOCK:
                needed[item.order_item_id] += item.quantity
        return dict(needed)

    def is_to_serve(self, order_item_id: int) -> bool:
        """Whether order and item are both in a state that is planned."""
        return is_line_to_serve(self.order_state, self.lines[order_item_id].state)


def open_plan(order_id: int) -> OpenPlan | None:
    """The order's plan, made where it has a line to serve and no plan yet; None with nothing to plan."""
    # On PostgreSQL two plannings of one order wait for each other here, before any stock is locked.
    order = run(_ORDER, {"order": order_id}).one()
    known, lines = _plan_and_lines(order_id)
    if known is None:
        if not any(is_line_to_serve(order.state, line.state) for line in lines.values()):
            return None
        plan_id = _insert_plan(order_id)
        return OpenPlan(order_id, order.number, order.state, plan_id, True, lines, [])
    return OpenPlan(order_id, order.number, order.state, known, False, lines, plan_items(known))


def bring_up_to_date(plan: OpenPlan, reopen: bool) -> None:
    """Open the lines that are to be served and unknown so far, withdraw those that are not any more.

    `reopen` also opens cancelled lines again: the order has just become plannable once more.
    """
    unserved = [item for item in plan.items if item.state == PlanItemState.OUT_OF_STOCK]
    withdrawn = [item for item in unserved if not plan.is_to_serve(item.order_item_id)]
    if withdrawn:
        _set_items([item.id for item in withdrawn], PlanItemState.CANCELLED)
        cancel_out_of_stock_items([item.package_item_id for item in withdrawn if item.package_item_id])
    cancelled = [item for item in plan.items if item.state == PlanItemState.CANCELLED]
    again = [item for item in cancelled if reopen and plan.is_to_serve(item.order_item_id)]
    if again:
        _set_items([item.id for item in again], PlanItemState.OUT_OF_STOCK, detach=True)
    known = {item.order_item_id for item in plan.items}
    fresh = [line for line in plan.lines.values() if line.id not in known and plan.is_to_serve(line.id)]
    if withdrawn or again:
        plan.items = plan_items(plan.plan_id)
    if fresh:
        # Their rows are stored with what the attempt that follows decides about them.
        state = PlanItemState.OUT_OF_STOCK.value
        plan.items += [PlanItem(NOT_STORED, line.id, line.quantity, state, None) for line in fresh]


def return_lines(package_item_ids: Collection[int]) -> None:
    """These package items serve nothing any more (refused, not found): their lines are open again."""
    _change_carried(package_item_ids, PlanItemState.OUT_OF_STOCK, detach=True)


def cancel_lines(package_item_ids: Collection[int]) -> None:
    """The lines of these package items are not planned any more (cancelled, packed for refund)."""
    _change_carried(package_item_ids, PlanItemState.CANCELLED, detach=False)


def cancel_out_of_stock_items(package_item_ids: Collection[int]) -> None:
    """Package items become 600, and with them every package that has no other item left."""
    if not package_item_ids:
        return
    now = clock.now()
    cancelled = {"state": PackageState.CANCELLED.value, "modified_date": now}
    run(update(table(PackageItem)).where(_package_items.id.in_(package_item_ids)).values(cancelled))
    packages = select(_package_items.package_id).where(_package_items.id.in_(package_item_ids))
    alive = select(_package_items.id).where(
        _package_items.package_id == _packages.id, _package_items.state != PackageState.CANCELLED
    )
    ended = run(
        update(table(Package))
        .where(_packages.id.in_(packages), ~alive.exists())
        .values({**cancelled, **NO_CAUSE})
        .returning(_packages.id)
    )
    with unit_of_work() as work:
        for package_id in sorted(ended.scalars()):
            package_events.moved(work, package_id, PackageState.OUT_OF_STOCK, PackageState.CANCELLED)


NO_CAUSE = {"cause": None, "cause_determined": None, "cause_checked_at": None, "cause_stale": False}
"""Values of a package that is not out of stock: only state 920 has a cause."""


def refresh_state(plan_id: int) -> PlanState:
    """Set the plan's state by what became of its items, and return it."""
    return set_state(plan_id, [item.state for item in plan_items(plan_id)])


def set_state(plan_id: int, item_states: Iterable[str]) -> PlanState:
    """Set the state of a plan whose items are in these states, and return it."""
    state = state_from_items(item_states)
    if state is PlanState.COMPLETED:
        _announce_completed(plan_id)
    values = {"plan": plan_id, "new_state": state.value, "now": clock.now()}
    run(_SET_PLAN_STATE, values)
    return state


def _announce_completed(plan_id: int) -> None:
    """Only of a plan that was not completed before."""
    with unit_of_work() as work:
        if not work.is_silent and run(_PLAN_STATE, {"plan": plan_id}).scalar() != PlanState.COMPLETED:
            work.announce(EventType.PLAN_COMPLETED, RecordKind.EXECUTION_PLAN, plan_id)


def plan_items(plan_id: int) -> list[PlanItem]:
    """The rows of a plan, oldest first."""
    return [PlanItem(*row) for row in run(_PLAN_ITEMS, {"plan": plan_id})]


def _plan_and_lines(order_id: int) -> tuple[int | None, dict[int, OrderLine]]:
    """The plan's id, None without one, and the order's lines by their id."""
    rows = run(_LINES, {"order": order_id}).all()
    plan_id = rows[0][0] if rows else None
    return plan_id, {row[1]: OrderLine(*row[1:]) for row in rows}


def _insert_plan(order_id: int) -> int:
    now = clock.now()
    values = {"order_id": order_id, "state": PlanState.START.value, "created_date": now, "modified_date": now}
    return int(run(_INSERT_PLAN, values).scalar_one())


def _set_items(ids: Collection[int], state: PlanItemState, detach: bool = False) -> None:
    values: dict[str, Any] = {"state": state.value, "modified_date": clock.now()}
    if detach:
        values["package_item_id"] = None
    run(update(table(ExecutionPlanItem)).where(_plan_items.id.in_(ids)).values(values))


def _change_carried(package_item_ids: Collection[int], state: PlanItemState, detach: bool) -> None:
    with unit_of_work():
        rows = run(
            select(ExecutionPlanItem.id, ExecutionPlanItem.plan_id).where(
                ExecutionPlanItem.package_item_id.in_(package_item_ids),
                ExecutionPlanItem.state != PlanItemState.CANCELLED,
            )
        ).all()
        _set_items([row.id for row in rows], state, detach)
        for plan_id in sorted({row.plan_id for row in rows}):
            refresh_state(plan_id)
