"""Applies a joint fix as a batch: its changes first, proved on the spot, then one planning a package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app import clock
from app.domain.diagnosis.changes import ReleaseReservation, Replan
from app.domain.diagnosis.explanation import cause_of
from app.domain.diagnosis.joint_proof import fallen, serves_any
from app.domain.diagnosis.kept_changes import changes_again, plain_changes
from app.domain.diagnosis.proofs import ChangeSet
from app.domain.diagnosis.targets import change_target
from app.domain.errors import Refused
from app.domain.facts import Demand, World
from app.domain.packages import PackageState
from app.queries import kept_triage
from app.queries.explanations import present_demand
from app.queries.kept_triage import FoundFix
from app.queries.keys import package_key
from app.queries.order_plans import served_in
from app.queries.waiting_packages import demands_of, waiting_packages, world_of
from app.services import batches, execution_plan_commands, order_locks, remedy_outcomes, wake
from app.services.batches import PlannedRow
from app.services.remedies import make_change
from app.services.unit_of_work import UnitOfWork, unit_of_work

KIND = "joint_fix"
TRIGGER = "remedy"
CHANGE, PLAN = "change", "plan"
PROVED_ON = 300
"""So many of its packages, the oldest that still wait, are asked whether the fix serves one."""


def plan_fix(key: str, version: str, reason: str = "", back: str = "") -> int:
    """Plan the batch of a joint fix, as it was shown; its id.

    `version` is that of the FoundFix that was shown. Raises NotFound when the newest look has no such fix,
    and Refused `fix_outdated` when it has another one: other changes, or other packages.
    """
    found = kept_triage.kept_fix(key)
    if found.version != version:
        raise Refused("fix_outdated")
    return batches.plan_batch(KIND, _planned(found, reason), reason, _title(found), back)


def _title(found: FoundFix) -> dict[str, Any]:
    names = {"locations": dict(found.triage.location_names), "products": dict(found.triage.product_names)}
    return {"changes": plain_changes(found.fix.changes), "names": names, "packages": len(found.package_ids)}


def _planned(found: FoundFix, reason: str) -> list[PlannedRow]:
    planned = [] if _is_replan(found.fix.changes) else [_change_row(found, reason)]
    changes = plain_changes(found.fix.changes)
    for package in kept_triage.numbers_of(found.package_ids):
        arguments = {"step": PLAN, "package_id": package.id, "changes": changes, "reason": reason}
        planned.append(PlannedRow(package.number, arguments, {"order_number": package.order_number}))
    return planned


def _change_row(found: FoundFix, reason: str) -> PlannedRow:
    arguments = {
        "step": CHANGE,
        "changes": plain_changes(found.fix.changes),
        "packages": list(found.package_ids),
        "reason": reason,
    }
    names = _title(found)["names"]
    return PlannedRow("", arguments, {"names": names, "packages": len(found.package_ids)}, is_required=True)


def _is_replan(changes: ChangeSet) -> bool:
    return all(isinstance(one, Replan) for one in changes)


def _act(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """One row: the changes, or the planning of one package."""
    return _STEPS[arguments["step"]](arguments)


def _make_changes(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make the changes, unless they are no fix any more.

    Raises Refused `fix_fallen` when one of them can not be made as it was shown, and `fix_serves_nobody`
    when no package would be served that planning again alone does not serve.
    """
    changes, package_ids = changes_again(arguments["changes"]), arguments["packages"]
    with unit_of_work() as work:
        _lock(work, changes, *_facts(package_ids))
        queue, world = _facts(package_ids)
        lost = fallen(changes, world)
        if lost is not None:
            raise Refused("fix_fallen", kind=lost.kind.value)
        if not serves_any(changes, queue, world):
            raise Refused("fix_serves_nobody")
        for change in changes:
            make_change(change, arguments["reason"])
        after = {"changes": [change_target(change) for change in changes], "packages": len(package_ids)}
        work.audit("joint_fix.applied", "joint_fix", None, None, after, arguments["reason"] or None)
    return {}


def _facts(package_ids: Sequence[int]) -> tuple[list[Demand], World]:
    """What the oldest of these packages that still wait want, and all that may serve it."""
    waiting = kept_triage.still_waiting(package_ids)
    oldest = [one for one in package_ids if one in waiting][:PROVED_ON]
    packages = waiting_packages(oldest)
    demands = sorted(demands_of(packages).values(), key=lambda one: (one.placed_at, one.order_id))
    return demands, world_of(packages, clock.now())


def _lock(work: UnitOfWork, changes: ChangeSet, queue: Sequence[Demand], world: World) -> None:
    """Wait for all that the changes write to: orders first, then stock at once."""
    released = {
        one for change in changes if isinstance(change, ReleaseReservation) for one in change.reservations
    }
    held = (one for group in world.reservations.values() for one in group)
    for order_id in sorted({one.order_id for one in held if one.id in released}):
        order_locks.lock_order(work, order_id)
    skus = sorted({sku for demand in queue for sku in demand.skus})
    work.lock_stock(skus=skus, erp_codes=list(world.locations))


def _plan_package(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Plan the order again; who serves it now. Raises Refused `still_waits` when nothing of it was served."""
    package_id, reason = arguments["package_id"], arguments["reason"]
    with unit_of_work():
        package = package_key(package_id)
        if package.state != PackageState.OUT_OF_STOCK:
            return {"was": "served"}
        attempt_id = execution_plan_commands.replan_order(package.order_id, TRIGGER, reason or None)
        served = [[one.number, one.location_name] for one in served_in(attempt_id or 0)]
        left = present_demand(package_id, clock.now())
        if left is not None and not served:
            raise Refused("still_waits", cause=cause_of(*left)[0].value)
        changes = changes_again(arguments["changes"])
        remedy_outcomes.note_outcome(package_id, changes, attempt_id, is_joint=True, reason=reason)
        return {"served": served, "is_whole": left is None}


_STEPS = {CHANGE: _make_changes, PLAN: _plan_package}
batches.register(KIND, _act, at_end=wake.look_again)
