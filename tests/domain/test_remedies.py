"""Which changes are offered, in which order, and that they are no larger than they must be."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.changes import ActivateScenario, AddToRule, AllowSplit, Change, ReleaseReservation
from app.domain.diagnosis.remedies import Findings, Remedy, find_remedies
from app.domain.facts import Demand, HeldReservation, Place, Rule, Split, World
from tests.domain.worlds import (
    HERE,
    SKU,
    a_demand,
    a_discrepancy,
    a_line,
    a_location,
    a_reservation,
    a_rule,
    a_scenario,
    a_stale_reservation,
    a_world,
    days_ago,
    hundredths,
)


def places(*codes: str, sku: str = SKU) -> dict[Place, float]:
    return {(code, sku): 1 for code in codes}


def found_in(world: World, *lines: Any) -> Findings:
    return find_remedies(a_demand(*lines), world)


def kinds(remedies: Iterable[Remedy]) -> list[str]:
    return [" + ".join(change.kind.value for change in remedy.changes) for remedy in remedies]


def targets(remedies: Iterable[Remedy]) -> list[Any]:
    """What the single change of each remedy is about."""
    return [getattr(remedy.changes[0], "erp_code", None) for remedy in remedies]


def only_change(found: Findings) -> Change:
    ((change,),) = (remedy.changes for remedy in found.remedies)
    return change


# --- order, number ---------------------------------------------------------------------------------

EVERY_KIND = a_world(
    a_location("OFF", is_active=False, max_quota=9),
    a_location("OUT", max_quota=9),
    a_location("FULL", max_quota=1, quota=1),
    a_location("TOLD", max_quota=9),
    a_location("HELD", max_quota=9),
    stock=places("OFF", "OUT", "FULL", "TOLD", "HELD"),
    rules=[a_rule(select_by_quota=True, except_stock_locations=("OUT",))],
    reservations=[a_stale_reservation(1, ("HELD", SKU))],
    discrepancies=[a_discrepancy(1, ("TOLD", SKU))],
)


def test_remedies_are_ordered_by_their_cost() -> None:
    found = found_in(EVERY_KIND)
    assert kinds(found.remedies) == [
        "release_reservation",
        "clear_discrepancy",
        "raise_quota",
        "activate_location",
        "add_to_rule",
    ]
    assert [remedy.served_by for remedy in found.remedies] == [
        ("HELD",),
        ("TOLD",),
        ("FULL",),
        ("OFF",),
        ("OUT",),
    ]
    assert not found.partly


def test_what_is_served_already_has_planning_again_for_its_only_remedy() -> None:
    found = found_in(a_world(a_location(), a_location("OFF", is_active=False), stock=places("WH1", "OFF")))
    assert kinds(found.remedies) == ["replan"]
    assert found.remedies[0].served_by == ("WH1",)


def test_equal_costs_go_by_rule_then_location_priority_then_code() -> None:
    world = a_world(
        a_location("D", is_active=False),
        a_location("C", is_active=False),
        a_location("B", is_active=False, priority=2),
        a_location("A", is_active=False, priority=1),
        stock=places("A", "B", "C", "D"),
        rules=[a_rule(id=1, stock_locations=("B", "C")), a_rule(id=2)],
    )
    assert targets(found_in(world).remedies) == ["B", "C", "A", "D"]


def test_pairs_are_ordered_by_their_costs_one_by_one() -> None:
    world = a_world(
        a_location("A", is_active=False),
        a_location("B", is_active=False),
        a_location("C"),
        stock=places("A", "B", "C"),
        rules=[a_rule(except_stock_locations=("A", "C"))],
        discrepancies=[a_discrepancy(1, ("B", SKU)), a_discrepancy(2, ("C", SKU))],
    )
    assert kinds(found_in(world).remedies) == [
        "clear_discrepancy + activate_location",
        "clear_discrepancy + add_to_rule",
        "activate_location + add_to_rule",
    ]


def test_no_more_than_five_are_shown() -> None:
    codes = ["A", "B", "C", "D", "E", "F", "G"]
    world = a_world(*[a_location(code, is_active=False) for code in codes], stock=places(*codes))
    assert targets(found_in(world).remedies) == codes[:5]


def test_only_the_smallest_number_of_changes_is_shown() -> None:
    world = a_world(
        a_location("ONE", is_active=False),
        a_location("TWO", is_active=False),
        stock=places("ONE", "TWO"),
        discrepancies=[a_discrepancy(1, ("TWO", SKU))],
    )
    assert kinds(found_in(world).remedies) == ["activate_location"]


def test_three_changes_are_never_offered() -> None:
    world = a_world(
        a_location(is_active=False),
        rules=[a_rule(except_stock_locations=("WH1",))],
        discrepancies=[a_discrepancy()],
    )
    found = found_in(world)
    assert not found.remedies
    assert not found.partly


# --- letting a location into a rule ----------------------------------------------------------------


def rule_named_by(change: Change) -> int:
    assert isinstance(change, AddToRule | AllowSplit)
    return change.rule_id


def test_a_location_is_let_into_the_earliest_rule_only() -> None:
    rules = [a_rule(id=number, except_stock_locations=("WH1",)) for number in (1, 2, 3)]
    assert rule_named_by(only_change(found_in(a_world(rules=rules)))) == 1


def test_a_rule_that_would_not_serve_even_then_is_passed_over() -> None:
    out = {"except_stock_locations": ("WH1",)}
    rules = [a_rule(id=1, select_by_quota=True, **out), a_rule(id=2, **out), a_rule(id=3, **out)]
    assert rule_named_by(only_change(found_in(a_world(rules=rules)))) == 2


def test_in_a_pair_the_earliest_rule_is_taken_too() -> None:
    rules = [a_rule(id=number, except_stock_locations=("WH1",)) for number in (1, 2)]
    held = [a_stale_reservation(1, quantity=1), a_stale_reservation(2, quantity=2)]
    found = found_in(a_world(rules=rules, reservations=held))
    assert kinds(found.remedies) == ["release_reservation + add_to_rule"]
    release, add = found.remedies[0].changes
    assert rule_named_by(add) == 1
    assert isinstance(release, ReleaseReservation)
    assert release.reservations == (1,)


# --- splitting further -----------------------------------------------------------------------------


def spread(*rules: Rule, needed: float = 1) -> Findings:
    """Product X at A, the other product at B, and of X one unit more at C."""
    world = a_world(
        a_location("A", priority=2),
        a_location("B", priority=2),
        a_location("C", priority=1),
        stock={("A", "X"): 1, ("B", "Y"): 1, ("C", "X"): 0.5},
        rules=rules,
    )
    return found_in(world, a_line(1, "X", needed), a_line(2, "Y"))


def test_a_rule_is_split_by_line_where_that_is_enough() -> None:
    change = only_change(spread(a_rule(split=Split.NONE)))
    assert isinstance(change, AllowSplit)
    assert change.to is Split.LINE


def test_a_rule_is_split_within_a_line_where_nothing_less_is_enough() -> None:
    for split in (Split.NONE, Split.LINE):
        change = only_change(spread(a_rule(split=split), needed=1.5))
        assert isinstance(change, AllowSplit)
        assert change.to is Split.QUANTITY


def test_each_rule_that_could_split_is_offered_in_the_order_of_rules() -> None:
    found = spread(a_rule(id=1, split=Split.NONE), a_rule(id=2, split=Split.NONE))
    assert [rule_named_by(remedy.changes[0]) for remedy in found.remedies] == [1, 2]


# --- quota -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("max_quota", "quota", "to", "cause"),
    [
        (None, 0, 1, Cause.QUOTA_UNSET),
        (None, 4, 5, Cause.QUOTA_UNSET),
        (0, 0, 1, Cause.QUOTA_FULL),
        (2, 2, 3, Cause.QUOTA_FULL),
        (2, 7, 8, Cause.QUOTA_FULL),
    ],
)
def test_a_quota_is_raised_to_one_more_than_is_used(
    max_quota: int | None, quota: int, to: int, cause: Cause
) -> None:
    world = a_world(a_location(max_quota=max_quota, quota=quota), rules=[a_rule(select_by_quota=True)])
    found = found_in(world)
    change = only_change(found)
    assert (change.kind.value, getattr(change, "to", None)) == ("raise_quota", to)
    assert found.remedies[0].cause is cause


def test_a_change_that_puts_a_location_in_use_may_spare_its_quota() -> None:
    """FULL may give its unit of Y once it has a package; the stale reservation keeps it from having one."""
    world = a_world(
        a_location("FULL", max_quota=1, quota=1),
        a_location("B", max_quota=9),
        stock={("FULL", "X"): 1, ("FULL", "Y"): 1, ("B", "Y"): 1},
        rules=[a_rule(id=1), a_rule(id=2, select_by_quota=True, split=Split.QUANTITY)],
        reservations=[a_stale_reservation(1, ("FULL", "X"))],
    )
    assert kinds(found_in(world, a_line(1, "X"), a_line(2, "Y", 2)).remedies) == ["release_reservation"]


# --- releasing reservations ------------------------------------------------------------------------


def released(*held: HeldReservation, needed: float = 1, stock: float = 3, **facts: Any) -> tuple[int, ...]:
    """The ids of the reservations that the only remedy releases."""
    world = a_world(stock={HERE: stock}, reservations=held, **facts)
    change = only_change(found_in(world, a_line(needed=needed)))
    assert isinstance(change, ReleaseReservation)
    assert change.quantity == sum(one.quantity for one in held if one.id in change.reservations)
    return change.reservations


def stale(number: int, units: float = 1, **facts: Any) -> HeldReservation:
    return a_stale_reservation(number, quantity=units, reserved_at=days_ago(30 - number), **facts)


def test_one_reservation_is_released_where_one_is_enough() -> None:
    assert released(stale(1), stale(2), stale(3)) == (1,)


def test_the_fewest_reservations_are_released() -> None:
    assert released(stale(1, 1), stale(2, 2), needed=2) == (2,)
    assert released(stale(1, 1), stale(2, 1), stale(3, 1), needed=2) == (1, 2)


def test_what_is_reserved_too_much_is_released_too() -> None:
    """Stock 1, reserved 6, as in the sample answer: all six must go before one unit is free."""
    assert released(*[stale(number) for number in range(1, 7)], stock=1) == (1, 2, 3, 4, 5, 6)


def test_a_live_reservation_is_never_released() -> None:
    assert released(a_reservation(8, quantity=2), stale(1), stock=3) == (1,)
    found = found_in(a_world(stock={HERE: 1}, reservations=[a_reservation(8, quantity=1)]))
    assert not found.remedies


def test_stale_reservations_that_do_not_free_enough_are_left_alone() -> None:
    found = found_in(a_world(stock={HERE: 3}, reservations=[a_reservation(8, quantity=3), stale(1)]))
    assert not found.remedies
    assert not found.partly


@pytest.mark.parametrize("count", [3, 6, 7, 14])
def test_of_many_stale_reservations_only_those_needed_are_released(count: int) -> None:
    held = [stale(number) for number in range(1, count + 1)]
    assert released(*held, needed=2, stock=count) == (1, 2)


@pytest.mark.parametrize("count", [4, 6, 7, 14])
def test_a_line_gathered_elsewhere_needs_fewer_reservations_released(count: int) -> None:
    world = a_world(
        a_location("WH1", priority=1),
        a_location("WH2", priority=2),
        stock={HERE: count, ("WH2", SKU): 3},
        rules=[a_rule(split=Split.QUANTITY)],
        reservations=[stale(number) for number in range(1, count + 1)],
    )
    change = only_change(found_in(world, a_line(needed=5 if count > 4 else 4)))
    assert isinstance(change, ReleaseReservation)
    assert len(change.reservations) == (2 if count > 4 else 1)


def test_a_release_may_complete_what_a_location_can_give_in_part() -> None:
    world = a_world(stock={HERE: 3}, rules=[a_rule(split=Split.QUANTITY)], reservations=[stale(1), stale(2)])
    change = only_change(found_in(world, a_line(needed=2)))
    assert isinstance(change, ReleaseReservation)
    assert change.reservations == (1,)


def test_a_release_may_free_units_for_a_second_line_of_the_product() -> None:
    world = a_world(stock={HERE: 2}, reservations=[stale(1)])
    assert kinds(found_in(world, a_line(1), a_line(2)).remedies) == ["release_reservation"]


# --- scenarios -------------------------------------------------------------------------------------


def test_a_scenario_is_switched_on_only_where_none_is_for_the_order() -> None:
    asleep = a_scenario(a_rule(id=9), id=9, name="asleep", is_active=False)
    hopeless = a_scenario(a_rule(stock_locations=("GONE",)))
    world = a_world(a_location(is_active=False), scenarios=[hopeless, asleep])
    assert kinds(found_in(world).remedies) == ["activate_location + add_to_rule"]

    alone = a_world(scenarios=[asleep])
    change = only_change(found_in(alone))
    assert isinstance(change, ActivateScenario)
    assert change.scenario_id == 9


def test_only_scenarios_for_such_orders_are_switched_on_the_first_first() -> None:
    scenarios = [
        a_scenario(a_rule(id=1), id=1, name="late", priority=None, is_active=False),
        a_scenario(a_rule(id=2), id=2, name="for others", channels=("App",), is_active=False),
        a_scenario(a_rule(id=3), id=3, name="early", priority=1, is_active=False),
        a_scenario(a_rule(id=4, stock_locations=("GONE",)), id=4, name="useless", is_active=False),
    ]
    found = found_in(a_world(scenarios=scenarios))
    assert [remedy.changes for remedy in found.remedies] == [
        (ActivateScenario(3, "early"),),
        (ActivateScenario(1, "late"),),
    ]


def test_a_scenario_may_be_switched_on_together_with_one_change_more() -> None:
    asleep = a_scenario(a_rule(), is_active=False)
    found = found_in(a_world(scenarios=[asleep], discrepancies=[a_discrepancy()]))
    assert kinds(found.remedies) == ["clear_discrepancy + activate_scenario"]
    assert found.remedies[0].cause is Cause.COMBINATION


# --- lines that help or hinder each other ----------------------------------------------------------


def test_a_line_may_be_served_by_drawing_another_away() -> None:
    """The large line only fits at A, where the small one, taken first, is in its way."""
    world = a_world(
        a_location("A", priority=2),
        a_location("B", priority=1, is_active=False),
        stock={("A", SKU): 2, ("B", SKU): 1},
    )
    assert kinds(found_in(world, a_line(1, needed=1), a_line(2, needed=2)).remedies) == ["activate_location"]


def test_an_earlier_rule_may_take_what_a_later_one_would_not_serve_together() -> None:
    world = a_world(
        a_location("A", is_active=False),
        a_location("B"),
        stock={("A", "X"): 1, ("B", "Y"): 1},
        rules=[
            a_rule(id=1, stock_locations=("A",)),
            a_rule(id=2, stock_locations=("B",), split=Split.NONE),
        ],
    )
    assert kinds(found_in(world, a_line(1, "X"), a_line(2, "Y")).remedies) == ["activate_location"]


def test_releasing_everything_may_be_too_much() -> None:
    """With three units free A takes the large line; with four the two small ones, and leaves the large."""
    world = a_world(
        a_location("A", priority=2),
        a_location("B", priority=1),
        a_location("C", priority=3),
        stock={("A", SKU): 4, ("B", SKU): 2, ("C", SKU): 2},
        reservations=[stale(1, place=("A", SKU)), stale(2, place=("A", SKU))],
    )
    change = only_change(found_in(world, a_line(1, needed=2), a_line(2, needed=3), a_line(3, needed=2)))
    assert isinstance(change, ReleaseReservation)
    assert change.reservations == (1,)


# --- partly ----------------------------------------------------------------------------------------


def half_hopeless(**facts: Any) -> World:
    """Product X at two locations that are off, and none of product Y."""
    known: Mapping[str, Any] = {
        "stock": {("A", "X"): 1, ("B", "X"): 1, ("A", "Y"): 0, ("B", "Y"): 0},
        **facts,
    }
    return a_world(a_location("A", is_active=False), a_location("B", is_active=False), **known)


def test_what_serves_only_some_lines_is_listed_apart() -> None:
    found = found_in(half_hopeless(), a_line(1, "X"), a_line(2, "Y"))
    assert not found.remedies
    assert kinds(found.partly) == ["activate_location"] * 2
    assert targets(found.partly) == ["A", "B"]
    for remedy in found.partly:
        assert [line.order_item_id for line in remedy.proof.unserved] == [2]
    assert found.causes == {1: Cause.LOCATION_INACTIVE}


def test_planning_again_comes_first_where_it_serves_some_lines() -> None:
    world = a_world(a_location("A"), stock={("A", "X"): 1})
    lines = a_line(1, "X"), a_line(2, "Y")
    assert kinds(found_in(world, *lines).partly) == ["replan"]
    assert kinds(find_remedies(a_demand(*lines), world, as_planned=True).partly) == []


def test_two_changes_are_listed_for_a_line_that_no_single_one_serves() -> None:
    world = half_hopeless(discrepancies=[a_discrepancy(1, ("A", "X")), a_discrepancy(2, ("B", "X"))])
    found = found_in(world, a_line(1, "X"), a_line(2, "Y"))
    assert kinds(found.partly) == ["clear_discrepancy + activate_location"]
    assert found.causes == {1: Cause.COMBINATION}


def test_every_line_that_can_be_helped_has_its_remedy_however_many_others_have() -> None:
    codes = ["A", "B", "C", "D", "E", "F"]
    world = a_world(
        *[a_location(code) for code in codes],
        a_location("OFF", is_active=False),
        stock={**places(*codes, sku="X"), ("OFF", "Y"): 1},
        discrepancies=[a_discrepancy(number, (code, "X")) for number, code in enumerate(codes, start=1)],
    )
    found = found_in(world, a_line(1, "X"), a_line(2, "Y"), a_line(3, "Z"))
    assert len(found.partly) == 5
    assert found.causes == {1: Cause.DISCREPANCY_HOLD, 2: Cause.LOCATION_INACTIVE}
    assert ["OFF"] in [[getattr(change, "erp_code", "") for change in one.changes] for one in found.partly]


def test_a_remedy_tells_which_locations_serve_then() -> None:
    world = a_world(
        a_location("A", is_active=False),
        a_location("B"),
        stock={("A", "X"): 1, ("B", "Y"): 1},
    )
    found = found_in(world, a_line(1, "X"), a_line(2, "Y"))
    assert found.remedies[0].served_by == ("A", "B")
    grants = {(one.order_item_id, one.erp_code, one.quantity) for one in found.remedies[0].proof.grants}
    assert grants == {(1, "A", hundredths(1)), (2, "B", hundredths(1))}


def test_the_facts_of_the_order_are_not_changed_by_the_search() -> None:
    demand: Demand = a_demand(a_line(1, "X"), a_line(2, "Y"))
    world = half_hopeless()
    before = repr((demand, world))
    find_remedies(demand, world)
    assert repr((demand, world)) == before
