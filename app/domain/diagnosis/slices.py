"""within_reach(demand, world) -> World: the part of a world that can make a difference to what is served.

A planning there grants the same units as in the whole world, at a fraction of the work; its trace tells of
the locations kept only. Nothing here decides who serves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from app.domain.facts import Demand, Place, World

Fact = TypeVar("Fact")

Codes = tuple[str, ...]


def within_reach(demand: Demand, world: World) -> World:
    """The world cut down to the demand's products, and to locations that have some of one.

    Any other location fails a check for each line, whatever is changed: no change makes units.
    """
    skus = demand.skus
    places: list[Place] = []
    for code in world.locations:
        there = [(code, sku) for sku in skus]
        if any(_has_some(world, place) for place in there):
            places += there
    codes = dict.fromkeys(code for code, _ in places)
    return replace(
        world,
        locations={code: world.locations[code] for code in codes},
        stock=at_places(places, world.stock),
        reservations=at_places(places, world.reservations),
        discrepancies=at_places(places, world.discrepancies),
        extra_reserved=at_places(places, world.extra_reserved),
    )


def at_places(places: Iterable[Place], facts: Mapping[Place, Fact]) -> dict[Place, Fact]:
    """What is known of these places."""
    return {place: facts[place] for place in places if place in facts}


def refused_by_item(world: World) -> dict[int, Codes]:
    """The erp_codes that refused, in order, by order item."""
    found: dict[int, list[str]] = {}
    for item, code in sorted(world.refusals):
        found.setdefault(item, []).append(code)
    return {item: tuple(codes) for item, codes in found.items()}


def _has_some(world: World, place: Place) -> bool:
    answer = world.stock.get(place)
    return answer is not None and answer.stock_count > 0
