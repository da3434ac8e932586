"""Why a package is out of stock: every cause has its world, a sentence, a chain of reasons and evidence."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.diagnosis.causes import WITHOUT_REMEDY, Cause
from app.domain.diagnosis.explanation import Explanation, cause_of, explain
from app.domain.facts import Demand, Rule, Split, World
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
    hours_ago,
)

Facts = tuple[Demand, World]


def one_line(world: World) -> Facts:
    return a_demand(), world


def two_lines(world: World) -> Facts:
    return a_demand(a_line(1, "X"), a_line(2, "Y")), world


def two_places(*, rule: Rule | None = None, first: bool = True, second: bool = True) -> World:
    """The two products of two lines, each at a location of its own, which is active or not."""
    return a_world(
        a_location("A", is_active=first),
        a_location("B", is_active=second),
        stock={("A", "X"): 1, ("B", "Y"): 1},
        rules=[rule or a_rule()],
    )


def switched_off_and_reported() -> Facts:
    return one_line(a_world(a_location(is_active=False), discrepancies=[a_discrepancy()]))


WORLDS: dict[Cause, Callable[[], Facts]] = {
    Cause.SERVED_NOW: lambda: one_line(a_world()),
    Cause.STALE_RESERVATION: lambda: one_line(a_world(reservations=[a_stale_reservation(quantity=3)])),
    Cause.DISCREPANCY_HOLD: lambda: one_line(a_world(discrepancies=[a_discrepancy()])),
    Cause.QUOTA_UNSET: lambda: one_line(a_world(rules=[a_rule(select_by_quota=True)])),
    Cause.QUOTA_FULL: lambda: one_line(
        a_world(a_location(max_quota=2, quota=2), rules=[a_rule(select_by_quota=True)])
    ),
    Cause.LOCATION_INACTIVE: lambda: one_line(a_world(a_location(is_active=False))),
    Cause.OUTSIDE_SCENARIO: lambda: one_line(a_world(rules=[a_rule(except_stock_locations=("WH1",))])),
    Cause.SPLIT_FORBIDDEN: lambda: two_lines(two_places(rule=a_rule(split=Split.NONE))),
    Cause.NO_MATCHING_SCENARIO: lambda: one_line(a_world(scenarios=[a_scenario(a_rule(), is_active=False)])),
    Cause.COMBINATION: switched_off_and_reported,
    Cause.OUT_OF_STOCK_EVERYWHERE: lambda: one_line(a_world(stock={HERE: 0})),
    Cause.NO_STOCK_ANSWER: lambda: one_line(a_world(stock={})),
    Cause.RESERVED_BY_OTHERS: lambda: one_line(a_world(reservations=[a_reservation(quantity=3)])),
}
"""One fact of the healthy world changed; for the combination two."""

SENTENCES = {Cause.NO_MATCHING_SCENARIO: "scenario_inactive", Cause.COMBINATION: "two_changes"}
"""The phrase of the sentence, where it is not named like the cause."""


def explained(facts: Facts) -> Explanation:
    return explain(*facts)


def causes(facts: Facts) -> dict[int, Cause | None]:
    return {line.line.order_item_id: line.cause for line in explained(facts).lines}


# --- every cause -----------------------------------------------------------------------------------


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_is_found_in_its_world(cause: Cause) -> None:
    found = explained(WORLDS[cause]())
    assert found.cause is cause
    assert [line.cause for line in found.lines] == [cause] * len(found.lines)
    assert cause_of(*WORLDS[cause]()) == (cause, cause is not Cause.NO_STOCK_ANSWER)


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_is_determined_unless_an_answer_is_missing(cause: Cause) -> None:
    assert explained(WORLDS[cause]()).determined is (cause is not Cause.NO_STOCK_ANSWER)


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_has_remedies_unless_no_change_of_ours_would_help(cause: Cause) -> None:
    assert bool(explained(WORLDS[cause]()).remedies) is (cause not in WITHOUT_REMEDY)


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_has_a_sentence_that_names_a_record(cause: Cause) -> None:
    sentence = explained(WORLDS[cause]()).sentence
    assert sentence.code == SENTENCES.get(cause, cause.value)
    assert sentence.evidence


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_has_two_to_five_reasons_each_with_a_record(cause: Cause) -> None:
    chain = explained(WORLDS[cause]()).because
    assert 2 <= len(chain) <= 5
    assert chain[0].code == "asked"
    assert len(set(map(repr, chain))) == len(chain)
    assert all(phrase.evidence for phrase in chain if phrase.code != "summary")


SAYS: dict[Cause, dict[str, object]] = {
    Cause.SERVED_NOW: {"sku": SKU, "needed": 1_00, "served_by": ("WH1",), "answered_at": hours_ago(1)},
    Cause.STALE_RESERVATION: {
        "sku": SKU,
        "erp_code": "WH1",
        "quantity": 3_00,
        "reservations": 1,
        "order_number": "0901",
        "stale": "order_cancelled",
        "since": days_ago(1),
    },
    Cause.DISCREPANCY_HOLD: {
        "sku": SKU,
        "erp_code": "WH1",
        "discrepancies": 1,
        "reason": "out_of_stock",
        "since": days_ago(1),
        "free": 3_00,
    },
    Cause.QUOTA_UNSET: {"sku": SKU, "erp_code": "WH1", "quota": 0, "max_quota": None, "to": 1},
    Cause.QUOTA_FULL: {"sku": SKU, "erp_code": "WH1", "quota": 2, "max_quota": 2, "to": 3},
    Cause.LOCATION_INACTIVE: {"sku": SKU, "erp_code": "WH1", "free": 3_00},
    Cause.OUTSIDE_SCENARIO: {
        "sku": SKU,
        "erp_code": "WH1",
        "free": 3_00,
        "rule": "rule 1",
        "scenario": "Every order",
    },
    Cause.SPLIT_FORBIDDEN: {"rule": "rule 1", "to": "line", "served_by": ("A", "B"), "lines": 2},
    Cause.NO_MATCHING_SCENARIO: {
        "scenario": "Every order",
        "channel": "Web",
        "payment_type": "credit_card",
        "delivery_type": "standard",
    },
    Cause.COMBINATION: {"served_by": ("WH1",), "cause": "combination"},
    Cause.OUT_OF_STOCK_EVERYWHERE: {"sku": SKU, "needed": 1_00, "best": 0, "erp_code": "WH1"},
    Cause.NO_STOCK_ANSWER: {"sku": SKU, "missing": ("WH1",)},
    Cause.RESERVED_BY_OTHERS: {
        "sku": SKU,
        "erp_code": "WH1",
        "stock_count": 3_00,
        "reservation_count": 3_00,
        "holders": ("0901",),
    },
}


@pytest.mark.parametrize("cause", Cause)
def test_a_sentence_carries_the_product_the_numbers_the_place_and_the_fix(cause: Cause) -> None:
    params = explained(WORLDS[cause]()).sentence.params
    assert {name: params[name] for name in SAYS[cause]} == SAYS[cause]


@pytest.mark.parametrize(
    ("facts", "proof"),
    [
        ({"mapping_id": 5, "mapped_at": hours_ago(3)}, "proof_erp_registered"),
        ({"order_state": "100"}, "proof_order_cancelled"),
        ({"package_state": "600"}, "proof_package_cancelled"),
        ({"package_id": None, "order_placed_at": days_ago(8)}, "proof_orphan"),
    ],
)
def test_a_stale_reservation_is_proved_by_its_records(facts: dict[str, object], proof: str) -> None:
    found = explained(one_line(a_world(reservations=[a_reservation(7, quantity=3, **facts)])))
    assert found.cause is Cause.STALE_RESERVATION
    assert [phrase.code for phrase in found.because[2:4]] == ["nearest", proof]
    kinds = {one.kind: one.id for one in found.because[3].evidence}
    assert kinds == ({"reservation": 7, "mapping": 5} if "mapping_id" in facts else {"reservation": 7})


def test_reservations_that_are_released_together_speak_for_the_oldest() -> None:
    held = [a_stale_reservation(1, reserved_at=days_ago(2)), a_stale_reservation(2, reserved_at=days_ago(4))]
    sentence = explained((a_demand(a_line(needed=3)), a_world(reservations=held))).sentence
    assert (sentence.params["reservations"], sentence.params["quantity"]) == (2, 2_00)
    assert (sentence.params["order_number"], sentence.params["since"]) == ("0902", days_ago(4))
    assert [one.id for one in sentence.evidence] == [2, 1]


def test_several_reports_about_a_product_are_told_with_the_first_of_them() -> None:
    reports = [a_discrepancy(1, reported_at=days_ago(1)), a_discrepancy(2, reported_at=days_ago(3))]
    sentence = explained(one_line(a_world(discrepancies=reports))).sentence
    assert (sentence.params["discrepancies"], sentence.params["since"]) == (2, days_ago(3))
    assert [one.id for one in sentence.evidence] == [1, 2]


# --- combinations ----------------------------------------------------------------------------------


def test_two_changes_of_two_classes_are_a_combination() -> None:
    found = explained(switched_off_and_reported())
    assert [change.kind.value for change in found.remedies[0].changes] == [
        "clear_discrepancy",
        "activate_location",
    ]
    assert [phrase.code for phrase in found.because] == [
        "asked",
        "matched_scenario",
        "nearest",
        "proof_discrepancy_hold",
        "proof_location_inactive",
    ]


def test_two_changes_of_one_class_have_that_class_for_their_cause() -> None:
    facts = two_lines(two_places(first=False, second=False))
    assert explained(facts).cause is Cause.LOCATION_INACTIVE
    assert causes(facts) == {1: Cause.LOCATION_INACTIVE, 2: Cause.LOCATION_INACTIVE}


def test_in_a_combination_a_line_that_one_change_serves_has_that_changes_cause() -> None:
    world = replace(two_places(second=False), discrepancies={("A", "X"): (a_discrepancy(place=("A", "X")),)})
    facts = two_lines(world)
    assert explained(facts).cause is Cause.COMBINATION
    assert causes(facts) == {1: Cause.DISCREPANCY_HOLD, 2: Cause.LOCATION_INACTIVE}


def test_both_proofs_are_told_where_two_changes_are_at_two_places() -> None:
    found = explained(two_lines(two_places(first=False, second=False)))
    assert [phrase.code for phrase in found.because] == [
        "asked",
        "nearest",
        "proof_location_inactive",
        "nearest",
        "proof_location_inactive",
    ]


def three_lines_at_three_places_off() -> Facts:
    world = a_world(
        *[a_location(code, is_active=False) for code in "ABC"],
        stock={("A", "X"): 1, ("B", "Y"): 1, ("C", "Z"): 1},
    )
    return a_demand(*[a_line(item, sku) for item, sku in enumerate("XYZ", start=1)]), world


def test_three_lines_that_each_need_a_change_are_a_combination_without_remedy() -> None:
    found = explained(three_lines_at_three_places_off())
    assert found.cause is Cause.COMBINATION
    assert not found.remedies
    assert found.sentence.code == "combination"
    assert [line.cause for line in found.lines] == [Cause.LOCATION_INACTIVE] * 3
    assert [[change.erp_code for change in one.changes] for one in found.partly] == [["A"], ["B"], ["C"]]
    assert found.determined


def test_three_lines_of_one_product_at_three_places_are_one_too() -> None:
    _, world = three_lines_at_three_places_off()
    world = replace(world, stock={(code, SKU): next(iter(world.stock.values())) for code in "ABC"})
    found = explained((a_demand(*[a_line(item) for item in (1, 2, 3)]), world))
    assert found.cause is Cause.COMBINATION
    assert [line.cause for line in found.lines] == [
        Cause.LOCATION_INACTIVE,
        Cause.LOCATION_INACTIVE,
        Cause.COMBINATION,
    ]


def test_more_lines_of_one_product_than_units_anywhere_are_out_of_stock() -> None:
    world = a_world(a_location(is_active=False), stock={HERE: 1})
    facts = a_demand(a_line(1), a_line(2)), world
    assert explained(facts).cause is Cause.OUT_OF_STOCK_EVERYWHERE
    assert causes(facts) == {1: Cause.LOCATION_INACTIVE, 2: Cause.OUT_OF_STOCK_EVERYWHERE}
