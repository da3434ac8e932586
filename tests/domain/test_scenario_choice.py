"""Which scenario an order has, and in which order its rules are tried."""

import pytest

from app.domain.facts import Check, Demand, Scenario
from app.domain.planning import matching_scenario, plan
from tests.domain.worlds import SKU, a_demand, a_line, a_location, a_rule, a_scenario, a_world


def chosen(*scenarios: Scenario, demand: Demand | None = None) -> str | None:
    found = matching_scenario(demand or a_demand(), a_world(scenarios=scenarios))
    return found.name if found else None


def named(name: str, **facts: object) -> Scenario:
    return a_scenario(a_rule(), name=name, id=sum(map(ord, name)), **facts)


def test_the_lowest_priority_number_wins() -> None:
    assert chosen(named("b", priority=2), named("a", priority=3), named("c", priority=1)) == "c"


def test_an_empty_priority_comes_last() -> None:
    assert chosen(named("empty", priority=None), named("nine", priority=9)) == "nine"


def test_equal_priorities_go_by_name() -> None:
    assert chosen(named("b"), named("a")) == "a"
    assert chosen(named("d", priority=None), named("c", priority=None)) == "c"


def test_an_inactive_scenario_is_not_chosen() -> None:
    assert chosen(named("first", is_active=False), named("second", priority=5)) == "second"


def test_no_scenario_matches_where_none_is_active_or_for_this_order() -> None:
    assert chosen() is None
    assert chosen(named("asleep", is_active=False)) is None
    assert chosen(named("other", channels=("App",))) is None


@pytest.mark.parametrize("condition", ["channels", "payment_types", "delivery_types"])
def test_every_condition_must_hold_and_an_empty_one_always_does(condition: str) -> None:
    demand = a_demand(channel="Web", payment_type="cash", delivery_type="click_and_collect")
    its_own = {"channels": "Web", "payment_types": "cash", "delivery_types": "click_and_collect"}[condition]
    conditions = {
        "channels": ("Web",),
        "payment_types": ("cash",),
        "delivery_types": ("click_and_collect",),
    }
    assert chosen(named("all", **conditions), demand=demand) == "all"
    assert chosen(named("two", **{**conditions, condition: ()}), demand=demand) == "two"
    assert chosen(named("more", **{**conditions, condition: ("else", its_own)}), demand=demand) == "more"
    assert chosen(named("none", **{**conditions, condition: ("else",)}), demand=demand) is None


def test_only_the_best_scenario_is_tried_even_where_it_cannot_serve() -> None:
    hopeless = a_scenario(a_rule(stock_locations=("NOWHERE",)), id=1, name="a")
    able = a_scenario(a_rule(id=2), id=2, name="b", priority=2)
    found = plan(a_demand(), a_world(scenarios=[able, hopeless]))
    assert found.scenario == hopeless
    assert not found.grants


def test_without_a_scenario_every_location_fails_for_it() -> None:
    world = a_world(a_location("A"), a_location("B"), scenarios=[])
    found = plan(a_demand(a_line(1), a_line(2)), world)
    assert found.scenario is None
    assert [cell.check for cells in found.steps[0].cells.values() for cell in cells.values()] == [
        Check.NO_MATCHING_SCENARIO
    ] * 4


def test_rules_are_tried_by_priority_and_then_as_they_were_made() -> None:
    rules = [a_rule(id=3, priority=2), a_rule(id=2, priority=1), a_rule(id=1, priority=2)]
    found = plan(a_demand(), a_world(rules=rules, stock={}))
    assert [step.rule.id for step in found.steps if step.rule] == [2, 1, 3]


def test_rules_after_the_last_line_is_served_are_not_tried() -> None:
    found = plan(a_demand(), a_world(rules=[a_rule(id=1), a_rule(id=2)]))
    assert len(found.steps) == 1
    assert [grant.rule_id for grant in found.grants] == [1]


def test_a_later_rule_gets_only_the_lines_still_unserved() -> None:
    world = a_world(
        a_location("A"),
        a_location("B"),
        stock={("A", "X"): 1, ("B", "X"): 5, ("B", "Y"): 1},
        rules=[a_rule(id=1, stock_locations=("A",)), a_rule(id=2, stock_locations=("B",))],
    )
    found = plan(a_demand(a_line(1, "X"), a_line(2, "Y"), a_line(3, "Z")), world)
    assert [set(step.cells) for step in found.steps] == [{1, 2, 3}, {2, 3}]
    assert [(grant.order_item_id, grant.erp_code, grant.rule_id) for grant in found.grants] == [
        (1, "A", 1),
        (2, "B", 2),
    ]
    assert [line.order_item_id for line in found.unserved] == [3]


def test_a_demand_without_lines_is_whole() -> None:
    found = plan(Demand(1, "1001", a_demand().placed_at, "Web", "cash", "standard", ()), a_world())
    assert found.is_whole
    assert not found.grants


def test_lines_are_taken_by_order_item_whatever_their_order() -> None:
    world = a_world(stock={("WH1", SKU): 2})
    for lines in ((a_line(1, needed=2), a_line(2)), (a_line(2), a_line(1, needed=2))):
        assert [line.order_item_id for line in plan(a_demand(*lines), world).unserved] == [2]
