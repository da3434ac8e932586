"""Commands for execution plans: plan again, and give up on what still waits."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.domain.errors import NotFound, Refused
from app.domain.execution_plans import PlanCommand, commands_for_plan
from app.domain.packages import PackageCommand
from app.extensions import db
from app.models.columns import table
from app.models.execution_plans import ExecutionPlan
from app.models.packages import IS_OUT_OF_STOCK, Package
from app.services import natural_keys, order_keys, order_locks, package_rows, packages, planning
from app.services.documents.events import FreedDocument, ReplanDocument
from app.services.documents.values import body_of
from app.services.unit_of_work import UnitOfWork, unit_of_work

REPLAN = "replan"

_plans = table(ExecutionPlan).c
_PLAN_OF_ORDER = select(_plans.id, _plans.state).where(_plans.order_id == bindparam("order_id"))
_ORDER_OF_PLAN = select(_plans.order_id).where(_plans.id == bindparam("plan_id"))
_WAITING = select(table(Package).c.id).where(
    table(Package).c.order_id == bindparam("order_id"), IS_OUT_OF_STOCK
)


def replan_order(
    order_id: int,
    trigger: str = REPLAN,
    reason: str | None = None,
    freed: FreedDocument | None = None,
) -> int | None:
    """Plan again what the order waits for; the attempt's id. `trigger` is kept with the attempt.

    `reason` is the operator's, for the audit log; `freed` says which units made it servable. None when
    nothing is to be served any more. Raises NotFound for an order that was never planned and Refused
    `plan_command` unless its plan is pending.
    """
    with unit_of_work() as work:
        order_locks.lock_for_planning(work, order_id)
        plan_id = _allowed(order_id, PlanCommand.REPLAN)
        key = order_keys.order(work, order_id)
        document = ReplanDocument(number=key.number, channel=key.channel, trigger=trigger, freed=freed)
        # Whoever may not see that place is not told what was counted there.
        place = natural_keys.location_id(work, freed.erp_code) if freed else None
        work.record("replan", body_of(document), order_id=order_id, stock_location_id=place)
        work.audit("plan.replan", "execution_plan", plan_id, reason=reason or trigger)
        package_rows.forget(work, order_id)
        return planning.plan_order(order_id, trigger)


def cancel_plan(plan_id: int, reason: str | None = None) -> None:
    """Give up on what still waits: cancelling the order's out-of-stock package ends its plan.

    Raises NotFound, and Refused `plan_command` unless the plan is pending.
    """
    with unit_of_work() as work:
        order_id = db.session.execute(_ORDER_OF_PLAN, {"plan_id": plan_id}).scalar()
        if order_id is None:
            raise NotFound("execution_plan", plan_id)
        order_locks.lock_with_products(work, order_id)
        _allowed(order_id, PlanCommand.CANCEL)
        work.audit("plan.cancel", "execution_plan", plan_id, reason=reason)
        waiting = db.session.execute(_WAITING, {"order_id": order_id}).scalar_one()
        packages.carry_out(waiting, PackageCommand.CANCEL, reason)


def apply_replan(work: UnitOfWork, document: ReplanDocument) -> None:
    """The replanning of a fact. Nothing happens where the order waits for nothing."""
    key = order_keys.order_of_number(work, document.number, document.channel)
    row = db.session.execute(_PLAN_OF_ORDER, {"order_id": key.id}).one_or_none()
    if row is not None and PlanCommand.REPLAN in commands_for_plan(row.state):
        replan_order(key.id, document.trigger, freed=document.freed)


def _allowed(order_id: int, command: PlanCommand) -> int:
    row = db.session.execute(_PLAN_OF_ORDER, {"order_id": order_id}).one_or_none()
    if row is None:
        raise NotFound("execution_plan", order_id)
    if command not in commands_for_plan(row.state):
        raise Refused("plan_command", command=command.value, state=row.state)
    return int(row.id)
