"""Whether a joint fix that was found before is still one: proved on today's facts before it is made."""

from collections.abc import Iterable
from functools import singledispatch

from app.domain.diagnosis.changes import (
    ActivateLocation,
    ActivateScenario,
    AddToRule,
    AllowSplit,
    Change,
    ClearDiscrepancy,
    RaiseQuota,
    ReleaseReservation,
)
from app.domain.diagnosis.proofs import ChangeSet, apply_all
from app.domain.diagnosis.release import stale_at
from app.domain.diagnosis.ways import WIDER_SPLIT
from app.domain.facts import Demand, Rule, World
from app.domain.planning import plan


def fallen(changes: ChangeSet, world: World) -> Change | None:
    """The first change that can not be made as it was found, because somebody changed what it is about."""
    return next((change for change in changes if not _stands(change, world)), None)


def serves_any(changes: ChangeSet, queue: Iterable[Demand], world: World) -> bool:
    """Whether the changes serve one of these waiting packages that planning again alone would not."""
    changed = apply_all(changes, world)
    return any(plan(one, changed).is_whole and not plan(one, world).is_whole for one in queue)


@singledispatch
def _stands(change: Change, world: World) -> bool:
    """Planning again is always possible."""
    return True


@_stands.register
def _release(change: ReleaseReservation, world: World) -> bool:
    return set(change.reservations) <= {one.id for one in stale_at(world, change.place)}


@_stands.register
def _clear(change: ClearDiscrepancy, world: World) -> bool:
    """One that was reported since was not seen by whoever clears them."""
    active = world.discrepancies.get((change.erp_code, change.sku), ())
    return {one.id for one in active} == set(change.discrepancies)


@_stands.register
def _raise(change: RaiseQuota, world: World) -> bool:
    location = world.locations.get(change.erp_code)
    return location is not None and location.max_quota == change.was


@_stands.register
def _activate(change: ActivateLocation, world: World) -> bool:
    location = world.locations.get(change.erp_code)
    return location is not None and not location.is_active


@_stands.register
def _add(change: AddToRule, world: World) -> bool:
    rule, location = _rule(change, world), world.locations.get(change.erp_code)
    return rule is not None and location is not None and not rule.admits(location)


@_stands.register
def _split(change: AllowSplit, world: World) -> bool:
    rule = _rule(change, world)
    return rule is not None and change.to in WIDER_SPLIT[rule.split]


@_stands.register
def _wake(change: ActivateScenario, world: World) -> bool:
    return any(one.id == change.scenario_id and not one.is_active for one in world.scenarios)


def _rule(change: AddToRule | AllowSplit, world: World) -> Rule | None:
    rules = (rule for one in world.scenarios if one.id == change.scenario_id for rule in one.rules)
    return next((rule for rule in rules if rule.id == change.rule_id), None)
