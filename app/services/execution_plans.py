"""The lines of an order's plan: opened, returned, cancelled, withdrawn. Decides nothing about locations.

A plan item is a line, or the part of it that one package item carries. Quantities are hundredths.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from app import clock
from app.domain.execution_plans import PlanItemState, PlanState, state_from_items
from app.domain.orders import is_line_to_serve
from app.domain.packages import PackageState
from app.extensions import db
from app.models.execution_plans import ExecutionPlan, ExecutionPlanItem
from app.models.orders import Order, OrderItem
from app.models.packages import Package, PackageItem
from app.models.products import Product
from app.services.unit_of_work import unit_of_work


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
    """A row of the plan."""

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
    order = db.session.execute(
        select(Order.number, Order.state).where(Order.id == order_id).with_for_update()
    ).one()
    lines = _order_lines(order_id)
    known = db.session.execute(select(ExecutionPlan.id).where(ExecutionPlan.order_id == order_id)).scalar()
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
    if fresh:
        _insert_items(plan.plan_id, fresh)
    if withdrawn or again or fresh:
        plan.items = plan_items(plan.plan_id)


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
    db.session.execute(update(PackageItem).where(PackageItem.id.in_(package_item_ids)).values(cancelled))
    packages = select(PackageItem.package_id).where(PackageItem.id.in_(package_item_ids))
    alive = select(PackageItem.id).where(
        PackageItem.package_id == Package.id, PackageItem.state != PackageState.CANCELLED
    )
    db.session.execute(
        update(Package)
        .where(Package.id.in_(packages), ~alive.exists())
        .values({**cancelled, **NO_CAUSE})
        .execution_options(synchronize_session=False)
    )


NO_CAUSE = {"cause": None, "cause_determined": None, "cause_checked_at": None, "cause_stale": False}
"""Values of a package that is not out of stock: only state 920 has a cause."""


def refresh_state(plan_id: int) -> PlanState:
    """Set the plan's state by what became of its items, and return it."""
    states = db.session.execute(
        select(ExecutionPlanItem.state).where(ExecutionPlanItem.plan_id == plan_id)
    ).scalars()
    state = state_from_items(states)
    db.session.execute(
        update(ExecutionPlan)
        .where(ExecutionPlan.id == plan_id, ExecutionPlan.state != state.value)
        .values(state=state.value, modified_date=clock.now())
    )
    return state


def plan_items(plan_id: int) -> list[PlanItem]:
    """The rows of a plan, oldest first."""
    columns = ExecutionPlanItem
    rows = db.session.execute(
        select(columns.id, columns.order_item_id, columns.quantity, columns.state, columns.package_item_id)
        .where(columns.plan_id == plan_id)
        .order_by(columns.id)
    )
    return [PlanItem(*row) for row in rows]


def _order_lines(order_id: int) -> dict[int, OrderLine]:
    rows = db.session.execute(
        select(OrderItem.id, OrderItem.product_id, Product.sku, OrderItem.state, OrderItem.quantity)
        .join(Product, Product.id == OrderItem.product_id)
        .where(OrderItem.order_id == order_id)
        .order_by(OrderItem.id)
    )
    return {row.id: OrderLine(*row) for row in rows}


def _insert_plan(order_id: int) -> int:
    now = clock.now()
    values = {
        "order_id": order_id,
        "state": PlanState.START.value,
        "created_date": now,
        "modified_date": now,
    }
    return db.session.execute(insert(ExecutionPlan).values(values).returning(ExecutionPlan.id)).scalar_one()


def _insert_items(plan_id: int, lines: Sequence[OrderLine]) -> None:
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "plan_id": plan_id,
            "order_item_id": line.id,
            "quantity": line.quantity,
            "state": PlanItemState.OUT_OF_STOCK.value,
            "package_item_id": None,
            "created_date": now,
            "modified_date": now,
        }
        for line in lines
    ]
    db.session.execute(insert(ExecutionPlanItem), rows)


def _set_items(ids: Collection[int], state: PlanItemState, detach: bool = False) -> None:
    values: dict[str, Any] = {"state": state.value, "modified_date": clock.now()}
    if detach:
        values["package_item_id"] = None
    db.session.execute(update(ExecutionPlanItem).where(ExecutionPlanItem.id.in_(ids)).values(values))


def _change_carried(package_item_ids: Collection[int], state: PlanItemState, detach: bool) -> None:
    with unit_of_work():
        rows = db.session.execute(
            select(ExecutionPlanItem.id, ExecutionPlanItem.plan_id).where(
                ExecutionPlanItem.package_item_id.in_(package_item_ids),
                ExecutionPlanItem.state != PlanItemState.CANCELLED,
            )
        ).all()
        _set_items([row.id for row in rows], state, detach)
        for plan_id in sorted({row.plan_id for row in rows}):
            refresh_state(plan_id)
