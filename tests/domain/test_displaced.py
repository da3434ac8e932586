"""Whom a remedy displaces: older orders that the same change would serve, were its units not taken."""

from __future__ import annotations

from app.domain.diagnosis.displaced import displaced
from app.domain.diagnosis.remedies import find_remedies
from app.domain.facts import Demand, World
from tests.domain.worlds import (
    HERE,
    SKU,
    a_demand,
    a_discrepancy,
    a_line,
    a_location,
    a_rule,
    a_stale_reservation,
    a_world,
    hours_ago,
)


def an_order(number: int, sku: str = SKU, units: float = 1) -> Demand:
    """Higher numbers were placed later."""
    placed = {"order_id": number, "order_number": str(number), "placed_at": hours_ago(100 - number)}
    return a_demand(a_line(number, sku, units), **placed)


def goes_without(world: World, number: int, rivals: list[Demand]) -> list[int]:
    demand = an_order(number)
    remedy = find_remedies(demand, world).remedies[0]
    return [one.order_id for one in displaced(remedy, demand, world, rivals)]


def test_an_older_order_that_wants_the_same_unit_goes_without() -> None:
    world = a_world(stock={HERE: 1}, reservations=[a_stale_reservation()])
    assert goes_without(world, 5, [an_order(4), an_order(6)]) == [4]


def test_nobody_goes_without_where_the_change_frees_enough_for_both() -> None:
    world = a_world(stock={HERE: 2}, discrepancies=[a_discrepancy()])
    assert goes_without(world, 5, [an_order(4)]) == []
    assert goes_without(world, 5, [an_order(3, units=2), an_order(4)]) == [3]


def test_an_order_that_the_change_does_not_serve_loses_nothing() -> None:
    world = a_world(stock={HERE: 1}, discrepancies=[a_discrepancy()])
    assert goes_without(world, 5, [an_order(4, units=3), an_order(3, "OTHER")]) == []


def test_planning_again_displaces_who_could_be_planned_first() -> None:
    assert goes_without(a_world(stock={HERE: 1}), 5, [an_order(4)]) == [4]


def test_the_last_slot_of_a_quota_counts_too() -> None:
    place = a_location(max_quota=1, quota=0)
    world = a_world(place, stock={HERE: 5}, rules=[a_rule(select_by_quota=True)])
    assert goes_without(world, 5, [an_order(4)]) == [4]
