"""What is missing, at each location, for a line to be served there: the ways a search for remedies may take.

A way is the set of changes after which one location passes every check of one rule for one line. Ways of
more than two changes are left out, for no remedy may have more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

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
from app.domain.facts import Check, Line, Location, Rule, Scenario, Split, World
from app.domain.planning import Attempt, conditions_hold, matching_scenario

MOST_CHANGES = 2
WIDER_SPLIT = {Split.NONE: (Split.LINE, Split.QUANTITY), Split.LINE: (Split.QUANTITY,), Split.QUANTITY: ()}

Rank = tuple[object, ...]
"""Sort key among equal costs: scenario and rule as tried, location priority, erp_code."""


@dataclass(frozen=True, slots=True)
class Way:
    """One location's way to yes for one line: the changes it takes, none when it only needs a split."""

    order_item_id: int
    changes: frozenset[Change]
    rank: Rank


@dataclass(frozen=True, slots=True)
class _Ground:
    """A rule of the scenario looked at, perhaps with a wider split, and the changes that lead to it."""

    scenario: Scenario
    rule: Rule
    rank: Rank
    changes: tuple[Change, ...]


def ways(attempt: Attempt) -> Iterator[Way]:
    """Every way for every line the attempt left unserved."""
    for ground in _grounds(attempt):
        for location in attempt.world.locations.values():
            rank = (*ground.rank, *location.rank)
            for line, changes in _at_location(attempt, ground, location):
                yield Way(line.order_item_id, changes, rank)


def _at_location(
    attempt: Attempt, ground: _Ground, location: Location
) -> Iterator[tuple[Line, frozenset[Change]]]:
    """The lines with what each takes there; together, where the rule wants all at one location."""
    together: set[Change] = set()
    apart = []
    for line in attempt.unserved:
        found = _changes_for(attempt, ground, location, line)
        if found is not None:
            apart.append((line, frozenset(found)))
            together.update(found)
        elif ground.rule.split is Split.NONE:
            return
    if ground.rule.split is not Split.NONE:
        yield from apart
    elif len(together) <= MOST_CHANGES:
        yield from ((line, frozenset(together)) for line in attempt.unserved)


def _grounds(attempt: Attempt) -> Iterator[_Ground]:
    for order, (scenario, changes) in enumerate(_scenarios(attempt)):
        for position, rule in enumerate(scenario.ordered_rules):
            rank = (order, position)
            yield _Ground(scenario, rule, rank, changes)
            for split in WIDER_SPLIT[rule.split]:
                wider = AllowSplit(scenario.id, scenario.name, rule.id, rule.name, split)
                yield _Ground(scenario, replace(rule, split=split), rank, (*changes, wider))


def _scenarios(attempt: Attempt) -> list[tuple[Scenario, tuple[Change, ...]]]:
    matched = matching_scenario(attempt.demand, attempt.world)
    if matched is not None:
        return [(matched, ())]
    asleep = [one for one in attempt.world.scenarios if conditions_hold(one, attempt.demand)]
    asleep.sort(key=lambda scenario: scenario.rank)
    return [(one, (ActivateScenario(one.id, one.name),)) for one in asleep]


def _changes_for(attempt: Attempt, ground: _Ground, location: Location, line: Line) -> list[Change] | None:
    failing = checks.all_failing(attempt.look(ground.rule, location, line)) - {Check.PARTIAL}
    if failing & _BEYOND_REPAIR or len(failing) + len(ground.changes) > MOST_CHANGES:
        return None
    found = list(ground.changes)
    for check in failing:
        change = _repair(check, attempt.world, ground, location, line)
        if change is None:
            return None
        found.append(change)
    return found


_BEYOND_REPAIR = frozenset({Check.REFUSED_HERE, Check.NO_STOCK_ANSWER, Check.INSUFFICIENT_STOCK})


def _repair(check: Check, world: World, ground: _Ground, location: Location, line: Line) -> Change | None:
    code = location.erp_code
    if check is Check.NOT_IN_RULE:
        return AddToRule(ground.scenario.id, ground.scenario.name, ground.rule.id, ground.rule.name, code)
    if check is Check.LOCATION_INACTIVE:
        return ActivateLocation(code)
    if check in (Check.QUOTA_UNSET, Check.QUOTA_FULL):
        return RaiseQuota(code, location.quota + 1, location.max_quota)
    if check is Check.DISCREPANCY_HOLD:
        held = world.discrepancies[(code, line.sku)]
        return ClearDiscrepancy(code, line.sku, tuple(one.id for one in held))
    return release_everything(world, code, line.sku)


def release_everything(world: World, erp_code: str, sku: str) -> ReleaseReservation | None:
    """The release of every stale reservation there; the search shrinks it to what is needed."""
    stale = stale_at(world, (erp_code, sku))
    if not stale:
        return None
    return ReleaseReservation(
        erp_code, sku, tuple(one.id for one in stale), sum(one.quantity for one in stale)
    )
