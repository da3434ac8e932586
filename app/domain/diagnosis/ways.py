"""What is missing, at each location, for a line to be served there: the ways a search for remedies may take.

A way is the set of changes after which one location passes every check of one rule for one line, whatever
the other lines take. Ways of more than two changes are left out, for no remedy may have more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from app.domain import checks
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
from app.domain.diagnosis.release import stale_at
from app.domain.facts import Demand, Line, Location, Place, Rule, Scenario, Split, World
from app.domain.planning import Attempt, conditions_hold, matching_scenario

MOST_CHANGES = 2
WIDER_SPLIT = {Split.NONE: (Split.LINE, Split.QUANTITY), Split.LINE: (Split.QUANTITY,), Split.QUANTITY: ()}

Rank = tuple[object, ...]
"""Sort key among equal costs: scenario and rule as tried, how far split, location priority, erp_code."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A rule of the scenario looked at, perhaps with a wider split, and the changes that lead to it."""

    number: int
    """In the order in which rules are tried."""
    rule: Rule
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Tried:
    """A rule as it is and with each wider split."""

    scenario: Scenario
    rank: Rank
    quota_may_be_waived: bool
    """An earlier rule that asks for no quota may put a location in use for this one."""
    grounds: tuple[Ground, ...]

    @property
    def rule(self) -> Rule:
        """As it is."""
        return self.grounds[0].rule


@dataclass(frozen=True, slots=True)
class Way:
    """One location's way to yes, or to partial, for one line."""

    ground: Ground
    line: Line
    erp_code: str
    changes: tuple[Change, ...]
    free: int
    """Hundredths the location could give after the changes."""
    rank: Rank


class Ways:
    """Every way of so many changes at most, for every line of a demand as if it were the only one."""

    def __init__(self, demand: Demand, world: World, most_changes: int = MOST_CHANGES) -> None:
        self.lines = sorted(demand.lines, key=lambda line: line.order_item_id)
        self.needed: dict[str, int] = {}
        for line in self.lines:
            self.needed[line.sku] = self.needed.get(line.sku, 0) + line.needed
        self._most_changes = most_changes
        self._world = world
        self._attempt = Attempt(demand, world)
        self._tried = tuple(_rules_tried(demand, world))
        self._releases: dict[Place, ReleaseReservation | None] = {}

    @property
    def grounds(self) -> list[Ground]:
        """In the order in which they are tried."""
        return [ground for tried in self._tried for ground in tried.grounds]

    @property
    def a_line_may_spare_another_the_quota(self) -> bool:
        """Whether serving one line may put a location in use for another."""
        return any(tried.rule.select_by_quota and tried.quota_may_be_waived for tried in self._tried)

    def __iter__(self) -> Iterator[Way]:
        for tried in self._tried:
            for location in self._world.locations.values():
                for line in self.lines:
                    look = self._attempt.look(tried.rule, location, line)
                    # Never answered or nothing there: no change of ours helps, whatever the split.
                    if look.stock_count and not checks.refused_here(look):
                        for before_stock in self._before_stock(tried, look):
                            yield from self._with_stock(tried, look, before_stock)

    def _before_stock(self, tried: _Tried, look: checks.Look) -> Iterator[tuple[Change, ...]]:
        """What makes the location pass every check before stock: with and, perhaps, without a quota."""
        location = look.location
        found: list[Change] = []
        if checks.not_in_rule(look):
            found.append(_add_to_rule(tried.scenario, look.rule, location))
        if checks.location_inactive(look):
            found.append(ActivateLocation(location.erp_code))
        if checks.discrepancy_hold(look):
            found.append(_clear(self._world, location, look.line))
        if checks.quota_unset(look) or checks.quota_full(look):
            if tried.quota_may_be_waived and len(self.lines) > 1:
                yield tuple(found)
            found.append(RaiseQuota(location.erp_code, location.quota + 1, location.max_quota))
        yield tuple(found)

    def _with_stock(
        self, tried: _Tried, look: checks.Look, before_stock: tuple[Change, ...]
    ) -> Iterator[Way]:
        """The ways under each split, without and with what is stale there released."""
        code, line = look.location.erp_code, look.line
        for width, ground in enumerate(tried.grounds):
            changes = (*ground.changes, *before_stock)
            if len(changes) > self._most_changes:
                continue
            there = look._replace(rule=ground.rule) if width else look
            if checks.insufficient_stock(there):
                continue
            rank = (*tried.rank, width, *look.location.rank)
            serves_already = not checks.fully_reserved(there)
            if serves_already:
                yield Way(ground, line, code, changes, look.free, rank)
            release = self._release((code, line.sku)) if len(changes) < self._most_changes else None
            # Where the line is served already, more units are for its rest or for the product's other lines.
            if release is None or (serves_already and look.free >= self.needed[line.sku]):
                continue
            freed = there._replace(reservation_count=look.reservation_count - release.quantity)
            if not checks.fully_reserved(freed):
                yield Way(ground, line, code, (*changes, release), freed.free, rank)

    def _release(self, place: Place) -> ReleaseReservation | None:
        if place not in self._releases:
            self._releases[place] = release_everything(self._world, place)
        return self._releases[place]


def release_everything(world: World, place: Place) -> ReleaseReservation | None:
    """The release of every stale reservation there; a search shrinks it to what is needed."""
    stale = stale_at(world, place)
    if not stale:
        return None
    return ReleaseReservation(*place, tuple(one.id for one in stale), sum(one.quantity for one in stale))


def _add_to_rule(scenario: Scenario, rule: Rule, location: Location) -> AddToRule:
    return AddToRule(scenario.id, scenario.name, rule.id, rule.name, location.erp_code)


def _clear(world: World, location: Location, line: Line) -> ClearDiscrepancy:
    found = world.discrepancies[(location.erp_code, line.sku)]
    return ClearDiscrepancy(location.erp_code, line.sku, tuple(one.id for one in found))


def _rules_tried(demand: Demand, world: World) -> Iterator[_Tried]:
    number = count()
    for order, (scenario, changes) in enumerate(_scenarios(demand, world)):
        quota_may_be_waived = False
        for position, rule in enumerate(scenario.ordered_rules):
            grounds = [Ground(next(number), rule, changes)]
            for split in WIDER_SPLIT[rule.split]:
                wider = AllowSplit(scenario.id, scenario.name, rule.id, rule.name, split)
                grounds.append(Ground(next(number), replace(rule, split=split), (*changes, wider)))
            yield _Tried(scenario, (order, position), quota_may_be_waived, tuple(grounds))
            quota_may_be_waived |= not rule.select_by_quota


def _scenarios(demand: Demand, world: World) -> list[tuple[Scenario, tuple[Change, ...]]]:
    matched = matching_scenario(demand, world)
    if matched is not None:
        return [(matched, ())]
    asleep = [one for one in world.scenarios if conditions_hold(one, demand)]
    asleep.sort(key=lambda scenario: scenario.rank)
    return [(one, (ActivateScenario(one.id, one.name),)) for one in asleep]
