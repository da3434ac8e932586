"""The remedies of a demand: the smallest sets of changes after which the planner itself serves every line.

Found by what is missing, shown only when a run of the planner on the changed world proved them.
Source: diagnosis.md, section 3.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.changes import (
    AddToRule,
    AllowSplit,
    Change,
    ReleaseReservation,
    Replan,
)
from app.domain.diagnosis.release import fewest_that_free, stale_at
from app.domain.diagnosis.ways import MOST_CHANGES, Rank, Way, ways
from app.domain.facts import Demand, World
from app.domain.planning import Attempt, Plan, carry_out, plan

MOST_REMEDIES = 5

ChangeSet = tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """Changes, and the plan that proves what they do."""

    changes: ChangeSet
    proof: Plan

    @property
    def cause(self) -> Cause:
        """The class of its changes; `combination` for changes of two classes."""
        classes = {change.cause for change in self.changes}
        return classes.pop() if len(classes) == 1 else Cause.COMBINATION

    @property
    def served_by(self) -> tuple[str, ...]:
        """The erp_codes that serve then, in the order they were chosen."""
        return tuple(dict.fromkeys(grant.erp_code for grant in self.proof.grants))


@dataclass(frozen=True, slots=True)
class Findings:
    """The plan without any change, what serves every line, and what serves only some."""

    base: Plan
    remedies: tuple[Remedy, ...]
    partly: tuple[Remedy, ...]


def find_remedies(demand: Demand, world: World, as_planned: bool = False) -> Findings:
    """Search the smallest change sets that serve every line of the demand.

    At present the demand is what one out-of-stock package waits for. `as_planned` looks back at an attempt:
    what its planning served went into packages of its own, so that planning again is no help for the rest.
    """
    attempt = Attempt(demand, world)
    base = carry_out(attempt)
    if base.is_whole:
        return Findings(base, (Remedy((Replan(),), base),), ())
    search = _Search(demand, world, base, tuple(ways(attempt)))
    for size in range(1, MOST_CHANGES + 1):
        found = search.proved(size)
        if found:
            return Findings(base, found, ())
    return Findings(base, (), search.partly(with_replan=not as_planned))


def apply_all(changes: Iterable[Change], world: World) -> World:
    """The world after the changes, made one after another."""
    for change in changes:
        world = change.applied_to(world)
    return world


class _Search:
    """One search: the ways it knows, and the sets it proves with the planner."""

    def __init__(self, demand: Demand, world: World, base: Plan, found: tuple[Way, ...]) -> None:
        self.demand = demand
        self.world = world
        self.base = base
        self.ways = found
        self.by_line: dict[int, set[frozenset[Change]]] = {
            line.order_item_id: set() for line in base.unserved
        }
        self.rank: dict[Change, Rank] = {}
        for way in found:
            self.by_line[way.order_item_id].add(way.changes)
            for change in way.changes:
                known = self.rank.get(change)
                if known is None or way.rank < known:
                    self.rank[change] = way.rank

    def proved(self, size: int) -> tuple[Remedy, ...]:
        """At most five proved remedies of that many changes, in the order they are shown."""
        remedies: list[Remedy] = []
        for changes in sorted(self._candidates(size), key=self._order):
            if _is_covered(changes, remedies):
                continue
            remedy = self._prove(changes)
            if remedy is not None:
                remedies.append(remedy)
                if len(remedies) == MOST_REMEDIES:
                    break
        return tuple(remedies)

    def partly(self, with_replan: bool) -> tuple[Remedy, ...]:
        """At most five single changes, or none at all, after which some lines are served."""
        remedies = [Remedy((Replan(),), self.base)] if with_replan and self.base.grants else []
        singles = {way.changes for way in self.ways if len(way.changes) == 1}
        for changes in sorted((tuple(single) for single in singles), key=self._order):
            if len(remedies) == MOST_REMEDIES:
                break
            if _is_covered(changes, remedies):
                continue
            for variant in self._variants(changes):
                proof = plan(self.demand, apply_all(variant, self.world))
                if len(proof.unserved) < len(self.base.unserved):
                    remedies.append(Remedy(variant, proof))
                    break
        return tuple(remedies)

    def _candidates(self, size: int) -> set[ChangeSet]:
        """Sets of that size in which every unserved line has a way."""
        sets = {way.changes for way in self.ways if len(way.changes) == size}
        if size == MOST_CHANGES:
            singles = {change for way in self.ways if len(way.changes) == 1 for change in way.changes}
            sets |= {frozenset(pair) for pair in combinations(sorted(singles, key=self._single), 2)}
        return {
            tuple(sorted(changes, key=self._single))
            for changes in sets
            if all(any(way <= changes for way in found) for found in self.by_line.values())
        }

    def _single(self, change: Change) -> tuple[object, ...]:
        return (change.cost, self.rank[change], repr(change))

    def _order(self, changes: ChangeSet) -> tuple[object, ...]:
        costs = tuple(change.cost for change in changes)
        return (costs, tuple(self._single(change)[1:] for change in changes))

    def _prove(self, changes: ChangeSet) -> Remedy | None:
        for variant in self._variants(changes):
            proof = plan(self.demand, apply_all(variant, self.world))
            if proof.is_whole:
                return Remedy(variant, proof)
        return None

    def _variants(self, changes: ChangeSet) -> Iterator[ChangeSet]:
        """The set with each release shrunk to what may be needed, the smallest first."""
        for position, change in enumerate(changes):
            if isinstance(change, ReleaseReservation):
                for smaller in self._releases(change):
                    rest = changes[position + 1 :]
                    for tail in self._variants(rest) if rest else ((),):
                        yield (*changes[:position], smaller, *tail)
                return
        yield changes

    def _releases(self, change: ReleaseReservation) -> Iterator[ReleaseReservation]:
        stale = stale_at(self.world, change.place)
        seen: set[tuple[int, ...]] = set()
        for amount in self._amounts(change):
            chosen = fewest_that_free(stale, amount)
            ids = tuple(one.id for one in chosen or stale)
            if ids not in seen:
                seen.add(ids)
                quantity = sum(one.quantity for one in chosen or stale)
                yield ReleaseReservation(change.erp_code, change.sku, ids, quantity)

    def _amounts(self, change: ReleaseReservation) -> list[int]:
        """How many hundredths might do, ascending: what a line lacks here, with or without help from
        other locations, what several lines lack, and everything."""
        lines = [line.needed for line in self.base.unserved if line.sku == change.sku]
        free = self._free(change.erp_code, change.sku)
        elsewhere = sum(
            max(0, self._free(code, change.sku)) for code in self.world.locations if code != change.erp_code
        )
        wanted = {
            sum(some) for size in range(1, min(len(lines), 4) + 1) for some in combinations(lines, size)
        }
        amounts = {need - free for need in wanted}
        amounts |= {need - elsewhere - free for need in wanted} | {1 - free, change.quantity}
        return sorted(amount for amount in amounts if 0 < amount <= change.quantity)

    def _free(self, erp_code: str, sku: str) -> int:
        answer = self.world.stock.get((erp_code, sku))
        return (answer.stock_count if answer else 0) - self.world.reserved((erp_code, sku))


def _is_covered(changes: ChangeSet, remedies: Sequence[Remedy]) -> bool:
    """Whether an earlier remedy already says the same with an earlier rule or a smaller split."""
    return any(
        _targets(changes) == _targets(known.changes) for known in remedies if _targets(changes) is not None
    )


def _targets(changes: ChangeSet) -> tuple[object, ...] | None:
    keys: list[object] = []
    for change in changes:
        if isinstance(change, AddToRule):
            keys.append(("add_to_rule", change.erp_code))
        elif isinstance(change, AllowSplit):
            keys.append(("allow_split", change.rule_id))
        else:
            keys.append(change)
    return tuple(keys)
