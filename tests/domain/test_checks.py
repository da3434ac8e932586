"""Whether a location can serve a line: each check decides in its case, and the earlier one of two wins."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest

from app.domain.checks import BEFORE_STOCK, CHECKS
from app.domain.facts import NEARNESS, Check, Demand, LocationType, Rule, Split, World
from app.domain.planning import Cell, plan
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
    a_world,
    hundredths,
)

Facts = tuple[Demand, World]


def healthy() -> Facts:
    """Two units are needed and three are there."""
    return a_demand(a_line(needed=2)), a_world()


def decided(facts: Facts, item: int = 1, erp_code: str = "WH1") -> Check:
    return cell_of(facts, item, erp_code).check


def cell_of(facts: Facts, item: int = 1, erp_code: str = "WH1") -> Cell:
    return plan(*facts).steps[0].cells[item][erp_code]


def with_rule(facts: Facts, **changed: object) -> Facts:
    demand, world = facts
    scenario = world.scenarios[0]
    rule = replace(scenario.rules[0], **changed)
    return demand, world.with_scenario(replace(scenario, rules=(rule,)))


def with_location(facts: Facts, **changed: object) -> Facts:
    demand, world = facts
    return demand, world.with_location(replace(world.locations["WH1"], **changed))


def with_stock(facts: Facts, units: float | None) -> Facts:
    demand, world = facts
    stock = {} if units is None else a_world(stock={HERE: units}).stock
    return demand, replace(world, stock=stock)


def with_reserved(facts: Facts, units: float) -> Facts:
    demand, world = facts
    return demand, replace(world, reservations={HERE: (a_reservation(quantity=units),)})


def no_matching_scenario(facts: Facts) -> Facts:
    demand, world = facts
    return demand, world.with_scenario(replace(world.scenarios[0], is_active=False))


def refused_here(facts: Facts) -> Facts:
    demand, world = facts
    return demand, replace(world, refusals=frozenset({(1, "WH1")}))


def discrepancy_hold(facts: Facts) -> Facts:
    demand, world = facts
    return demand, replace(world, discrepancies={HERE: (a_discrepancy(),)})


def split_forbidden(facts: Facts) -> Facts:
    demand, world = with_rule(facts, split=Split.NONE)
    return replace(demand, lines=(*demand.lines, a_line(2, "SOMETHING ELSE"))), world


SPOIL: dict[Check, Callable[[Facts], Facts]] = {
    Check.NO_MATCHING_SCENARIO: no_matching_scenario,
    Check.NOT_IN_RULE: lambda facts: with_rule(facts, except_stock_locations=frozenset({"WH1"})),
    Check.LOCATION_INACTIVE: lambda facts: with_location(facts, is_active=False),
    Check.REFUSED_HERE: refused_here,
    Check.QUOTA_UNSET: lambda facts: with_rule(facts, select_by_quota=True),
    Check.QUOTA_FULL: lambda facts: with_location(
        with_rule(facts, select_by_quota=True), max_quota=4, quota=4
    ),
    Check.DISCREPANCY_HOLD: discrepancy_hold,
    Check.NO_STOCK_ANSWER: lambda facts: with_stock(facts, None),
    Check.INSUFFICIENT_STOCK: lambda facts: with_stock(facts, 1),
    Check.FULLY_RESERVED: lambda facts: with_reserved(facts, 3),
    Check.PARTIAL: lambda facts: with_reserved(with_rule(facts, split=Split.QUANTITY), 2),
    Check.SPLIT_FORBIDDEN: split_forbidden,
}
"""One fact of the healthy world changed, so that this check fails."""

NEVER_TOGETHER = [
    {Check.QUOTA_UNSET, Check.QUOTA_FULL},
    {Check.PARTIAL, Check.SPLIT_FORBIDDEN},
    *[
        {one, other}
        for one, other in combinations(
            (Check.NO_STOCK_ANSWER, Check.INSUFFICIENT_STOCK, Check.FULLY_RESERVED, Check.PARTIAL), 2
        )
    ],
]
TOGETHER = [pair for pair in combinations(SPOIL, 2) if set(pair) not in NEVER_TOGETHER]


def test_a_healthy_location_passes_every_check() -> None:
    assert decided(healthy()) is Check.OK


def test_every_check_but_ok_has_its_case() -> None:
    assert set(SPOIL) == set(Check) - {Check.OK}


@pytest.mark.parametrize("check", SPOIL)
def test_a_check_decides_when_its_fact_alone_is_wrong(check: Check) -> None:
    assert decided(SPOIL[check](healthy())) is check


@pytest.mark.parametrize(("earlier", "later"), TOGETHER)
def test_of_two_failing_checks_the_earlier_decides(earlier: Check, later: Check) -> None:
    assert decided(SPOIL[earlier](SPOIL[later](healthy()))) is earlier
    assert decided(SPOIL[later](SPOIL[earlier](healthy()))) is earlier


def test_nearness_to_yes_is_the_order_of_the_checks() -> None:
    order = [check for check, _ in CHECKS]
    assert sorted(order, key=NEARNESS.__getitem__) == order
    assert next(iter(NEARNESS)) is Check.NO_MATCHING_SCENARIO
    assert list(NEARNESS)[-2:] == [Check.SPLIT_FORBIDDEN, Check.OK]


def test_the_checks_before_stock_end_with_the_discrepancy() -> None:
    order = [check for check, _ in CHECKS]
    assert set(order[: order.index(Check.NO_STOCK_ANSWER)]) == BEFORE_STOCK


# --- not_in_rule -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "is_in"),
    [
        (a_rule(), True),
        (a_rule(stock_locations=("WH1", "WH2")), True),
        (a_rule(stock_locations=("WH2",)), False),
        (a_rule(except_stock_locations=("WH2",)), True),
        (a_rule(except_stock_locations=("WH1",)), False),
        (a_rule(stock_locations=("WH1",), except_stock_locations=("WH1",)), False),
        (a_rule(stock_location_type=LocationType.WAREHOUSE), True),
        (a_rule(stock_location_type=LocationType.STORE), False),
        (a_rule(stock_locations=("WH1",), stock_location_type=LocationType.STORE), False),
    ],
)
def test_list_except_list_and_type_all_let_a_location_in(rule: Rule, is_in: bool) -> None:
    found = decided((a_demand(), a_world(rules=[rule])))
    assert found is (Check.OK if is_in else Check.NOT_IN_RULE)


def test_a_scenario_without_rules_leaves_every_location_out() -> None:
    world = a_world(a_location("WH1"), a_location("WH2"), scenarios=[a_scenario()])
    step = plan(a_demand(), world).steps[0]
    assert step.rule is None
    assert {cell.check for cell in step.cells[1].values()} == {Check.NOT_IN_RULE}


# --- refusals, discrepancies -----------------------------------------------------------------------


@pytest.mark.parametrize("refusal", [(2, "WH1"), (1, "WH2")])
def test_a_refusal_is_of_one_order_item_by_one_location(refusal: tuple[int, str]) -> None:
    assert decided((a_demand(), a_world(refusals=frozenset({refusal})))) is Check.OK


@pytest.mark.parametrize("place", [("WH1", "OTHER"), ("WH2", SKU)])
def test_a_discrepancy_is_about_one_product_at_one_location(place: tuple[str, str]) -> None:
    assert decided((a_demand(), a_world(discrepancies=[a_discrepancy(place=place)]))) is Check.OK


def test_a_discrepancy_holds_nothing_up_where_that_is_switched_off() -> None:
    world = a_world(discrepancies=[a_discrepancy()], discrepancy_blocks=False)
    assert decided((a_demand(), world)) is Check.OK


# --- quota -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("max_quota", "quota", "check"),
    [
        (None, 0, Check.QUOTA_UNSET),
        (0, 0, Check.QUOTA_FULL),
        (1, 0, Check.OK),
        (2, 1, Check.OK),
        (2, 2, Check.QUOTA_FULL),
        (2, 3, Check.QUOTA_FULL),
    ],
)
def test_a_quota_is_free_while_fewer_packages_are_unpacked(
    max_quota: int | None, quota: int, check: Check
) -> None:
    world = a_world(a_location(max_quota=max_quota, quota=quota), rules=[a_rule(select_by_quota=True)])
    assert decided((a_demand(), world)) is check


def test_a_rule_that_does_not_select_by_quota_asks_for_none() -> None:
    assert decided((a_demand(), a_world(a_location(max_quota=1, quota=9)))) is Check.OK


# --- stock -----------------------------------------------------------------------------------------


def test_an_explicit_zero_is_an_answer() -> None:
    assert decided(with_stock(healthy(), 0)) is Check.INSUFFICIENT_STOCK
    assert cell_of(with_stock(healthy(), 0)).stock_count == 0
    assert cell_of(with_stock(healthy(), None)).stock_count is None


@pytest.mark.parametrize(
    ("stock", "reserved", "needed", "whole", "split"),
    [
        (3, 0, 3, Check.OK, Check.OK),
        (3, 0, 4, Check.INSUFFICIENT_STOCK, Check.PARTIAL),
        (0, 0, 1, Check.INSUFFICIENT_STOCK, Check.INSUFFICIENT_STOCK),
        (0, 6, 1, Check.INSUFFICIENT_STOCK, Check.INSUFFICIENT_STOCK),
        (1, 6, 1, Check.FULLY_RESERVED, Check.FULLY_RESERVED),
        (1, 6, 2, Check.INSUFFICIENT_STOCK, Check.FULLY_RESERVED),
        (3, 3, 1, Check.FULLY_RESERVED, Check.FULLY_RESERVED),
        (3, 2, 1, Check.OK, Check.OK),
        (3, 2, 2, Check.FULLY_RESERVED, Check.PARTIAL),
        (1.5, 0, 1.51, Check.INSUFFICIENT_STOCK, Check.PARTIAL),
        (1.5, 0.01, 1.5, Check.FULLY_RESERVED, Check.PARTIAL),
        (1.5, 0.01, 1.49, Check.OK, Check.OK),
    ],
)
def test_stock_and_what_is_free_of_it(
    stock: float, reserved: float, needed: float, whole: Check, split: Check
) -> None:
    """In units: the location must have, and have free, all that is needed; under split by quantity, any."""
    facts = with_stock(with_reserved((a_demand(a_line(needed=needed)), a_world()), reserved), stock)
    assert decided(facts) is whole
    assert decided(with_rule(facts, split=Split.QUANTITY)) is split


def test_units_promised_inside_a_simulation_count_as_reserved() -> None:
    demand, world = with_reserved(healthy(), 1)
    assert cell_of((demand, replace(world, extra_reserved={HERE: 1_00}))) == (
        Check.FULLY_RESERVED,
        hundredths(3),
        hundredths(2),
    )


def test_the_numbers_seen_are_kept_whatever_decides() -> None:
    facts = SPOIL[Check.NOT_IN_RULE](with_reserved(healthy(), 5))
    assert cell_of(facts) == Cell(Check.NOT_IN_RULE, hundredths(3), hundredths(5))
    assert cell_of(no_matching_scenario(facts))[1:] == (hundredths(3), hundredths(5))
