"""How far a rule may divide an order: not at all, by line, or within a line."""

from collections.abc import Mapping

import pytest

from app.domain.facts import Check, OrderBy, Place, Rule, Split
from app.domain.planning import Plan, plan
from tests.domain.worlds import (
    SKU,
    a_demand,
    a_line,
    a_location,
    a_reservation,
    a_rule,
    a_world,
    hundredths,
)


def planned(
    rules: list[Rule], needed: list[tuple[str, float]], stock: Mapping[Place, float], **facts: object
) -> Plan:
    """The plan of lines (product, units) over the locations that have stock, asked in order of code."""
    locations = [a_location(code) for code in dict.fromkeys(code for code, _ in stock)]
    lines = [a_line(item, sku, units) for item, (sku, units) in enumerate(needed, start=1)]
    return plan(a_demand(*lines), a_world(*locations, stock=stock, rules=rules, **facts))


def grants(found: Plan) -> list[tuple[int, str, float]]:
    """(order item, location, units) as they were promised."""
    return [(one.order_item_id, one.erp_code, one.quantity / 100) for one in found.grants]


def left(found: Plan) -> list[int]:
    return [line.order_item_id for line in found.unserved]


def checks_of(found: Plan, item: int, step: int = 0) -> dict[str, Check]:
    return {code: cell.check for code, cell in found.steps[step].cells[item].items()}


NONE = [a_rule(split=Split.NONE)]
LINE = [a_rule(split=Split.LINE)]
QUANTITY = [a_rule(split=Split.QUANTITY)]


# --- none ------------------------------------------------------------------------------------------


def test_unsplit_the_first_location_that_has_everything_serves() -> None:
    stock = {("A", "X"): 9, ("B", "X"): 1, ("B", "Y"): 1, ("C", "X"): 1, ("C", "Y"): 1}
    found = planned(NONE, [("X", 1), ("Y", 1)], stock)
    assert grants(found) == [(1, "B", 1), (2, "B", 1)]


def test_unsplit_a_spread_order_is_split_forbidden_where_a_location_was_ok() -> None:
    found = planned(NONE, [("X", 1), ("Y", 1)], {("A", "X"): 1, ("B", "Y"): 1, ("C", "X"): 0})
    assert not found.grants
    assert checks_of(found, 1) == {
        "A": Check.SPLIT_FORBIDDEN,
        "B": Check.NO_STOCK_ANSWER,
        "C": Check.INSUFFICIENT_STOCK,
    }
    assert checks_of(found, 2)["B"] is Check.SPLIT_FORBIDDEN


def test_unsplit_what_is_ok_is_split_forbidden_also_when_no_set_could_serve_all() -> None:
    found = planned(NONE, [("X", 1), ("Y", 1)], {("A", "X"): 1})
    assert checks_of(found, 1) == {"A": Check.SPLIT_FORBIDDEN}
    assert checks_of(found, 2) == {"A": Check.NO_STOCK_ANSWER}


def test_unsplit_lines_of_one_product_are_added_up() -> None:
    one_each = [(SKU, 1), (SKU, 1)]
    assert grants(planned(NONE, one_each, {("A", SKU): 1, ("B", SKU): 2})) == [(1, "B", 1), (2, "B", 1)]
    found = planned(NONE, one_each, {("A", SKU): 1, ("B", SKU): 1})
    assert not found.grants
    assert set(checks_of(found, 2).values()) == {Check.SPLIT_FORBIDDEN}


def test_unsplit_reserved_units_are_not_added_up() -> None:
    found = planned(
        NONE, [(SKU, 1), (SKU, 1)], {("A", SKU): 2}, reservations=[a_reservation(place=("A", SKU))]
    )
    assert left(found) == [1, 2]


def test_unsplit_a_single_line_is_never_split_forbidden() -> None:
    found = planned(NONE, [(SKU, 3)], {("A", SKU): 2, ("B", SKU): 2})
    assert set(checks_of(found, 1).values()) == {Check.INSUFFICIENT_STOCK}


def test_unsplit_only_what_an_earlier_rule_left_must_be_together() -> None:
    rules = [
        a_rule(id=1, split=Split.LINE, stock_locations=("A",)),
        a_rule(id=2, split=Split.NONE, stock_locations=("B",)),
    ]
    found = planned(rules, [("X", 1), ("Y", 1)], {("A", "X"): 1, ("B", "Y"): 1})
    assert grants(found) == [(1, "A", 1), (2, "B", 1)]


# --- line ------------------------------------------------------------------------------------------


def test_by_line_the_location_that_serves_most_lines_goes_first() -> None:
    stock = {("A", "X"): 1, ("B", "X"): 1, ("B", "Y"): 1, ("C", "Z"): 1}
    found = planned(LINE, [("X", 1), ("Y", 1), ("Z", 1)], stock)
    assert grants(found) == [(1, "B", 1), (2, "B", 1), (3, "C", 1)]


def test_by_line_equally_good_locations_go_in_the_rules_order() -> None:
    found = planned(LINE, [("X", 1), ("Y", 1)], {("A", "X"): 1, ("B", "X"): 1, ("B", "Y"): 0, ("C", "Y"): 1})
    assert grants(found) == [(1, "A", 1), (2, "C", 1)]


def test_by_line_greed_is_the_rule_though_fewer_packages_might_do() -> None:
    stock = {
        **{("A", sku): 1 for sku in "XYZ"},
        **{("B", sku): 1 for sku in "UVXY"},
        **{("C", sku): 1 for sku in "UVW"},
    }
    found = planned(LINE, [(sku, 1) for sku in "UVWXYZ"], stock)
    assert [code for _, code, _ in grants(found)] == ["B", "B", "B", "B", "A", "C"]


def test_by_line_what_cannot_be_served_is_left_and_the_rest_goes() -> None:
    found = planned(LINE, [("X", 1), ("Y", 5), ("Z", 1)], {("A", "X"): 1, ("A", "Y"): 4, ("A", "Z"): 1})
    assert grants(found) == [(1, "A", 1), (3, "A", 1)]
    assert left(found) == [2]
    assert checks_of(found, 2) == {"A": Check.INSUFFICIENT_STOCK}


def test_two_lines_of_one_product_never_get_the_same_unit() -> None:
    found = planned(LINE, [(SKU, 1), (SKU, 1)], {("A", SKU): 1})
    assert grants(found) == [(1, "A", 1)]
    assert left(found) == [2]
    cell = found.steps[0].cells[2]["A"]
    assert cell.check is Check.FULLY_RESERVED
    assert cell.reservation_count == hundredths(1)


def test_two_lines_of_one_product_share_a_location_that_has_enough() -> None:
    assert grants(planned(LINE, [(SKU, 1), (SKU, 1)], {("A", SKU): 2})) == [(1, "A", 1), (2, "A", 1)]


def test_a_line_too_large_for_what_is_left_lets_a_smaller_one_go() -> None:
    found = planned(LINE, [(SKU, 2), (SKU, 2), (SKU, 1)], {("A", SKU): 3})
    assert grants(found) == [(1, "A", 2), (3, "A", 1)]
    assert left(found) == [2]


def test_a_served_line_shows_what_the_step_saw_before_it_was_served() -> None:
    found = planned(LINE, [(SKU, 2)], {("A", SKU): 2})
    assert found.steps[0].cells[1]["A"].check is Check.OK
    assert found.steps[0].cells[1]["A"].reservation_count == 0


def test_by_line_most_stock_is_looked_up_anew_for_what_is_left() -> None:
    rules = [a_rule(order_by=OrderBy.STOCK)]
    stock = {("A", "X"): 1, ("A", "Y"): 1, ("B", "Z"): 2, ("C", "Z"): 3, ("C", "X"): 0}
    found = planned(rules, [("X", 1), ("Y", 1), ("Z", 2)], stock)
    assert grants(found) == [(1, "A", 1), (2, "A", 1), (3, "B", 2)]


# --- quantity --------------------------------------------------------------------------------------


def test_by_quantity_one_location_that_has_all_of_a_line_is_enough() -> None:
    assert grants(planned(QUANTITY, [(SKU, 3)], {("A", SKU): 2, ("B", SKU): 3})) == [(1, "B", 3)]


def test_by_quantity_a_line_is_gathered_in_the_rules_order() -> None:
    found = planned(QUANTITY, [(SKU, 4)], {("A", SKU): 1, ("B", SKU): 2, ("C", SKU): 3})
    assert grants(found) == [(1, "A", 1), (1, "B", 2), (1, "C", 1)]


def test_by_quantity_locations_in_use_give_first() -> None:
    stock = {("A", SKU): 2, ("B", SKU): 1, ("B", "Y"): 1, ("C", SKU): 2}
    found = planned(QUANTITY, [("Y", 1), (SKU, 3)], stock)
    assert grants(found) == [(1, "B", 1), (2, "B", 1), (2, "A", 2)]


def test_by_quantity_a_location_used_under_an_earlier_rule_gives_first_too() -> None:
    rules = [a_rule(id=1, stock_locations=("C",)), a_rule(id=2, split=Split.QUANTITY)]
    stock = {("A", SKU): 2, ("B", SKU): 2, ("C", SKU): 1, ("C", "Y"): 1}
    found = planned(rules, [("Y", 1), (SKU, 3)], stock)
    assert grants(found) == [(1, "C", 1), (2, "C", 1), (2, "A", 2)]


def test_by_quantity_a_line_is_gathered_whole_or_not_at_all() -> None:
    found = planned(QUANTITY, [(SKU, 6)], {("A", SKU): 2, ("B", SKU): 3})
    assert not found.grants
    assert set(checks_of(found, 1).values()) == {Check.PARTIAL}


def test_by_quantity_units_that_are_not_enough_for_one_line_go_to_the_next() -> None:
    found = planned(QUANTITY, [(SKU, 6), (SKU, 4)], {("A", SKU): 2, ("B", SKU): 3})
    assert grants(found) == [(2, "A", 2), (2, "B", 2)]
    assert left(found) == [1]
    assert found.steps[0].cells[1]["A"].check is Check.FULLY_RESERVED
    assert found.steps[0].cells[1]["B"].check is Check.PARTIAL


def test_by_quantity_whole_lines_go_before_gathered_ones() -> None:
    found = planned(QUANTITY, [(SKU, 4), (SKU, 2)], {("A", SKU): 3, ("B", SKU): 3})
    assert grants(found) == [(2, "A", 2), (1, "A", 1), (1, "B", 3)]


def test_by_quantity_no_unit_is_given_twice() -> None:
    found = planned(QUANTITY, [(SKU, 3), (SKU, 3)], {("A", SKU): 2, ("B", SKU): 2, ("C", SKU): 2})
    given: dict[str, float] = {}
    for _, code, units in grants(found):
        given[code] = given.get(code, 0) + units
    assert found.is_whole
    assert given == {"A": 2, "B": 2, "C": 2}


def test_by_quantity_only_locations_that_pass_the_checks_give() -> None:
    found = planned(
        QUANTITY, [(SKU, 3)], {("A", SKU): 2, ("B", SKU): 2, ("C", SKU): 2}, refusals=frozenset({(1, "A")})
    )
    assert grants(found) == [(1, "B", 2), (1, "C", 1)]


def test_by_quantity_a_location_that_may_give_to_one_line_does_not_give_to_another() -> None:
    """A refused the first line. It is asked for the second, and gives nothing of the first on the way."""
    found = planned(
        QUANTITY,
        [("X", 3), ("Y", 2)],
        {("A", "X"): 9, ("A", "Y"): 1, ("B", "X"): 1, ("B", "Y"): 1, ("C", "X"): 1},
        refusals=frozenset({(1, "A")}),
    )
    assert left(found) == [1]
    assert grants(found) == [(2, "A", 1), (2, "B", 1)]


# --- quota -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("max_quota", "check"), [(1, Check.QUOTA_FULL), (None, Check.QUOTA_UNSET)])
def test_a_location_in_use_is_not_asked_for_quota_again(max_quota: int | None, check: Check) -> None:
    """A has no quota. The first rule asks for none and puts it in use, so under the second it may give."""
    world = a_world(
        a_location("A", max_quota=max_quota, quota=1),
        a_location("B", max_quota=9),
        stock={("A", "X"): 1, ("A", "Y"): 1, ("B", "Y"): 1},
        rules=[a_rule(id=1), a_rule(id=2, select_by_quota=True, split=Split.QUANTITY)],
    )
    together = plan(a_demand(a_line(1, "X"), a_line(2, "Y", 2)), world)
    assert grants(together) == [(1, "A", 1), (2, "A", 1), (2, "B", 1)]

    alone = plan(a_demand(a_line(2, "Y", 2)), world)
    assert checks_of(alone, 2, step=1) == {"A": check, "B": Check.PARTIAL}


@pytest.mark.parametrize("split", [Split.NONE, Split.LINE, Split.QUANTITY])
def test_several_lines_at_one_location_take_one_slot_of_its_quota(split: Split) -> None:
    rules = [a_rule(select_by_quota=True, split=split)]
    world = a_world(a_location("A", max_quota=3, quota=2), stock={("A", "X"): 1, ("A", "Y"): 1}, rules=rules)
    assert plan(a_demand(a_line(1, "X"), a_line(2, "Y")), world).is_whole
