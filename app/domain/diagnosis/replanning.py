"""Replanning.of(queue, world): what planning a whole queue again comes to, one order after another.

The planner decides for each; what it decided on equal facts is remembered, so that a queue is planned again
for many changes at little cost. Equal to planning each order on the whole world: a property test holds it.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.domain.diagnosis.slices import Codes, at_places, refused_by_item
from app.domain.facts import Demand, Line, Location, OrderBy, Place, Scenario, World
from app.domain.planning import matching_scenario, plan


@dataclass(frozen=True, slots=True)
class Replanned:
    """What came of it."""

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


class Given(NamedTuple):
    """Units of a line, which is named by its place among the lines of its demand."""

    line: int
    erp_code: str
    quantity: int


class Decision(NamedTuple):
    """What the planner decided on some facts."""

    is_whole: bool
    given: tuple[Given, ...]


Known = dict[Hashable, Decision]


class Replanning:
    """Plans queues on one world and on changed copies of it: where locations lie and their priorities are not
    among the facts that are compared."""

    def __init__(self) -> None:
        self._known: Known = {}

    def of(self, queue: Iterable[Demand], world: World) -> Replanned:
        """Plan the orders in the order given; what is promised to one is gone for the next."""
        run = _Run(world, self._known)
        served, granted = [], set()
        for demand in queue:
            decision = run.decide(demand)
            if decision.is_whole:
                served.append(demand)
            if decision.given:
                granted.add(demand.order_id)
        return Replanned(tuple(served), frozenset(granted), run.world_after())


class _Grounds:
    """What a scenario's rules say of each location, in a form that compares."""

    def __init__(self, scenario: Scenario, world: World) -> None:
        self.scenario = scenario
        rules = scenario.ordered_rules
        self.rules = tuple((one.id, one.order_by, one.select_by_quota, one.split) for one in rules)
        self.by_quota = any(one.select_by_quota for one in rules)
        self.by_density = any(one.order_by is OrderBy.DENSITY for one in rules)
        self.by_distance = any(one.order_by is OrderBy.DISTANCE for one in rules)
        self.admitted = {
            code: tuple(rule.admits(location) for rule in rules)
            for code, location in world.locations.items()
            if location.is_active and any(rule.admits(location) for rule in rules)
        }
        """By erp_code, for those that may serve at all: which of the rules let it in."""


class _Run:
    """One queue on one world, and what has been promised so far."""

    def __init__(self, world: World, known: Known) -> None:
        self._world = world
        self._known = known
        self._free = _free(world)
        self._promised: Counter[Place] = Counter()
        self._packages: Counter[str] = Counter()
        self._grounds: dict[tuple[str, str, str], _Grounds | None] = {}
        self._refused = refused_by_item(world)

    def decide(self, demand: Demand) -> Decision:
        """The planner's decision for the next order of the queue; its promises are kept."""
        lines = sorted(demand.lines, key=lambda line: line.order_item_id)
        grounds = self._grounds_for(demand)
        codes = self._may_serve(lines, grounds) if grounds else ()
        if grounds is None or not codes:
            return Decision(not lines, ())  # a planning could only say so
        decision = self._decision(demand, lines, grounds, codes)
        for given in decision.given:
            sku = lines[given.line].sku
            self._promised[given.erp_code, sku] += given.quantity
            self._free[sku][given.erp_code] -= given.quantity
        self._packages.update({given.erp_code for given in decision.given})
        return decision

    def world_after(self) -> World:
        """The world with all promises."""
        locations = {code: self._location(code) for code in self._world.locations}
        places = {*self._world.extra_reserved, *self._promised}
        return replace(self._world, extra_reserved=self._reserved_beside(places), locations=locations)

    def _reserved_beside(self, places: Iterable[Place]) -> dict[Place, int]:
        """What is promised at these places, beside the recorded reservations."""
        before = self._world.extra_reserved
        return {place: before.get(place, 0) + self._promised[place] for place in places}

    def _location(self, code: str) -> Location:
        location, more = self._world.locations[code], self._packages[code]
        return replace(location, quota=location.quota + more) if more else location

    def _grounds_for(self, demand: Demand) -> _Grounds | None:
        kind = (demand.channel, demand.payment_type, demand.delivery_type)
        if kind not in self._grounds:
            scenario = matching_scenario(demand, self._world)
            self._grounds[kind] = _Grounds(scenario, self._world) if scenario else None
        return self._grounds[kind]

    def _may_serve(self, lines: Sequence[Line], grounds: _Grounds) -> Codes:
        """The locations that a rule admits and that have some free unit, whatever else is said of them."""
        found: dict[str, None] = {}
        for line in lines:
            for code, free in self._free.get(line.sku, {}).items():
                if free > 0 and code in grounds.admitted:
                    found[code] = None
        return tuple(sorted(found))

    def _decision(self, demand: Demand, lines: Sequence[Line], grounds: _Grounds, codes: Codes) -> Decision:
        facts = self._facts(demand, lines, grounds, codes)
        decision = self._known.get(facts)
        if decision is None:
            decision = self._plan(replace(demand, lines=tuple(lines)), grounds, codes)
            self._known[facts] = decision
        return decision

    def _facts(self, demand: Demand, lines: Sequence[Line], grounds: _Grounds, codes: Codes) -> Hashable:
        """All that a planning of the order can look at, so that equal facts lead to equal decisions."""
        is_far_or_near = grounds.by_distance and len(codes) > 1
        where = (demand.latitude, demand.longitude) if is_far_or_near else None
        wanted = tuple((line.sku, line.needed) for line in lines)
        refused = tuple(self._refused.get(line.order_item_id) for line in lines)
        skus = dict.fromkeys(line.sku for line in lines)
        there = tuple(
            (code, grounds.admitted[code], self._quota(code, grounds), *self._on_shelf(code, skus))
            for code in codes
        )
        return (grounds.rules, where, wanted, refused, there)

    def _quota(self, code: str, grounds: _Grounds) -> Hashable:
        location = self._world.locations[code]
        used = location.quota + self._packages[code]
        is_left = location.max_quota is not None and used < location.max_quota
        return (is_left if grounds.by_quota else None, used if grounds.by_density else None)

    def _on_shelf(self, code: str, skus: Iterable[str]) -> Iterator[tuple[int, bool]]:
        for sku in skus:
            held_back = self._world.discrepancy_blocks and bool(self._world.discrepancies.get((code, sku)))
            yield max(0, self._free.get(sku, {}).get(code, 0)), held_back

    def _plan(self, demand: Demand, grounds: _Grounds, codes: Codes) -> Decision:
        places = [(code, sku) for code in codes for sku in demand.skus]
        near = replace(
            self._world,
            scenarios=(grounds.scenario,),
            locations={code: self._location(code) for code in codes},
            stock=at_places(places, self._world.stock),
            reservations=at_places(places, self._world.reservations),
            discrepancies=at_places(places, self._world.discrepancies),
            extra_reserved=self._reserved_beside(places),
        )
        made = plan(demand, near)
        items = [line.order_item_id for line in demand.lines]
        given = (
            Given(items.index(grant.order_item_id), grant.erp_code, grant.quantity) for grant in made.grants
        )
        return Decision(made.is_whole, tuple(given))


def _free(world: World) -> dict[str, dict[str, int]]:
    """SKU → erp_code → free hundredths, where there is any stock; less than none where too much is held."""
    found: dict[str, dict[str, int]] = {}
    for place, answer in world.stock.items():
        if answer.stock_count > 0:
            code, sku = place
            found.setdefault(sku, {})[code] = answer.stock_count - world.reserved(place)
    return found
