"""What differs between the World an attempt saw and the one now: one fact changed, one difference named."""

from collections.abc import Callable

import pytest

from app.domain.diagnosis.differences import Difference, differences
from app.domain.facts import OrderBy, Split, World
from tests.domain.worlds import (
    HERE,
    SKU,
    a_discrepancy,
    a_location,
    a_reservation,
    a_rule,
    a_scenario,
    a_world,
)

SKUS = frozenset({SKU})
PLACE = {"erp_code": "WH1", "sku": SKU}
RULE = {"scenario": "Every order", "rule": "rule 1"}

ONE_FACT: list[tuple[Callable[[], World], Difference]] = [
    (lambda: a_world(stock={HERE: 5}), Difference("stock", 3_00, 5_00, **PLACE)),
    (lambda: a_world(stock={}), Difference("stock", 3_00, None, **PLACE)),
    (lambda: a_world(reservations=[a_reservation()]), Difference("reserved", 0, 1_00, **PLACE)),
    (lambda: a_world(discrepancies=[a_discrepancy()]), Difference("discrepancies", 0, 1, **PLACE)),
    (
        lambda: a_world(a_location(is_active=False)),
        Difference("location_active", True, False, erp_code="WH1"),
    ),
    (lambda: a_world(a_location(max_quota=4)), Difference("max_quota", None, 4, erp_code="WH1")),
    (lambda: a_world(rules=[a_rule(split=Split.NONE)]), Difference("rule_split", "line", "none", **RULE)),
    (
        lambda: a_world(rules=[a_rule(order_by=OrderBy.STOCK)]),
        Difference("rule_order", "priority", "stock", **RULE),
    ),
    (
        lambda: a_world(rules=[a_rule(select_by_quota=True)]),
        Difference("rule_quota", False, True, **RULE),
    ),
    (
        lambda: a_world(rules=[a_rule(stock_locations=("WH1",))]),
        Difference("rule_locations", "* / - / *", "WH1 / - / *", **RULE),
    ),
    (
        lambda: a_world(rules=[a_rule(), a_rule(id=2)]),
        Difference("rule_added", None, True, scenario="Every order", rule="rule 2"),
    ),
    (
        lambda: a_world(scenarios=[a_scenario()]),
        Difference("rule_removed", True, None, **RULE),
    ),
    (
        lambda: a_world(scenarios=[a_scenario(a_rule(), is_active=False)]),
        Difference("scenario_active", True, False, scenario="Every order"),
    ),
    (lambda: a_world(scenarios=[]), Difference("scenario_removed", True, None, scenario="Every order")),
]


@pytest.mark.parametrize(("now", "expected"), ONE_FACT, ids=[expected.kind for _, expected in ONE_FACT])
def test_one_changed_fact_is_one_difference(now: Callable[[], World], expected: Difference) -> None:
    assert differences(a_world(), now(), SKUS) == (expected,)


def test_the_same_world_has_no_differences() -> None:
    assert differences(a_world(), a_world(), SKUS) == ()


def test_what_other_products_do_is_no_difference() -> None:
    now = a_world(stock={HERE: 3, ("WH1", "OTHER"): 9})
    assert differences(a_world(), now, SKUS) == ()


def test_a_location_that_came_with_stock_is_named_with_it() -> None:
    now = a_world(a_location(), a_location("WH2"), stock={HERE: 3, ("WH2", SKU): 1})
    assert {(one.kind, one.erp_code) for one in differences(a_world(), now, SKUS)} == {
        ("stock", "WH2"),
        ("location_added", "WH2"),
    }


def test_how_a_location_without_stock_is_set_makes_no_difference() -> None:
    then, now = a_world(stock={HERE: 0}), a_world(a_location(is_active=False, max_quota=1), stock={HERE: 0})
    assert differences(then, now, SKUS) == ()


@pytest.mark.parametrize(("then", "now", "named"), [(0, 1, False), (1, 2, True), (3, 1, True), (2, 3, False)])
def test_how_full_a_location_is_matters_where_a_rule_asks_and_room_came_or_went(
    then: int, now: int, named: bool
) -> None:
    asks = [a_rule(select_by_quota=True)]
    worlds = [a_world(a_location(max_quota=2, quota=quota), rules=asks) for quota in (then, now)]
    expected = (Difference("quota", then, now, erp_code="WH1"),) if named else ()
    assert differences(*worlds, SKUS) == expected
    asking_nobody = [a_world(a_location(max_quota=2, quota=quota)) for quota in (then, now)]
    assert differences(*asking_nobody, SKUS) == ()
