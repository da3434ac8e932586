"""joint_fixes(queue, world): which change would serve how many waiting packages at once (diagnosis.md, 4).

Candidates are what the packages' own remedies change, each as far as it goes. A count is what re-planning
the queue on one copy of the world serves, so that no unit and no quota slot is counted twice.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

from app.domain.diagnosis.changes import Change, RaiseQuota, ReleaseReservation, Replan
from app.domain.diagnosis.proofs import ChangeSet, apply_all
from app.domain.diagnosis.remedies import whole_remedies
from app.domain.diagnosis.replanning import Replanned, Replanning
from app.domain.diagnosis.slices import refused_by_item
from app.domain.diagnosis.ways import release_everything
from app.domain.facts import Demand, OrderBy, World
from app.domain.planning import conditions_hold

MOST_CANDIDATES = 20
"""So many fixes are tried, those first that are a remedy of the most packages by themselves."""

REPLAN: ChangeSet = (Replan(),)


@dataclass(frozen=True, slots=True)
class JointFix:
    """Changes to make once, and the orders whose waiting package they serve, the oldest first."""

    changes: ChangeSet
    served: tuple[Demand, ...]


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
        self._replanning = Replanning()
        self._runs: dict[ChangeSet, Replanned] = {}
        self.base = self._run(REPLAN)
        self._refused = refused_by_item(world)
        self._found: dict[Hashable, frozenset[ChangeSet]] = {}

    def candidates(self) -> list[ChangeSet]:
        """The most promising fixes for what plain re-planning does not serve."""
        votes: Counter[ChangeSet] = Counter()
        served = self.base.orders
        for demand in self.queue:
            if demand.order_id not in served:
                votes.update(self._wanted_by(demand))
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

    def _run(self, changes: ChangeSet) -> Replanned:
        if changes not in self._runs:
            self._runs[changes] = self._replanning.of(self.queue, apply_all(changes, self.world))
        return self._runs[changes]

    def _wanted_by(self, demand: Demand) -> frozenset[ChangeSet]:
        """The fixes that are a remedy of this package; searched once for packages that want the same."""
        # What others are served is gone for it; what it was granted itself is not.
        took_part = demand.order_id in self.base.granted
        wants = (took_part, *self._wants(demand))
        if wants not in self._found:
            remedies = whole_remedies(demand, self.world if took_part else self.base.world)
            self._found[wants] = frozenset(self._joint(remedy.changes) for remedy in remedies)
        return self._found[wants]

    def _wants(self, demand: Demand) -> tuple[Hashable, ...]:
        """All of a demand that a search for remedies looks at."""
        lines = sorted(demand.lines, key=lambda line: line.order_item_id)
        kind = (demand.channel, demand.payment_type, demand.delivery_type)
        where = (demand.latitude, demand.longitude) if self._is_by_distance(demand) else None
        wanted = tuple((line.sku, line.needed, self._refused.get(line.order_item_id)) for line in lines)
        return (kind, where, wanted)

    def _is_by_distance(self, demand: Demand) -> bool:
        rules = (
            rule
            for scenario in self.world.scenarios
            if conditions_hold(scenario, demand)
            for rule in scenario.rules
        )
        return any(rule.order_by is OrderBy.DISTANCE for rule in rules)

    def _joint(self, changes: ChangeSet) -> ChangeSet:
        return tuple(_as_far_as_it_goes(change, self.world, len(self.queue)) for change in changes)


def _as_far_as_it_goes(change: Change, world: World, packages: int) -> Change:
    """The change for all packages at once: everything stale is released, the quota is enough for all."""
    if isinstance(change, ReleaseReservation):
        return release_everything(world, change.place) or change
    if isinstance(change, RaiseQuota):
        return replace(change, to=world.locations[change.erp_code].quota + packages)
    return change


def _as_far_as_used(change: Change, run: Replanned) -> Change:
    if isinstance(change, RaiseQuota):
        return replace(change, to=run.world.locations[change.erp_code].quota)
    return change


def _preference(fix: JointFix) -> tuple[object, ...]:
    return (-len(fix.served), *_cost(fix.changes))


def _cost(changes: ChangeSet) -> tuple[object, ...]:
    """Fewer changes first, then cheaper ones, then by what they are about."""
    subjects = [change.subject for change in changes]
    return (len(changes), [change.cost for change in changes], subjects)
