"""Commands for packages: the table of app.domain.packages, each with everything that follows from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, update

from app import clock
from app.domain.discrepancies import DiscrepancyReason
from app.domain.errors import Invalid
from app.domain.packages import (
    FINAL_STATES,
    RULE_OF,
    FollowUp,
    Outcome,
    PackageCommand,
    PackageState,
    outcome,
)
from app.extensions import run
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.packages import Package, PackageItem, Refusal
from app.services import (
    execution_plans,
    inventory_discrepancies,
    order_locks,
    package_events,
    package_rows,
    planning,
    quotas,
    reservations,
)
from app.services.documents.events import PackageCommandDocument
from app.services.documents.values import Json, body_of
from app.services.package_rows import Item, Opened
from app.services.unit_of_work import UnitOfWork, unit_of_work

_PACKAGES, _ITEMS = table(Package), table(PackageItem)
_SET_PACKAGE = update(_PACKAGES).where(_PACKAGES.c.id == bindparam("package_id"))
_SET_ITEMS = (
    update(_ITEMS)
    .where(one_of(_ITEMS.c.id, "item_ids"))
    .values(state=bindparam("new_state"), modified_date=bindparam("now"))
)
_INSERT_REFUSAL = insert(table(Refusal))

_TRIGGERS = {
    FollowUp.PLAN_ORDER: "replan",
    FollowUp.KEEP_REFUSALS_AND_PLAN: "refuse",
    FollowUp.REPORT_MISSING_AND_PLAN: "not_found",
}


def carry_out(
    package_id: int,
    command: PackageCommand,
    reason: str | None = None,
    package_item_ids: Collection[int] | None = None,
) -> int | None:
    """Carry out a command and what follows from it; the id of the new attempt where it planned again.

    `package_item_ids` names what was not found; all of the package if None. Raises NotFound, Refused
    `package_command` when the package's state does not allow it, Invalid for a missing reason and for items
    that are not in the package.
    """
    with unit_of_work() as work:
        _lock(work, package_id, command)
        return _do(work, package_rows.read(work, package_id), command, reason, package_item_ids)


def apply_command(work: UnitOfWork, document: PackageCommandDocument) -> None:
    """The command of a fact, inside an exclusive unit of work.

    Raises Invalid unless it is about exactly one open package, and what carry_out() raises.
    """
    package = package_rows.only_one(work, document)
    chosen = None
    if document.items is not None:
        if not RULE_OF[document.command].takes_items:
            raise Invalid({"items": [f"cannot be named for {document.command.value}"]})
        chosen = package_rows.items_of_numbers(package, document.items)
    _do(work, package, document.command, document.reason, chosen)


def _do(
    work: UnitOfWork,
    package: Opened,
    command: PackageCommand,
    reason: str | None,
    package_item_ids: Collection[int] | None,
) -> int | None:
    reason = (reason or "").strip() or None
    items = _concerned(package, command, package_item_ids)
    left = len(package.items) - len(items)
    result = outcome(command, package.state, blocked_from=package.blocked_from, items_left=left)
    _refuse_without_reason(command, reason)
    _tell(work, package, command, reason, result, items if left else None)
    if command is not PackageCommand.RESCHEDULE:
        _store(work, package, items, command, result, reason)
    if result.releases:
        reservations.release_of_package_items(work, [item.id for item in items])
    return _follow(work, package, items, result, reason)


def _lock(work: UnitOfWork, package_id: int, command: PackageCommand) -> None:
    if work.exclusive:
        return
    rule, order_id = RULE_OF[command], package_rows.order_of(package_id)
    if rule.then in _TRIGGERS:
        order_locks.lock_for_planning(work, order_id)
    elif rule.releases:
        order_locks.lock_with_products(work, order_id)
    else:
        order_locks.lock_order(work, order_id)


def _concerned(
    package: Opened, command: PackageCommand, package_item_ids: Collection[int] | None
) -> Sequence[Item]:
    if package_item_ids is None:
        return package.items
    if not RULE_OF[command].takes_items:
        raise Invalid({"package_items": [f"cannot be named for {command.value}"]})
    chosen = [item for item in package.items if item.id in package_item_ids]
    if not chosen or len(chosen) < len(set(package_item_ids)):
        raise Invalid({"package_items": ["should be items of this package that are not cancelled"]})
    return chosen


def _refuse_without_reason(command: PackageCommand, reason: str | None) -> None:
    if RULE_OF[command].needs_reason and reason is None:
        raise Invalid({"reason": ["is needed"]})


def _tell(
    work: UnitOfWork,
    package: Opened,
    command: PackageCommand,
    reason: str | None,
    result: Outcome,
    items: Sequence[Item] | None,
) -> None:
    named = [item.omnitron_id for item in items] if items else None
    document = PackageCommandDocument(
        number=package.order.number,
        channel=package.order.channel,
        package=package.number,
        sku=(items or package.items)[0].sku,
        erp_code=package.erp_code,
        command=command,
        reason=reason,
        items=named,
    )
    work.record(
        "package_command",
        body_of(document),
        order_id=package.order.id,
        package_id=package.id,
        stock_location_id=package.stock_location_id,
    )
    after: Json = {"state": result.state.value} | ({"items": named} if named else {})
    work.audit(f"package.{command.value}", "package", package.id, {"state": package.state}, after, reason)


def _store(
    work: UnitOfWork,
    package: Opened,
    items: Sequence[Item],
    command: PackageCommand,
    result: Outcome,
    reason: str | None,
) -> None:
    now = clock.now()
    values: dict[str, Any] = {"state": result.state.value, "modified_date": now}
    if PackageState.BLOCKED in (result.state, package.state):
        values["blocked_from"] = result.blocked_from.value if result.blocked_from else None
    if package.state == PackageState.OUT_OF_STOCK:
        values |= execution_plans.NO_CAUSE
    if command is PackageCommand.REFUSE:
        values["reason"] = reason
    run(_SET_PACKAGE, {"package_id": package.id, **values})
    state = PackageState.CANCELLED if command is PackageCommand.NOT_FOUND else result.state
    keys = {"item_ids": [item.id for item in items], "new_state": state.value, "now": now}
    run(_SET_ITEMS, keys)
    quotas.notice(work, package, result.state)
    package_events.moved(work, package.id, package.state, result.state, reason)
    if command is PackageCommand.REFUSE:
        package_events.refused(work, package.id, reason)
    if result.releases or result.state in FINAL_STATES:
        package_rows.forget(work, package.order.id)
    else:
        package_rows.moved(work, package, result.state, result.blocked_from)


def _follow(
    work: UnitOfWork, package: Opened, items: Sequence[Item], result: Outcome, reason: str | None
) -> int | None:
    ids = [item.id for item in items]
    if result.then is FollowUp.KEEP_REFUSALS_AND_PLAN:
        _keep_refusals(package, items, reason or "")
    elif result.then is FollowUp.REPORT_MISSING_AND_PLAN:
        _report_missing(work, package, items)
    elif result.then is FollowUp.CLEAR_DISCREPANCIES:
        inventory_discrepancies.clear_of_package_items(work, ids)
    if result.then in _TRIGGERS:
        if result.then is not FollowUp.PLAN_ORDER:
            execution_plans.return_lines(ids)
        package_rows.forget(work, package.order.id)
        return planning.plan_order(package.order.id, _TRIGGERS[result.then])
    if result.state in (PackageState.CANCELLED, PackageState.PACKED_FOR_REFUND):
        execution_plans.cancel_lines(ids)
    return None


def _keep_refusals(package: Opened, items: Sequence[Item], reason: str) -> None:
    run(
        _INSERT_REFUSAL,
        [
            {
                "order_item_id": item.order_item_id,
                "stock_location_id": package.stock_location_id,
                "package_item_id": item.id,
                "reason": reason,
                "refused_date": clock.now(),
            }
            for item in items
        ],
    )


def _report_missing(work: UnitOfWork, package: Opened, items: Sequence[Item]) -> None:
    missing = [{"package_item_id": item.id, "product_id": item.product_id} for item in items]
    assert package.stock_location_id is not None
    reason = DiscrepancyReason.OUT_OF_STOCK
    inventory_discrepancies.insert(work, missing, package.stock_location_id, reason)
