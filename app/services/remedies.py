"""Applies a remedy: proved again on the spot, made through the ordinary acts, planned again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch

from app import clock
from app.domain.diagnosis.changes import (
    ActivateLocation,
    ActivateScenario,
    AddToRule,
    AllowSplit,
    Change,
    ClearDiscrepancy,
    RaiseQuota,
    ReleaseReservation,
    Replan,
)
from app.domain.diagnosis.remedies import Findings, Remedy, find_remedies
from app.domain.diagnosis.targets import change_target, remedy_key
from app.domain.errors import NotFound, Refused
from app.domain.facts import Demand, World
from app.queries.explanations import present_demand
from app.queries.keys import location_id, package_key, product_id
from app.services import (
    inventory_discrepancies,
    order_locks,
    planning,
    remedy_outcomes,
    reservations,
    scenarios,
    stock_locations,
)
from app.services.unit_of_work import UnitOfWork, unit_of_work


@dataclass(frozen=True, slots=True)
class Preview:
    """A remedy as it is proved now, with the demand and world it was proved on."""

    remedy: Remedy
    demand: Demand
    world: World
    is_partly: bool


def preview_remedy(package_id: int, key: str) -> Preview:
    """The remedy of that key, proved on today's facts.

    Raises NotFound for an unknown package, Refused `package_served` when it is not out of stock any more and
    `remedy_changed` when these very changes are no remedy now.
    """
    package_key(package_id)
    found = present_demand(package_id, clock.now())
    if found is None:
        raise Refused("package_served", package=package_id)
    demand, world = found
    findings = find_remedies(demand, world)
    remedy = _of_key(findings, key)
    if remedy is None:
        raise _no_remedy(package_id)
    return Preview(remedy, demand, world, remedy in findings.partly)


def _no_remedy(package_id: int) -> Refused:
    """Somebody may have served it between the statements of the look: then that is the reason."""
    still_waits = present_demand(package_id, clock.now()) is not None
    return Refused("remedy_changed" if still_waits else "package_served", package=package_id)


def apply_remedy(package_id: int, key: str, reason: str = "") -> int | None:
    """Make the changes of the remedy and plan the order again; the new attempt's id.

    The remedy is proved again inside the transaction, so that pressing twice, or after the world changed,
    stores nothing. Raises what `preview_remedy` raises, and Refused `remedy_failed` when the planning that
    followed did not serve what was proved.
    """
    with unit_of_work() as work:
        package = package_key(package_id)
        _lock(work, package.order_id, preview_remedy(package_id, key))
        preview = preview_remedy(package_id, key)
        for change in preview.remedy.changes:
            make_change(change, reason)
        _record(work, package_id, preview.remedy, reason)
        work.record(
            "replan",
            {"number": package.order_number, "channel": package.channel},
            order_id=package.order_id,
            package_id=package_id,
        )
        attempt_id = planning.plan_order(package.order_id, "remedy")
        _require_served(package_id, preview)
        remedy_outcomes.note_outcome(package_id, preview.remedy.changes, attempt_id, reason=reason)
        return attempt_id


def _lock(work: UnitOfWork, order_id: int, seen: Preview) -> None:
    """Wait for all that the remedy and the planning after it write to: orders first, then stock at once."""
    released = {
        reservation_id
        for change in seen.remedy.changes
        if isinstance(change, ReleaseReservation)
        for reservation_id in change.reservations
    }
    held = (one for group in seen.world.reservations.values() for one in group)
    for one in sorted({order_id, *(one.order_id for one in held if one.id in released)}):
        order_locks.lock_order(work, one)
    # Every location: a remedy may open any of them.
    work.lock_stock(skus=seen.demand.skus, erp_codes=list(seen.world.locations))


def _record(work: UnitOfWork, package_id: int, remedy: Remedy, reason: str) -> None:
    after = {"changes": [change_target(change) for change in remedy.changes], "cause": remedy.cause.value}
    work.audit("remedy.applied", "package", package_id, None, after, reason or None)


def _require_served(package_id: int, preview: Preview) -> None:
    left = present_demand(package_id, clock.now())
    unserved = {line.order_item_id for line in left[0].lines} if left else set()
    promised = {line.order_item_id for line in preview.demand.lines} - {
        line.order_item_id for line in preview.remedy.proof.unserved
    }
    if unserved & promised:
        raise Refused("remedy_failed", package=package_id)


def _of_key(findings: Findings, key: str) -> Remedy | None:
    known: Sequence[Remedy] = (*findings.remedies, *findings.partly)
    return next((one for one in known if remedy_key(one.changes) == key), None)


@singledispatch
def make_change(change: Change, reason: str) -> None:
    """Make one change through the act it stands for. `reason` is the operator's, for the audit log."""
    raise NotFound("change", change.kind.value)


@make_change.register
def _replan(change: Replan, reason: str) -> None:
    """Planning again follows every remedy."""


@make_change.register
def _release(change: ReleaseReservation, reason: str) -> None:
    for reservation_id in change.reservations:
        reservations.release_reservation(reservation_id, reason)


@make_change.register
def _clear(change: ClearDiscrepancy, reason: str) -> None:
    inventory_discrepancies.clear_place(location_id(change.erp_code), product_id(change.sku), reason)


@make_change.register
def _raise(change: RaiseQuota, reason: str) -> None:
    stock_locations.raise_quota(change.erp_code, change.to, reason)


@make_change.register
def _activate(change: ActivateLocation, reason: str) -> None:
    stock_locations.activate_location(change.erp_code, reason)


@make_change.register
def _add(change: AddToRule, reason: str) -> None:
    scenarios.add_location_to_rule(change.rule_id, change.erp_code, reason)


@make_change.register
def _split(change: AllowSplit, reason: str) -> None:
    scenarios.allow_split(change.rule_id, change.to, reason)


@make_change.register
def _wake(change: ActivateScenario, reason: str) -> None:
    scenarios.activate_scenario(change.scenario_id, reason)
