"""Why a package is out of stock: every cause has its world, a sentence, a chain of reasons and evidence."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.diagnosis.causes import WITHOUT_REMEDY, Cause
from app.domain.diagnosis.explanation import Explanation, cause_of, explain
from app.domain.facts import Demand, LocationType, Rule, Split, World
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
    hundredths,
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


# --- the cause of each line, and of the package ----------------------------------------------------


def lines_with(*wanted: Cause) -> Facts:
    """Lines of products P1, P2, …, each with that cause at the one location."""
    stock = {("WH1", f"P{item}"): 3 for item in range(1, len(wanted) + 1)}
    reservations, discrepancies = [], []
    for item, cause in enumerate(wanted, start=1):
        place = ("WH1", f"P{item}")
        if cause is Cause.OUT_OF_STOCK_EVERYWHERE:
            stock[place] = 0
        elif cause is Cause.NO_STOCK_ANSWER:
            del stock[place]
        elif cause is Cause.RESERVED_BY_OTHERS:
            reservations.append(a_reservation(item, place, 3))
        elif cause is Cause.DISCREPANCY_HOLD:
            discrepancies.append(a_discrepancy(item, place))
    demand = a_demand(*[a_line(item, f"P{item}") for item in range(1, len(wanted) + 1)])
    return demand, a_world(stock=stock, reservations=reservations, discrepancies=discrepancies)


@pytest.mark.parametrize(
    ("lines", "package"),
    [
        ((Cause.NO_STOCK_ANSWER, Cause.OUT_OF_STOCK_EVERYWHERE), Cause.OUT_OF_STOCK_EVERYWHERE),
        ((Cause.RESERVED_BY_OTHERS, Cause.OUT_OF_STOCK_EVERYWHERE), Cause.OUT_OF_STOCK_EVERYWHERE),
        ((Cause.RESERVED_BY_OTHERS, Cause.NO_STOCK_ANSWER), Cause.NO_STOCK_ANSWER),
        ((Cause.DISCREPANCY_HOLD, Cause.RESERVED_BY_OTHERS), Cause.RESERVED_BY_OTHERS),
        ((Cause.DISCREPANCY_HOLD, Cause.NO_STOCK_ANSWER), Cause.NO_STOCK_ANSWER),
        ((Cause.SERVED_NOW, Cause.RESERVED_BY_OTHERS), Cause.RESERVED_BY_OTHERS),
        ((Cause.SERVED_NOW, Cause.DISCREPANCY_HOLD), Cause.DISCREPANCY_HOLD),
        (
            (Cause.DISCREPANCY_HOLD, Cause.DISCREPANCY_HOLD, Cause.DISCREPANCY_HOLD),
            Cause.COMBINATION,
        ),
    ],
)
def test_a_package_has_the_cause_of_its_worst_line(lines: tuple[Cause, ...], package: Cause) -> None:
    facts = lines_with(*lines)
    assert causes(facts) == dict(enumerate(lines, start=1))
    assert explained(facts).cause is package
    assert cause_of(*facts)[0] is package


def test_the_sentence_of_a_package_speaks_of_its_worst_line() -> None:
    found = explained(lines_with(Cause.RESERVED_BY_OTHERS, Cause.OUT_OF_STOCK_EVERYWHERE))
    assert found.sentence.params["sku"] == "P2"
    assert found.because[0].params["sku"] == "P2"


def test_the_sentence_of_a_remedy_speaks_of_the_line_it_serves() -> None:
    facts = lines_with(Cause.SERVED_NOW, Cause.DISCREPANCY_HOLD)
    assert explained(facts).sentence.params["sku"] == "P2"
    demand, world = facts
    off = replace(
        world,
        discrepancies={},
        locations={**world.locations, "WH2": a_location("WH2", is_active=False)},
        stock={("WH1", "P1"): world.stock[("WH1", "P1")], ("WH2", "P2"): world.stock[("WH1", "P2")]},
    )
    assert explained((demand, off)).sentence.params["sku"] == "P2"


def test_without_any_scenario_every_line_lacks_one() -> None:
    facts = two_lines(replace(two_places(), scenarios=()))
    found = explained(facts)
    assert found.cause is Cause.NO_MATCHING_SCENARIO
    assert not found.remedies
    assert found.sentence.code == "no_matching_scenario"
    assert [phrase.code for phrase in found.because] == ["asked", "no_matching_scenario"]


# --- no change of ours would help ------------------------------------------------------------------


def test_a_shortfall_names_what_is_needed_and_the_best_there_is() -> None:
    world = a_world(a_location("A"), a_location("B"), stock={("A", SKU): 1, ("B", SKU): 0})
    sentence = explained((a_demand(a_line(needed=2)), world)).sentence
    assert sentence.params == {
        "sku": SKU,
        "needed": hundredths(2),
        "best": hundredths(1),
        "erp_code": "A",
        "nearest": "A",
        "nearest_check": "insufficient_stock",
    }


def test_a_shortfall_of_lines_of_one_product_is_of_all_of_them() -> None:
    found = explained((a_demand(a_line(1), a_line(2)), a_world(stock={HERE: 1})))
    assert found.cause is Cause.OUT_OF_STOCK_EVERYWHERE
    assert (found.sentence.params["needed"], found.sentence.params["best"]) == (2_00, 1_00)


def test_where_no_location_may_serve_the_nearest_is_named() -> None:
    refused = frozenset({(1, "WH1"), (1, "WH2")})
    world = a_world(a_location("WH1", is_active=False), a_location("WH2"), refusals=refused)
    sentence = explained(one_line(world)).sentence
    assert sentence.code == "out_of_stock_everywhere"
    assert (sentence.params["best"], sentence.params["nearest"]) == (None, "WH2")
    assert sentence.params["nearest_check"] == "refused_here"


def test_a_location_that_may_not_serve_does_not_make_the_verdict_open() -> None:
    world = a_world(a_location("WH1"), a_location("WH2", is_active=False), stock={HERE: 0})
    assert explained(one_line(world)).cause is Cause.OUT_OF_STOCK_EVERYWHERE


def test_one_missing_answer_makes_the_verdict_open() -> None:
    world = a_world(a_location("WH1"), a_location("WH2"), stock={HERE: 0})
    found = explained(one_line(world))
    assert found.cause is Cause.NO_STOCK_ANSWER
    assert not found.determined
    assert found.sentence.params["missing"] == ("WH2",)


def test_units_that_others_hold_are_named_before_a_missing_answer() -> None:
    world = a_world(
        a_location("WH1"), a_location("WH2"), stock={HERE: 1}, reservations=[a_reservation(quantity=1)]
    )
    assert explained(one_line(world)).cause is Cause.RESERVED_BY_OTHERS


def test_only_holders_who_need_their_units_are_named() -> None:
    world = a_world(
        stock={HERE: 2}, reservations=[a_stale_reservation(1, quantity=1), a_reservation(2, quantity=2)]
    )
    found = explained((a_demand(a_line(needed=2)), world))
    assert found.cause is Cause.RESERVED_BY_OTHERS
    assert found.sentence.params["holders"] == ("0902",)
    assert found.sentence.params["reservation_count"] == hundredths(3)
    held = next(phrase for phrase in found.because if phrase.code == "held_live")
    assert held.params["holders"] == ("0902",)
    assert [one.id for one in held.evidence] == [2]


def test_the_holders_are_those_of_the_location_that_has_enough() -> None:
    """Another location may be nearer to yes under another rule, and hold nothing back."""
    world = a_world(
        a_location("A"),
        a_location("B"),
        stock={("A", SKU): 1, ("B", SKU): 5},
        reservations=[a_reservation(7, ("B", SKU), 5)],
        rules=[a_rule(split=Split.QUANTITY)],
    )
    found = explained((a_demand(a_line(needed=3)), world))
    assert found.cause is Cause.RESERVED_BY_OTHERS
    assert found.lines[0].looks[0].location.erp_code == "A"
    assert found.sentence.params["erp_code"] == "B"
    held = next(phrase for phrase in found.because if phrase.code == "held_live")
    assert held.params["erp_code"] == "B"


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        ({}, None),
        ({"package_state": "700"}, "blocked_package"),
        ({"order_state": "550"}, "shipped_not_registered"),
        ({"mapping_id": 1, "mapped_at": a_world().seen_at}, "awaiting_stock_answer"),
    ],
)
def test_what_is_unusual_about_a_live_holder_is_told(facts: dict[str, object], note: str | None) -> None:
    found = explained(one_line(a_world(reservations=[a_reservation(quantity=3, **facts)])))
    assert found.cause is Cause.RESERVED_BY_OTHERS
    held = next(phrase for phrase in found.because if phrase.code == "held_live")
    assert held.params["note"] == note


def test_a_location_of_the_wrong_type_is_outside_the_rules() -> None:
    world = a_world(rules=[a_rule(stock_location_type=LocationType.STORE)])
    assert explained(one_line(world)).cause is Cause.OUTSIDE_SCENARIO


def test_a_scenario_without_rules_cannot_be_mended_by_a_rule() -> None:
    found = explained(one_line(a_world(scenarios=[a_scenario()])))
    assert found.cause is Cause.OUT_OF_STOCK_EVERYWHERE
    assert found.sentence.params["nearest_check"] == "not_in_rule"
