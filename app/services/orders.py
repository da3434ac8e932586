"""Orders as they arrive, and states that arrive later. What is or becomes plannable is planned at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select, update

from app import clock
from app.domain.errors import Invalid
from app.domain.execution_plans import PlanState
from app.domain.orders import ItemState, OrderState, is_plannable, items_that_follow
from app.domain.states import RecordKind
from app.domain.webhooks import EventType
from app.extensions import run
from app.models.columns import table
from app.models.execution_plans import ExecutionPlan
from app.models.list_parameters import one_of
from app.models.orders import Order, OrderItem
from app.services import order_keys, order_locks, order_rows, package_rows, planning
from app.services.documents.events import OrderStateDocument
from app.services.documents.orders import OrderDocument
from app.services.documents.values import body_of
from app.services.unit_of_work import UnitOfWork, unit_of_work

_ORDERS, _ITEMS = table(Order), table(OrderItem)
_PLANS = table(ExecutionPlan)
_STATES = (
    select(
        _ORDERS.c.state.label("order_state"),
        _PLANS.c.state.label("plan_state"),
        _ITEMS.c.id,
        _ITEMS.c.state,
        _ITEMS.c.product_id,
    )
    .join_from(_ORDERS, _ITEMS, _ITEMS.c.order_id == _ORDERS.c.id)
    .outerjoin(_PLANS, _PLANS.c.order_id == _ORDERS.c.id)
    .where(_ORDERS.c.id == bindparam("order_id"))
    .order_by(_ITEMS.c.id)
)
_SET_ORDER = (
    update(_ORDERS)
    .where(_ORDERS.c.id == bindparam("order_id"))
    .values(state=bindparam("new_state"), modified_date=bindparam("now"))
)
_SET_ITEMS = (
    update(_ITEMS)
    .where(one_of(_ITEMS.c.id, "item_ids"))
    .values(state=bindparam("new_state"), modified_date=bindparam("now"))
)


def import_order(document: OrderDocument) -> int:
    """Store a new order with its customer and addresses, and plan it if its state says so; its id.

    Raises Invalid for a number, upstream number or item number that is known already, and for an unknown
    channel, SKU or cargo company.
    """
    with unit_of_work() as work:
        order_id = order_rows.insert(work, document)
        work.record("order", body_of(document), order_id=order_id)
        after = {"number": document.number, "channel": document.channel, "state": document.state.value}
        work.audit("order.imported", "order", order_id, after=after)
        work.announce(EventType.ORDER_CREATED, RecordKind.ORDER, order_id)
        if is_plannable(document.state):
            planning.plan_order(order_id, "order")
        return order_id


def set_order_state(order_id: int, state: OrderState) -> None:
    """The order is in this state upstream: items still in its former state follow it.

    Becoming plannable it is planned, ceasing to be its open lines are withdrawn. Nothing is released.
    Raises NotFound.
    """
    with unit_of_work() as work:
        order_locks.lock_order(work, order_id)
        key = order_keys.order(work, order_id)
        rows = run(_STATES, {"order_id": order_id}).all()
        before = rows[0].order_state
        if before == state:
            return
        values: dict[str, Any] = {"new_state": state.value, "now": clock.now()}
        run(_SET_ORDER, {"order_id": order_id, **values})
        following = items_that_follow(before, [(row.id, row.state) for row in rows])
        if following:
            run(_SET_ITEMS, {"item_ids": following, **values})
        work.record("order_state", {**key.line, "state": state.value}, order_id=order_id)
        _tell(work, "order", order_id, before, state)
        moved = {"before": before, "after": state.value}
        work.announce(EventType.ORDER_STATUS_TRANSITIONED, RecordKind.ORDER, order_id, **moved)
        work.touch(product_ids={row.product_id for row in rows})
        _plan_if_changed(work, order_id, before, state, rows[0].plan_state)


def set_item_state(order_item_id: int, state: ItemState) -> None:
    """One item is in this state upstream; the order's own state stays. Raises NotFound."""
    with unit_of_work() as work:
        item = order_keys.item_of_id(order_item_id)
        order_locks.lock_order(work, item.order_id)
        key = order_keys.order(work, item.order_id)
        rows = run(_STATES, {"order_id": item.order_id}).all()
        before = next(row.state for row in rows if row.id == order_item_id)
        if before == state:
            return
        values = {"item_ids": [order_item_id], "new_state": state.value, "now": clock.now()}
        run(_SET_ITEMS, values)
        line = {**key.line, "state": state.value, "omnitron_id": item.omnitron_id}
        work.record("order_state", line, order_id=item.order_id, product_id=item.product_id)
        _tell(work, "order_item", order_item_id, before, state)
        work.touch(product_ids=[item.product_id])
        if is_plannable(rows[0].order_state):
            _plan_if_changed(work, item.order_id, before, state, rows[0].plan_state)


def apply_state(work: UnitOfWork, document: OrderStateDocument) -> None:
    """What a fact says about an order or one of its items. Raises Invalid where it fits neither."""
    key = order_keys.order_of_number(work, document.number, document.channel)
    if document.omnitron_id is not None:
        item = order_keys.item(work, document.omnitron_id)
        if item.order_id != key.id:
            raise Invalid({"omnitron_id": [f"is {item.omnitron_id}, which is no item of order {key.number}"]})
        set_item_state(item.id, document.state)
    elif document.state is ItemState.INACTIVE:
        raise Invalid({"state": ["can be 425 for an item only; add its omnitron_id"]})
    else:
        set_order_state(key.id, OrderState(document.state.value))


def _plan_if_changed(
    work: UnitOfWork, order_id: int, before: str, after: str, plan_state: str | None
) -> None:
    """Plan what became plannable, withdraw what is not any more; only a pending plan waits for anything."""
    if is_plannable(before) == is_plannable(after):
        return
    if is_plannable(after) or plan_state == PlanState.PENDING:
        package_rows.forget(work, order_id)
        planning.plan_order(order_id, "order", reopen=is_plannable(after))


def _tell(work: UnitOfWork, kind: str, row_id: int, before: str, after: str) -> None:
    work.audit(f"{kind}.state_changed", kind, row_id, {"state": before}, {"state": str(after)})
