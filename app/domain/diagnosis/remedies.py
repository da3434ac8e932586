"""The remedies of a demand: the smallest sets of changes after which the planner itself serves every line.

Found by what is missing, shown only when a run of the planner on the changed world proved them.
Source: diagnosis.md, section 3.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.changes import Replan
from app.domain.diagnosis.proofs import ChangeSet, apply_all, prove
from app.domain.diagnosis.reach import Numbers, Reach
from app.domain.diagnosis.slices import within_reach
from app.domain.diagnosis.ways import MOST_CHANGES, Ways
from app.domain.facts import Demand, Line, World
from app.domain.planning import Plan, plan

MOST_REMEDIES = 5

MOST_PAIRS = 100
MOST_PAIRS_FOR_A_LINE = 20
"""So many pairs of changes are tried. Single changes are all tried; pairs of which so many could serve and do
not are met only where several lines compete for the units of one product, a few at many locations."""


def class_of(changes: ChangeSet) -> Cause:
    """The cause that these changes mend; `combination` for changes of two classes."""
    classes = {change.cause for change in changes}
    return classes.pop() if len(classes) == 1 else Cause.COMBINATION


@dataclass(frozen=True, slots=True)
class Remedy:
    """Changes, and the plan that proves what they do. Its trace tells of locations with stock only."""

    changes: ChangeSet
    proof: Plan

    @property
    def cause(self) -> Cause:
        """The class of its changes."""
        return class_of(self.changes)

    @property
    def served_by(self) -> tuple[str, ...]:
        """The erp_codes that serve then, in the order they were chosen."""
        return tuple(dict.fromkeys(grant.erp_code for grant in self.proof.grants))

    @property
    def subjects(self) -> frozenset[tuple[str, ...]]:
        """What its changes are about, whichever rule or however far."""
        return frozenset((change.kind.value, *change.subject) for change in self.changes)


@dataclass(frozen=True, slots=True)
class Findings:
    """The plan without any change, what serves every line, and what serves only some."""

    base: Plan
    remedies: tuple[Remedy, ...]
    partly: tuple[Remedy, ...]
    causes: Mapping[int, Cause] = field(default_factory=dict)
    """order_item_id → the class of what serves it, for each unserved line that some changes serve."""


def find_remedies(demand: Demand, world: World, as_planned: bool = False) -> Findings:
    """Search the smallest change sets that serve every line of the demand.

    At present the demand is what one out-of-stock package waits for. `as_planned` looks back at an attempt:
    what its planning served went into packages of its own, so that planning again is no help for the rest.
    """
    base = plan(demand, world)
    if base.is_whole:
        return Findings(base, (Remedy((Replan(),), base),), ())
    search = _Search(demand, within_reach(demand, world), base)
    remedies = search.least()
    if remedies:
        return Findings(base, remedies, (), search.causes_within(remedies[0]))
    helps_already = (Remedy((Replan(),), base),) if base.grants and not as_planned else ()
    partly, causes = search.partly(MOST_REMEDIES - len(helps_already))
    return Findings(base, (), (*helps_already, *partly), causes)


def whole_remedies(demand: Demand, world: World) -> tuple[Remedy, ...]:
    """Only the remedies of `find_remedies`: what serves every line, without what serves some or why."""
    near = within_reach(demand, world)
    base = plan(demand, near)
    return (Remedy((Replan(),), base),) if base.is_whole else _Search(demand, near, base).least()


class _Search:
    """One search: how far changes reach, and which sets of them the planner proved.

    `world` need only be what is within reach of the demand.
    """

    reach: Reach
    """Of the ways looked for so far."""

    def __init__(self, demand: Demand, world: World, base: Plan) -> None:
        self.demand = demand
        self.world = world
        self.base = base

    def least(self) -> tuple[Remedy, ...]:
        """The remedies of the fewest changes."""
        for size in range(1, MOST_CHANGES + 1):
            # Most packages need one change: ways of two are looked for only where no single one is enough.
            self.reach = Reach(Ways(self.demand, self.world, size))
            remedies = self._whole(size)
            if remedies:
                return remedies
        return ()

    def _whole(self, size: int) -> tuple[Remedy, ...]:
        """At most five remedies of that many changes, in the order they are shown."""
        candidates = self.reach.sets_for_all(size)
        if size > 1:
            candidates = islice(candidates, MOST_PAIRS)
        return self._proved(candidates, lambda found: found.is_whole, MOST_REMEDIES)

    def partly(self, most: int) -> tuple[tuple[Remedy, ...], Mapping[int, Cause]]:
        """What serves more lines than are served now, and the cause of each line that it serves.

        For each line the least; more only as far as there are no more than `most` in all.
        """
        first: list[Remedy] = []
        more: list[Remedy] = []
        causes: dict[int, Cause] = {}
        for line in self.base.unserved:
            room = most - len(first) - len(more)
            found = self._for_line(line, max(1, room))
            if found:
                causes[line.order_item_id] = found[0].cause
                first.append(found[0])
                more.extend(found[1:])
            elif self._takes_more_changes(line):
                causes[line.order_item_id] = Cause.COMBINATION
        return _unlike((*first, *more))[: max(most, len(first))], causes

    def causes_within(self, remedy: Remedy) -> Mapping[int, Cause]:
        """The cause of each line: the class of the one change that serves it, else that of all together."""
        causes = {line.order_item_id: remedy.cause for line in self.base.unserved}
        for change in remedy.changes if len(remedy.changes) > 1 else ():
            left = plan(self.demand, apply_all((change,), self.world)).unserved_items
            causes |= {item: change.cause for item in causes if item not in left}
        return causes

    def _for_line(self, line: Line, most: int) -> tuple[Remedy, ...]:
        """What serves this line and loses no other; two changes only where no single one does."""

        def is_enough(found: Plan) -> bool:
            left = found.unserved_items
            return line.order_item_id not in left and left <= self.base.unserved_items

        units = self._units_up_to(line)
        singles = self.reach.sets_for(1, line, units)
        pairs = islice(self.reach.sets_for(2, line, units), MOST_PAIRS_FOR_A_LINE)
        return self._proved(singles, is_enough, most) or self._proved(pairs, is_enough, 1)

    def _takes_more_changes(self, line: Line) -> bool:
        """Whether it only lacks units that other lines of its product take, and changes would free enough."""
        if self._units_up_to(line) > self.reach.most_units(line.sku):
            return False
        return any(True for size in (1, 2) for _ in self.reach.sets_for(size, line, line.needed))

    def _units_up_to(self, line: Line) -> int:
        """Hundredths of its product for it, the lines served now, and its likes that go before it."""
        before = self._twins(line)
        left = self.base.unserved_items
        return sum(
            one.needed
            for one in self.demand.lines
            if one.sku == line.sku
            and (one == line or one.order_item_id not in left or one.order_item_id in before)
        )

    def _twins(self, line: Line) -> list[int]:
        """Unserved lines before it that ask for the same: whatever can serve it serves them first."""
        refused = {item for item, _ in self.world.refusals}
        return [
            one.order_item_id
            for one in self.base.unserved
            if (one.sku, one.needed) == (line.sku, line.needed)
            and one.order_item_id < line.order_item_id
            and one.order_item_id not in refused
        ]

    def _proved(
        self, candidates: Iterable[Numbers], is_enough: Callable[[Plan], bool], most: int
    ) -> tuple[Remedy, ...]:
        remedies: list[Remedy] = []
        for numbers in candidates:
            changes = self.reach.changes(numbers)
            if Remedy(changes, self.base).subjects in (known.subjects for known in remedies):
                continue  # an earlier rule, or a lesser split, does it already
            proof = prove(changes, self.demand, self.world, is_enough)
            if proof is not None:
                remedies.append(Remedy(*proof))
                if len(remedies) == most:
                    break
        return tuple(remedies)


def _unlike(remedies: Iterable[Remedy]) -> tuple[Remedy, ...]:
    """Each set of changes once."""
    found: dict[ChangeSet, Remedy] = {}
    for remedy in remedies:
        found.setdefault(remedy.changes, remedy)
    return tuple(found.values())
