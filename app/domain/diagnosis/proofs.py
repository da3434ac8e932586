"""Proves changes by running the planner on the changed world, and shrinks releases to what is needed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from app.domain.diagnosis.changes import Change, ReleaseReservation
from app.domain.diagnosis.release import Chosen, every_amount, fewest_that_free, stale_at
from app.domain.facts import Demand, Split, World
from app.domain.planning import Plan, plan

ChangeSet = tuple[Change, ...]

HANDFUL = 6
"""Of so many stale reservations every amount is tried; of more the least is found by halving."""


def apply_all(changes: Iterable[Change], world: World) -> World:
    """The world after the changes, made one after another."""
    for change in changes:
        world = change.applied_to(world)
    return world


def promised(made: Plan, world: World) -> World:
    """The world after the plan: its units are reserved, and who serves has one package more to its quota."""
    reserved = dict(world.extra_reserved)
    for grant in made.grants:
        place = (grant.erp_code, grant.sku)
        reserved[place] = reserved.get(place, 0) + grant.quantity
    locations = dict(world.locations)
    for code in {grant.erp_code for grant in made.grants}:
        locations[code] = replace(locations[code], quota=locations[code].quota + 1)
    return replace(world, extra_reserved=reserved, locations=locations)


def prove(
    changes: ChangeSet, demand: Demand, world: World, is_enough: Callable[[Plan], bool]
) -> tuple[ChangeSet, Plan] | None:
    """The changes with each release as small as it may be, and the plan they lead to.

    The releases given are those of everything stale at their place. None when no plan is enough.
    """
    proof = plan(demand, apply_all(changes, world))
    if not is_enough(proof):
        return _less_is_more(changes, demand, world, is_enough)
    left = proof.unserved_items
    for position, change in enumerate(changes):
        if isinstance(change, ReleaseReservation):
            search = _Release(changes, position, change, demand, world)
            smaller = search.least(lambda found: found.unserved_items <= left)
            changes, proof = smaller or (changes, proof)
    return changes, proof


def _less_is_more(
    changes: ChangeSet, demand: Demand, world: World, is_enough: Callable[[Plan], bool]
) -> tuple[ChangeSet, Plan] | None:
    """Where lines compete, a location with more free units may draw a line away from where it was needed."""
    change = changes[0]
    if len(changes) > 1 or len(demand.lines) == 1 or not isinstance(change, ReleaseReservation):
        return None
    return _Release(changes, 0, change, demand, world).least(is_enough)


@dataclass(frozen=True, slots=True)
class _Release:
    """The release at one position of a change set, while the other changes stay as they are."""

    changes: ChangeSet
    position: int
    change: ReleaseReservation
    demand: Demand
    world: World

    def least(self, is_enough: Callable[[Plan], bool]) -> tuple[ChangeSet, Plan] | None:
        """The smallest release that is enough, if it is smaller than that of everything stale."""
        stale = stale_at(self.world, self.change.place)
        at_least = self._useful_from()
        if len(stale) > HANDFUL:
            return self._by_halving(stale, at_least, is_enough)
        for chosen in every_amount(stale)[:-1]:
            if _quantity(chosen) >= at_least:
                found = self._with(chosen)
                if is_enough(found[1]):
                    return found
        return None

    def _by_halving(
        self, stale: Chosen, at_least: int, is_enough: Callable[[Plan], bool]
    ) -> tuple[ChangeSet, Plan] | None:
        best, low, high = None, at_least, _quantity(stale)
        amount = low  # the least that can matter is usually enough
        while low < high:
            found = self._with(fewest_that_free(stale, amount) or stale)
            if is_enough(found[1]):
                best, high = found, amount
            else:
                low = amount + 1
            amount = (low + high) // 2
        return best

    def _with(self, chosen: Chosen) -> tuple[ChangeSet, Plan]:
        ids = tuple(one.id for one in chosen)
        smaller = ReleaseReservation(*self.change.place, ids, _quantity(chosen))
        changes = (*self.changes[: self.position], smaller, *self.changes[self.position + 1 :])
        return changes, plan(self.demand, apply_all(changes, self.world))

    def _useful_from(self) -> int:
        """Below so many hundredths a release cannot make a difference."""
        answer = self.world.stock.get(self.change.place)
        free = (answer.stock_count if answer else 0) - self.world.reserved(self.change.place)
        whole_lines = not any(
            rule.split is Split.QUANTITY
            for scenario in apply_all(self.changes, self.world).scenarios
            for rule in scenario.rules
        )
        needed = self.demand.lines[0].needed if whole_lines and len(self.demand.lines) == 1 else 1
        return max(1, needed - free)


def _quantity(chosen: Chosen) -> int:
    return sum(one.quantity for one in chosen)
