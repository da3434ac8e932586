"""The cause of each line and of their package, and what is said where no change of ours would help."""

from dataclasses import replace

import pytest

from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.explanation import Explanation, cause_of, explain
from app.domain.facts import Demand, HeldReservation, LocationType, Split, World
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


def explained(facts: Facts) -> Explanation:
    return explain(*facts)


def causes(facts: Facts) -> dict[int, Cause | None]:
    return {line.line.order_item_id: line.cause for line in explained(facts).lines}


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


def test_the_sentence_speaks_of_the_line_that_waits_though_the_remedy_moves_another_too() -> None:
    """A serves the first line. Switched on, B is asked first and serves both."""
    world = a_world(
        a_location("A", priority=2),
        a_location("B", priority=1, is_active=False),
        stock={("A", "X"): 1, ("B", "X"): 1, ("B", "Y"): 1},
    )
    found = explained((a_demand(a_line(1, "X"), a_line(2, "Y")), world))
    assert found.remedies[0].served_by == ("B",)
    assert found.sentence.params["sku"] == "Y"
    assert {phrase.params["sku"] for phrase in found.because if "sku" in phrase.params} == {"Y"}


def test_of_two_lines_of_a_product_the_numbers_are_of_the_one_that_waits() -> None:
    world = a_world(stock={HERE: 2}, reservations=[a_stale_reservation()])
    found = explained((a_demand(a_line(1), a_line(2)), world))
    assert causes((a_demand(a_line(1), a_line(2)), world)) == {
        1: Cause.SERVED_NOW,
        2: Cause.STALE_RESERVATION,
    }
    nearest = next(phrase for phrase in found.because if phrase.code == "nearest")
    assert nearest.params["check"] == "fully_reserved"
    assert nearest.params["reservation_count"] == hundredths(2)


def test_without_any_scenario_every_line_lacks_one() -> None:
    facts = a_demand(a_line(1), a_line(2)), a_world(scenarios=[])
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


SHORT = {("WH1", SKU): 1}
ENOUGH = {("WH1", SKU): 2}
LIVE, STALE = a_reservation(1, quantity=1), a_stale_reservation(2, quantity=1)


@pytest.mark.parametrize(
    ("stock", "held", "without_missing", "with_missing"),
    [
        ({}, (), Cause.NO_STOCK_ANSWER, Cause.NO_STOCK_ANSWER),
        (SHORT, (), Cause.OUT_OF_STOCK_EVERYWHERE, Cause.NO_STOCK_ANSWER),
        (SHORT, (LIVE,), Cause.OUT_OF_STOCK_EVERYWHERE, Cause.NO_STOCK_ANSWER),
        (SHORT, (STALE,), Cause.OUT_OF_STOCK_EVERYWHERE, Cause.NO_STOCK_ANSWER),
        (ENOUGH, (LIVE,), Cause.RESERVED_BY_OTHERS, Cause.RESERVED_BY_OTHERS),
        (ENOUGH, (LIVE, STALE), Cause.RESERVED_BY_OTHERS, Cause.RESERVED_BY_OTHERS),
        (ENOUGH, (STALE,), Cause.STALE_RESERVATION, Cause.STALE_RESERVATION),
    ],
)
def test_a_missing_answer_opens_the_verdict_only_where_nobody_counts_enough(
    stock: dict[tuple[str, str], int],
    held: tuple[HeldReservation, ...],
    without_missing: Cause,
    with_missing: Cause,
) -> None:
    """Two are needed. The second location may serve and never answered."""
    alone, beside = [a_location("WH1")], [a_location("WH1"), a_location("WH2")]
    for places, wanted in ((alone, without_missing), (beside, with_missing)):
        facts = a_demand(a_line(needed=2)), a_world(*places, stock=stock, reservations=held)
        assert explained(facts).cause is wanted
        assert cause_of(*facts) == (wanted, wanted is not Cause.NO_STOCK_ANSWER)


@pytest.mark.parametrize(
    ("held", "first"), [((), Cause.SERVED_NOW), ((a_stale_reservation(),), Cause.STALE_RESERVATION)]
)
@pytest.mark.parametrize("beside", [(), ("WH2",)])
def test_a_unit_that_goes_to_the_orders_own_other_line_is_no_missing_answer(
    held: tuple[HeldReservation, ...], first: Cause, beside: tuple[str, ...]
) -> None:
    """One unit for two lines, there or held by nobody who needs it; a second location never answered."""
    places = [a_location(code) for code in ("WH1", *beside)]
    facts = a_demand(a_line(1), a_line(2)), a_world(*places, stock={HERE: 1}, reservations=held)
    assert causes(facts) == {1: first, 2: Cause.OUT_OF_STOCK_EVERYWHERE}
    assert cause_of(*facts) == (Cause.OUT_OF_STOCK_EVERYWHERE, True)
    sentence = explained(facts).sentence
    assert (sentence.params["needed"], sentence.params["best"]) == (2_00, 1_00)


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
    ("facts", "notes"),
    [
        ({}, {}),
        ({"package_state": "700"}, {"blocked_package": 1}),
        ({"order_state": "550"}, {"shipped_not_registered": 1}),
        ({"mapping_id": 1, "mapped_at": a_world().seen_at}, {"awaiting_stock_answer": 1}),
    ],
)
def test_what_is_unusual_about_a_live_holder_is_told(facts: dict[str, object], notes: dict[str, int]) -> None:
    found = explained(one_line(a_world(reservations=[a_reservation(quantity=3, **facts)])))
    assert found.cause is Cause.RESERVED_BY_OTHERS
    held = next(phrase for phrase in found.because if phrase.code == "held_live")
    assert held.params["notes"] == notes


def test_unusual_holders_are_counted_by_what_they_are() -> None:
    shipped = [a_reservation(number, quantity=1, order_state="550") for number in (1, 2)]
    blocked = a_reservation(3, quantity=1, package_state="700")
    found = explained(one_line(a_world(stock={HERE: 3}, reservations=[*shipped, blocked])))
    held = next(phrase for phrase in found.because if phrase.code == "held_live")
    assert held.params["notes"] == {"shipped_not_registered": 2, "blocked_package": 1}


def test_a_location_of_the_wrong_type_is_outside_the_rules() -> None:
    world = a_world(rules=[a_rule(stock_location_type=LocationType.STORE)])
    assert explained(one_line(world)).cause is Cause.OUTSIDE_SCENARIO


def test_a_scenario_without_rules_cannot_be_mended_by_a_rule() -> None:
    found = explained(one_line(a_world(scenarios=[a_scenario()])))
    assert found.cause is Cause.OUT_OF_STOCK_EVERYWHERE
    assert found.sentence.params["nearest_check"] == "not_in_rule"
