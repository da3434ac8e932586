"""Every single change that could be made to a world, written down without the search for remedies.

The worlds come out of the facts alone, so that a test of the search does not rest on its own code.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from app.domain.facts import Demand, HeldReservation, Place, Rule, Scenario, Split, World
from app.domain.planning import conditions_hold, matching_scenario
from app.domain.staleness import stale_in


def changed_worlds(demand: Demand, world: World) -> Iterator[tuple[str, World]]:
    """Each with the kind of the change that leads to it."""
    yield from _releases(world)
    for place in world.discrepancies:
        kept = {known: found for known, found in world.discrepancies.items() if known != place}
        yield "clear_discrepancy", replace(world, discrepancies=kept)
    for location in world.locations.values():
        raised = replace(location, max_quota=location.quota + 1)
        yield "raise_quota", world.with_location(raised)
        yield "activate_location", world.with_location(replace(location, is_active=True))
    for scenario in world.scenarios:
        for rule in scenario.rules:
            for changed in _changed_rules(rule, world):
                others = tuple(changed if one is rule else one for one in scenario.rules)
                kind = "add_to_rule" if changed.split is rule.split else "allow_split"
                yield kind, world.with_scenario(replace(scenario, rules=others))
    if matching_scenario(demand, world) is None:
        for scenario in filter(lambda one: conditions_hold(one, demand), world.scenarios):
            yield "activate_scenario", world.with_scenario(replace(scenario, is_active=True))


def release_choices(world: World, place: Place) -> Iterator[tuple[HeldReservation, ...]]:
    """Every choice of one or more stale reservations of a place."""
    stale = [one for one in world.reservations.get(place, ()) if stale_in(world, one)]
    for size in range(1, len(stale) + 1):
        yield from combinations(stale, size)


def _releases(world: World) -> Iterator[tuple[str, World]]:
    for place in world.reservations:
        for chosen in release_choices(world, place):
            yield "release_reservation", world.without_reservations(place, [one.id for one in chosen])


def _changed_rules(rule: Rule, world: World) -> Iterator[Rule]:
    admitted = frozenset(code for code, one in world.locations.items() if rule.admits(one))
    for code in world.locations:
        if code not in admitted:
            yield replace(
                rule,
                stock_locations=admitted | {code},
                except_stock_locations=frozenset(),
                stock_location_type=None,
            )
    wider = list(Split)[list(Split).index(rule.split) + 1 :]
    yield from (replace(rule, split=split) for split in wider)


def scenario_of(world: World, scenario_id: int) -> Scenario:
    return next(one for one in world.scenarios if one.id == scenario_id)
