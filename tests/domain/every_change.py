"""Every single change that could be made to a world, written down without the search for remedies.

The worlds come out of the facts alone, so that a test of the search does not rest on its own code.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from app.domain.facts import Demand, HeldReservation, Place, Rule, Split, World
from app.domain.planning import conditions_hold, matching_scenario
from app.domain.staleness import stale_in

Subject = tuple[str, ...]
"""The kind of a change and what it is about, whichever rule or however far."""


def changed_worlds(demand: Demand, world: World) -> Iterator[tuple[Subject, World]]:
    """Every world that is one change away; those of one subject from the least change to the largest.

    Left out are releases that let nobody take a unit at their place: under a rule that asks the fullest
    location first they may turn the order of locations, which is no reason to release anything.
    """
    for place in world.reservations:
        for chosen in release_choices(world, place) if _has_takers(place, demand, world) else ():
            ids = [one.id for one in chosen]
            yield ("release_reservation", *place), world.without_reservations(place, ids)
    for place in world.discrepancies:
        kept = {known: found for known, found in world.discrepancies.items() if known != place}
        yield ("clear_discrepancy", *place), replace(world, discrepancies=kept)
    for code, location in world.locations.items():
        raised = replace(location, max_quota=location.quota + 1)
        yield ("raise_quota", code), world.with_location(raised)
        yield ("activate_location", code), world.with_location(replace(location, is_active=True))
    yield from _changed_rules(world)
    if matching_scenario(demand, world) is None:
        for scenario in sorted(world.scenarios, key=lambda one: one.rank):
            if conditions_hold(scenario, demand):
                woken = replace(scenario, is_active=True)
                yield ("activate_scenario", str(scenario.id)), world.with_scenario(woken)


def release_choices(world: World, place: Place) -> list[tuple[HeldReservation, ...]]:
    """Every choice of one or more stale reservations of a place: the fewest, the least, the oldest first."""
    stale = [one for one in world.reservations.get(place, ()) if stale_in(world, one)]
    stale.sort(key=lambda one: (one.reserved_at, one.id))
    choices = [chosen for size in range(1, len(stale) + 1) for chosen in combinations(stale, size)]
    # Sorting keeps the order of combinations among equals, which is that of age.
    return sorted(choices, key=lambda chosen: (len(chosen), sum(one.quantity for one in chosen)))


def _has_takers(place: Place, demand: Demand, world: World) -> bool:
    stale = [one.id for one in world.reservations[place] if stale_in(world, one)]
    answer = world.stock.get(place)
    free = (answer.stock_count if answer else 0) - world.without_reservations(place, stale).reserved(place)
    rules = [rule for scenario in world.scenarios for rule in scenario.rules]
    parts = any(rule.split is Split.QUANTITY for rule in rules)
    return any(free > 0 and (parts or line.needed <= free) for line in demand.lines if line.sku == place[1])


def _changed_rules(world: World) -> Iterator[tuple[Subject, World]]:
    for scenario in world.scenarios:
        for rule in scenario.ordered_rules:
            for subject, changed in (*_admitting_one_more(rule, world), *_splitting_further(rule)):
                rules = tuple(changed if one.id == rule.id else one for one in scenario.rules)
                yield subject, world.with_scenario(replace(scenario, rules=rules))


def _admitting_one_more(rule: Rule, world: World) -> Iterator[tuple[Subject, Rule]]:
    admitted = frozenset(code for code, one in world.locations.items() if rule.admits(one))
    for code in world.locations:
        if code not in admitted:
            yield (
                ("add_to_rule", code),
                replace(
                    rule,
                    stock_locations=admitted | {code},
                    except_stock_locations=frozenset(),
                    stock_location_type=None,
                ),
            )


def _splitting_further(rule: Rule) -> Iterator[tuple[Subject, Rule]]:
    for split in list(Split)[list(Split).index(rule.split) + 1 :]:
        yield ("allow_split", str(rule.id)), replace(rule, split=split)
