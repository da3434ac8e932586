"""joint_fixes(queue, world): which change would serve how many waiting packages at once (diagnosis.md, 4).

Candidates are what the packages' own remedies change, each as far as it goes. A count is what re-planning
the queue on one copy of the world serves, so that no unit and no quota slot is counted twice.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.domain.diagnosis.changes import (
    ActivateLocation,
    ActivateScenario,
    AddToRule,
    AllowSplit,
    Change,
    ChangeKind,
    ClearDiscrepancy,
    RaiseQuota,
    ReleaseReservation,
    Replan,
)
from app.domain.diagnosis.proofs import ChangeSet, apply_all, promised
from app.domain.diagnosis.remedies import find_remedies
from app.domain.diagnosis.ways import release_everything
from app.domain.facts import Demand, World
from app.domain.planning import conditions_hold, matching_scenario, plan

MOST_CANDIDATES = 20
"""So many fixes are tried, those first that are a remedy of the most packages by themselves."""

REPLAN: ChangeSet = (Replan(),)


@dataclass(frozen=True, slots=True)
class JointFix:
    """Changes to make once, and the orders whose waiting package they serve, the oldest first."""

    changes: ChangeSet
    served: tuple[Demand, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """What re-planning a queue came to."""

    served: tuple[Demand, ...]
    """Those of which every line was served."""
    granted: frozenset[int]
    """The ids of orders that got anything."""
    world: World
    """With what was promised reserved, and the quota that is used then."""

    @property
    def orders(self) -> frozenset[int]:
        """The ids of those that were served."""
        return frozenset(demand.order_id for demand in self.served)


def joint_fixes(queue: Iterable[Demand], world: World) -> tuple[JointFix, ...]:
    """What serves the most packages first; a fix that would serve none is left out.

    `queue` is what each open out-of-stock package waits for. Planning again without any change is a fix
    of its own; what it serves no other fix counts, and two changes count what neither serves alone.
    """
    triage = _Triage(sorted(queue, key=lambda demand: (demand.placed_at, demand.order_id)), world)
    fixes = [JointFix(REPLAN, triage.base.served)]
    fixes += [triage.fix(changes) for changes in triage.candidates()]
    return tuple(sorted((one for one in fixes if one.served), key=_preference))


class _Triage:
    """One queue on one world: what plain re-planning serves, and what each fix serves beside it."""

    def __init__(self, queue: Sequence[Demand], world: World) -> None:
        self.queue = queue
        self.world = world
        self.base = _replan(queue, world)
        self._runs: dict[ChangeSet, _Run] = {}

    def candidates(self) -> list[ChangeSet]:
        """The most promising fixes for what plain re-planning does not serve."""
        votes: Counter[ChangeSet] = Counter()
        served = self.base.orders
        for demand in self.queue:
            if demand.order_id in served:
                continue
            # What others are served is gone for it; what it was granted itself is not.
            world = self.world if demand.order_id in self.base.granted else self.base.world
            remedies = find_remedies(demand, world).remedies
            votes.update({self._joint(remedy.changes) for remedy in remedies})
        del votes[REPLAN]
        ranked = sorted(votes, key=lambda changes: (-votes[changes], *_cost(changes)))
        return ranked[:MOST_CANDIDATES]

    def fix(self, changes: ChangeSet) -> JointFix:
        """The fix with what it alone serves, and quotas no higher than that takes."""
        run = self._run(changes)
        known = self.base.orders
        if len(changes) > 1:
            known = known.union(*(self._run((change,)).orders for change in changes))
        served = tuple(demand for demand in run.served if demand.order_id not in known)
        return JointFix(tuple(_as_far_as_used(change, run) for change in changes), served)

    def _joint(self, changes: ChangeSet) -> ChangeSet:
        return tuple(_as_far_as_it_goes(change, self.world, len(self.queue)) for change in changes)

    def _run(self, changes: ChangeSet) -> _Run:
        if changes not in self._runs:
            concerned = [one for one in self.queue if self._is_concerned(one, changes)]
            self._runs[changes] = _replan(concerned, apply_all(changes, self.world))
        return self._runs[changes]

    def _is_concerned(self, demand: Demand, changes: ChangeSet) -> bool:
        """Touched by a change, or served anyway: that takes units and quota the others must not count on."""
        if demand.order_id in self.base.granted:
            return True
        return any(_TOUCHES[change.kind](change, demand, self.world) for change in changes)


def _replan(queue: Iterable[Demand], world: World) -> _Run:
    """Plan one after another; what is promised to one is gone for the next."""
    served, granted = [], set()
    for demand in queue:
        found = plan(demand, world)
        if found.is_whole:
            served.append(demand)
        if found.grants:
            granted.add(demand.order_id)
            world = promised(found, world)
    return _Run(tuple(served), frozenset(granted), world)


def _as_far_as_it_goes(change: Change, world: World, packages: int) -> Change:
    """The change for all packages at once: everything stale is released, the quota is enough for all."""
    if isinstance(change, ReleaseReservation):
        return release_everything(world, change.place) or change
    if isinstance(change, RaiseQuota):
        return replace(change, to=world.locations[change.erp_code].quota + packages)
    return change


def _as_far_as_used(change: Change, run: _Run) -> Change:
    if isinstance(change, RaiseQuota):
        return replace(change, to=run.world.locations[change.erp_code].quota)
    return change


def _at_place(change: Any, demand: Demand, world: World) -> bool:
    return change.sku in demand.skus


def _at_location(change: Any, demand: Demand, world: World) -> bool:
    """Only a location with some of the product may serve it."""
    answers = (world.stock.get((change.erp_code, sku)) for sku in demand.skus)
    return any(answer is not None and answer.stock_count > 0 for answer in answers)


def _by_rule(change: Any, demand: Demand, world: World) -> bool:
    matched = matching_scenario(demand, world)
    return matched is not None and matched.id == change.scenario_id


def _by_scenario(change: Any, demand: Demand, world: World) -> bool:
    return any(one.id == change.scenario_id and conditions_hold(one, demand) for one in world.scenarios)


_TOUCHES: Mapping[ChangeKind, Callable[[Any, Demand, World], bool]] = {
    Replan.kind: lambda change, demand, world: True,
    ReleaseReservation.kind: _at_place,
    ClearDiscrepancy.kind: _at_place,
    RaiseQuota.kind: _at_location,
    ActivateLocation.kind: _at_location,
    AddToRule.kind: _at_location,
    AllowSplit.kind: _by_rule,
    ActivateScenario.kind: _by_scenario,
}
"""Whether a change concerns a package; every kind has its row."""


def _preference(fix: JointFix) -> tuple[object, ...]:
    return (-len(fix.served), *_cost(fix.changes))


def _cost(changes: ChangeSet) -> tuple[object, ...]:
    """Fewer changes first, then cheaper ones, then by what they are about."""
    subjects = [change.subject for change in changes]
    return (len(changes), [change.cost for change in changes], subjects)
