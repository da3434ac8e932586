"""Which changes are offered, in which order, and that they are no larger than they must be."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.changes import ActivateScenario, Change
from app.domain.diagnosis.remedies import Findings, Remedy, find_remedies
from app.domain.facts import Demand, Place, Split, World
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


def test_a_line_may_be_helped_by_what_serves_another() -> None:
    """Once the release gives FULL a package, it need not be asked for quota; the third line is hopeless."""
    world = a_world(
        a_location("FULL", max_quota=1, quota=1),
        a_location("B", max_quota=9),
        stock={("FULL", "X"): 1, ("FULL", "Y"): 1, ("B", "Y"): 1},
        rules=[a_rule(id=1), a_rule(id=2, select_by_quota=True, split=Split.QUANTITY)],
        reservations=[a_stale_reservation(1, ("FULL", "X"))],
    )
    found = found_in(world, a_line(1, "X"), a_line(2, "Y", 2), a_line(3, "Z"))
    assert found.causes == {1: Cause.STALE_RESERVATION, 2: Cause.STALE_RESERVATION}


def test_what_takes_its_units_from_a_line_that_is_served_is_no_help() -> None:
    """Released, the second unit lets the large line go, and then the small one, served now, has none."""
    world = a_world(stock={HERE: 2}, reservations=[a_stale_reservation()])
    found = found_in(world, a_line(1, needed=2), a_line(2))
    assert [line.order_item_id for line in found.base.unserved] == [1]
    assert kinds(found.partly) == ["replan"]
    assert found.causes == {}


def test_a_line_is_helped_past_its_like_that_the_location_refused() -> None:
    """Both lines ask for one unit. OFF refused the first, so that switching it on serves the second."""
    world = a_world(a_location("OFF", is_active=False), stock=places("OFF"), refusals=frozenset({(1, "OFF")}))
    found = found_in(world, a_line(1), a_line(2))
    assert found.causes == {2: Cause.LOCATION_INACTIVE}


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
