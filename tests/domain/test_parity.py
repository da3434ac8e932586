"""Whatever the world: what is shown holds when it is done, and what is said not to exist is not there.

PARITY_WORLDS=10000 (`make parity`) looks at so many worlds; a test run by itself at a hundred.
"""

import json
import os
from collections.abc import Iterator
from copy import copy
from typing import Any

from hypothesis import HealthCheck, assume, given, settings

from app.domain.attempt_record import decode, encode
from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.changes import COST, ChangeKind
from app.domain.diagnosis.explanation import Explanation, explain
from app.domain.diagnosis.remedies import MOST_REMEDIES
from app.domain.facts import NEARNESS, Demand, World
from app.domain.planning import plan
from tests.domain.every_change import Subject, changed_worlds
from tests.domain.random_worlds import demands, worlds
from tests.domain.simulated_shop import SimulatedShop

WORLDS = int(os.environ.get("PARITY_WORLDS", "100"))

whatever_the_world = given(demands(), worlds())
many_worlds = settings(deadline=None, max_examples=WORLDS)
# Every second change after every first: a hundred times as much to look at.
fewer_worlds = settings(
    deadline=None,
    max_examples=max(15, WORLDS // 10),
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


def waiting(demand: Demand, world: World) -> SimulatedShop:
    """The shop after the order was planned, with something left that waits."""
    shop = SimulatedShop(demand, world)
    shop.plan()
    assume(shop.demand.lines)
    return shop


@many_worlds
@whatever_the_world
def test_a_remedy_that_is_carried_out_serves_what_it_promised(demand: Demand, world: World) -> None:
    shop = waiting(demand, world)
    found = explain(shop.demand, shop.world)
    for remedy in (*found.remedies, *found.partly):
        tried = copy(shop)
        for change in remedy.changes:
            tried.carry_out(change)
        tried.plan()
        assert tried.demand.lines == remedy.proof.unserved
        if remedy in found.remedies:
            assert not tried.demand.lines


@many_worlds
@whatever_the_world
def test_where_stock_is_said_to_be_out_no_single_change_serves(demand: Demand, world: World) -> None:
    shop = waiting(demand, world)
    found = explain(shop.demand, shop.world)
    assume(found.cause is Cause.OUT_OF_STOCK_EVERYWHERE)
    assert list(serving(shop.demand, shop.world)) == []


@fewer_worlds
@whatever_the_world
def test_where_no_remedy_is_shown_no_two_changes_serve(demand: Demand, world: World) -> None:
    shop = waiting(demand, world)
    assume(not explain(shop.demand, shop.world).remedies)
    for first, changed in changed_worlds(shop.demand, shop.world):
        assert list(serving(shop.demand, changed)) == [], first


def serving(demand: Demand, world: World) -> Iterator[tuple[str, ...]]:
    """What the single changes are about after which the whole demand is served."""
    for subject, changed in changed_worlds(demand, world):
        if plan(demand, changed).is_whole:
            yield subject


@fewer_worlds
@whatever_the_world
def test_pairs_are_shown_where_no_single_change_serves_and_the_cheapest_of_all_that_do(
    demand: Demand, world: World
) -> None:
    """Held against every second change after every first one."""
    shop = waiting(demand, world)
    shown = explain(shop.demand, shop.world).remedies
    assume(shown and len(shown[0].changes) == 2)
    singles, pairs = set(serving(shop.demand, shop.world)), serving_pairs(shop.demand, shop.world)
    assert not singles
    assert {remedy.subjects for remedy in shown} <= pairs
    assert [cost(remedy.subjects) for remedy in shown] == sorted(map(cost, pairs))[:MOST_REMEDIES]


def serving_pairs(demand: Demand, world: World) -> set[frozenset[Subject]]:
    """What the pairs of changes are about after which the whole demand is served."""
    return {
        frozenset((first, second))
        for first, changed in changed_worlds(demand, world)
        for second in serving(demand, changed)
        if first != second
    }


def cost(subjects: frozenset[Subject]) -> list[int]:
    """Of each of its changes, the least first."""
    return sorted(COST[ChangeKind(kind)] for kind, *_ in subjects)


@many_worlds
@whatever_the_world
def test_the_summary_counts_every_location_once_now_and_then(demand: Demand, world: World) -> None:
    shop = waiting(demand, world)
    for found in (explain(shop.demand, shop.world), explain(demand, world, as_planned=True)):
        for line in found.lines:
            assert sum(line.by_check.values()) == len(world.locations)
            assert {look.location.erp_code for look in line.looks} == set(world.locations)


@many_worlds
@whatever_the_world
def test_an_attempt_is_explained_as_it_was_decided(demand: Demand, world: World) -> None:
    """From its record alone, whatever happened since."""
    shop = SimulatedShop(demand, world)
    made = shop.plan()
    assume(made.unserved)
    record = json.loads(json.dumps(encode(demand, world, made)))
    then = explain(*decode(record), as_planned=True)
    assert then.base == made
    assert tuple(line.line for line in then.lines) == made.unserved
    assert {line.line.order_item_id for line in then.lines} == {
        one.order_item_id for one in shop.demand.lines
    }
    assert_shows_what_was_recorded(then, record["steps"])


def assert_shows_what_was_recorded(then: Explanation, steps: list[dict[str, Any]]) -> None:
    """Each location by the furthest it got over the recorded steps, the earliest of equals."""
    for line in then.lines:
        item = str(line.line.order_item_id)
        recorded: dict[str, tuple[Any, ...]] = {}
        for step in steps:
            for code, *cell in step["lines"].get(item, ()):
                if code not in recorded or NEARNESS[cell[0]] > NEARNESS[recorded[code][0]]:
                    recorded[code] = tuple(cell)
        assert {look.location.erp_code: tuple(look.cell) for look in line.looks} == recorded
