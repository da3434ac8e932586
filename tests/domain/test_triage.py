"""Joint fixes: each counted by re-planning the queue once, so that no unit and no quota slot counts twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from app.domain.diagnosis.changes import Change, ChangeKind, RaiseQuota, ReleaseReservation
from app.domain.diagnosis.proofs import apply_all
from app.domain.diagnosis.targets import change_target
from app.domain.diagnosis.triage import MOST_CANDIDATES, JointFix, joint_fixes
from app.domain.facts import Demand, Split, World
from tests.domain.plain_queue import one_after_another
from tests.domain.random_worlds import queues, worlds
from tests.domain.worlds import (
    HERE,
    SKU,
    a_demand,
    a_discrepancy,
    a_line,
    a_location,
    a_rule,
    a_scenario,
    a_stale_reservation,
    a_world,
    hours_ago,
)


def an_order(number: int, sku: str = SKU, units: float = 1, **facts: Any) -> Demand:
    """The order of that number for some units of one product; higher numbers were placed later."""
    known = {"order_id": number, "order_number": str(number), "placed_at": hours_ago(100 - number)}
    return a_demand(a_line(number, sku, units), **{**known, **facts})


def shown(fixes: tuple[JointFix, ...]) -> list[tuple[list[str], list[int]]]:
    """Kinds of changes, and the orders that each fix serves."""
    return [
        ([change.kind.value for change in fix.changes], [one.order_id for one in fix.served]) for fix in fixes
    ]


def test_nothing_waits_and_nothing_is_to_be_fixed() -> None:
    assert joint_fixes([], a_world()) == ()


def test_a_release_takes_everything_stale_there_and_serves_the_oldest_orders() -> None:
    held = [a_stale_reservation(number) for number in (1, 2, 3)]
    world = a_world(stock={HERE: 3}, reservations=held)
    fixes = joint_fixes([an_order(number) for number in (4, 3, 2, 1)], world)
    assert shown(fixes) == [(["release_reservation"], [1, 2, 3])]
    (change,) = fixes[0].changes
    assert isinstance(change, ReleaseReservation)
    assert (change.reservations, change.quantity) == ((1, 2, 3), 3_00)


def test_an_older_order_that_needs_more_does_not_hold_up_a_younger_one() -> None:
    world = a_world(stock={HERE: 2}, discrepancies=[a_discrepancy()])
    fixes = joint_fixes([an_order(1, units=3), an_order(2), an_order(3, units=2)], world)
    assert shown(fixes) == [(["clear_discrepancy"], [2])]


def test_a_quota_is_raised_as_far_as_it_serves() -> None:
    place = a_location(max_quota=2, quota=2)
    world = a_world(place, stock={HERE: 3}, rules=[a_rule(select_by_quota=True)])
    (fix,) = joint_fixes([an_order(number) for number in range(1, 6)], world)
    assert shown((fix,)) == [(["raise_quota"], [1, 2, 3])]
    (change,) = fix.changes
    assert isinstance(change, RaiseQuota)
    assert (change.was, change.to) == (2, 5)


def test_planning_again_is_a_fix_whose_packages_no_other_counts() -> None:
    world = a_world(
        a_location("WH1"),
        a_location("ST1", is_active=False),
        stock={("WH1", SKU): 1, ("ST1", SKU): 2},
    )
    fixes = joint_fixes([an_order(number) for number in (1, 2, 3, 4)], world)
    assert shown(fixes) == [(["activate_location"], [2, 3]), (["replan"], [1])]


def test_units_that_plain_planning_takes_are_not_counted_for_a_fix() -> None:
    """The older order takes the free unit anyway; the released one is all that is left for the younger."""
    world = a_world(stock={HERE: 3}, reservations=[a_stale_reservation(quantity=2)])
    fixes = joint_fixes([an_order(1), an_order(2, units=2), an_order(3, units=2)], world)
    assert shown(fixes) == [(["replan"], [1]), (["release_reservation"], [2])]


def test_two_changes_count_what_neither_serves_alone() -> None:
    world = a_world(
        a_location(is_active=False),
        stock={HERE: 5, ("WH1", "TS-L"): 5},
        discrepancies=[a_discrepancy(place=("WH1", "TS-L"))],
    )
    fixes = joint_fixes([an_order(1), an_order(2), an_order(3, "TS-L")], world)
    assert shown(fixes) == [
        (["activate_location"], [1, 2]),
        (["clear_discrepancy", "activate_location"], [3]),
    ]


def test_the_fix_that_serves_most_comes_first_and_of_equal_ones_the_cheapest() -> None:
    world = a_world(
        stock={HERE: 5, ("WH1", "A"): 1, ("WH1", "B"): 1},
        discrepancies=[a_discrepancy(1), a_discrepancy(2, ("WH1", "B"))],
        reservations=[a_stale_reservation(place=("WH1", "A"))],
    )
    queue = [an_order(1), an_order(2), an_order(3, "B"), an_order(4, "A")]
    targets = [(fix.changes[0].kind.value, fix.changes[0].subject) for fix in joint_fixes(queue, world)]
    assert targets == [
        ("clear_discrepancy", HERE),
        ("release_reservation", ("WH1", "A")),
        ("clear_discrepancy", ("WH1", "B")),
    ]


def test_rules_and_scenarios_are_fixed_for_all_their_orders() -> None:
    apart = {("WH1", "A"): 5, ("ST1", "B"): 5}
    both = (a_line(1, "A"), a_line(2, "B"))
    world = a_world(a_location(), a_location("ST1"), stock=apart, rules=[a_rule(split=Split.NONE)])
    queue = [replace(an_order(number), lines=both) for number in (1, 2, 3)]
    assert (["allow_split"], [1, 2, 3]) in shown(joint_fixes(queue, world))
    asleep = a_world(scenarios=[a_scenario(a_rule(), is_active=False)], stock={HERE: 2})
    assert shown(joint_fixes([an_order(number) for number in (1, 2, 3)], asleep)) == [
        (["activate_scenario"], [1, 2])
    ]
    outside = a_world(
        a_location("WH1"), a_location("ST1"), stock={HERE: 2}, rules=[a_rule(stock_locations=["ST1"])]
    )
    (fix,) = joint_fixes([an_order(1), an_order(2)], outside)
    assert shown((fix,)) == [(["add_to_rule"], [1, 2])]
    assert change_target(fix.changes[0])["erp_code"] == "WH1"


def test_no_more_fixes_are_tried_than_the_most_promising() -> None:
    skus = [f"S{number}" for number in range(MOST_CANDIDATES + 5)]
    places = [("WH1", sku) for sku in skus]
    world = a_world(
        stock=dict.fromkeys(places, 5),
        discrepancies=[a_discrepancy(number, place) for number, place in enumerate(places, start=1)],
    )
    queue = [an_order(number, sku) for number, sku in enumerate(skus, start=1)]
    queue += [an_order(50, skus[-1]), an_order(51, skus[-1])]
    fixes = joint_fixes(queue, world)
    assert len(fixes) == MOST_CANDIDATES
    assert shown(fixes)[0] == (["clear_discrepancy"], [MOST_CANDIDATES + 5, 50, 51])


def replanned(queue: list[Demand], world: World) -> set[int]:
    """The orders served by planning the queue one after another, the plain way."""
    return set(one_after_another(queue, world)[0])


def as_far_as_it_goes(change: Change, world: World, packages: int) -> Change:
    """A quota that is enough for every package; what a fix shows is only what it took."""
    if isinstance(change, RaiseQuota):
        return replace(change, to=world.locations[change.erp_code].quota + packages)
    return change


@settings(deadline=None, max_examples=100)
@given(worlds(), queues())
def test_a_fix_counts_exactly_what_planning_everything_again_would_serve_more(
    world: World, queue: list[Demand]
) -> None:
    plain = replanned(queue, world)
    for fix in joint_fixes(queue, world):
        counted = {one.order_id for one in fix.served}
        if fix.changes[0].kind is ChangeKind.REPLAN:
            assert counted == plain
            continue
        alone = [as_far_as_it_goes(change, world, len(queue)) for change in fix.changes]
        known = plain.union(*(replanned(queue, one.applied_to(world)) for one in alone if len(alone) > 1))
        assert counted == replanned(queue, apply_all(fix.changes, world)) - known
