"""The explanation of a package: counts that add up, locations in order of nearness, the same at the plan."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings

from app.domain.attempt_record import decode, encode
from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.explanation import explain, explain_served
from app.domain.diagnosis.looks import LocationLook, holders_at, looks_for
from app.domain.facts import NEARNESS, Check, Demand, Split, World
from app.domain.planning import plan
from app.domain.staleness import LiveNote, StaleReason
from tests.domain.random_worlds import demands, worlds
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
    hundredths,
)


def mixed_world() -> World:
    """One location for each of several checks."""
    return a_world(
        a_location("OUT"),
        a_location("OFF", is_active=False),
        a_location("NONE"),
        a_location("LITTLE"),
        a_location("HELD"),
        stock={("OUT", SKU): 5, ("OFF", SKU): 5, ("LITTLE", SKU): 1, ("HELD", SKU): 2},
        rules=[a_rule(except_stock_locations=("OUT",))],
        reservations=[a_reservation(1, ("HELD", SKU), 2)],
    )


def looks_of(world: World, *lines: object, item: int = 1) -> tuple[LocationLook, ...]:
    found = explain(a_demand(*lines), world)
    return next(line.looks for line in found.lines if line.line.order_item_id == item)


# --- counts and order ------------------------------------------------------------------------------


def test_every_location_is_counted_once_by_its_check() -> None:
    (line,) = explain(a_demand(a_line(needed=2)), mixed_world()).lines
    assert line.by_check == {
        Check.NOT_IN_RULE: 1,
        Check.LOCATION_INACTIVE: 1,
        Check.NO_STOCK_ANSWER: 1,
        Check.INSUFFICIENT_STOCK: 1,
        Check.FULLY_RESERVED: 1,
    }
    assert list(line.by_check) == sorted(line.by_check, key=NEARNESS.__getitem__)


def test_locations_are_listed_nearest_to_yes_first() -> None:
    looks = looks_of(mixed_world(), a_line(needed=2))
    assert [one.location.erp_code for one in looks] == ["HELD", "LITTLE", "NONE", "OFF", "OUT"]


def test_equally_near_locations_go_by_free_units_then_priority_then_code() -> None:
    world = a_world(
        a_location("D"),
        a_location("C"),
        a_location("B", priority=1),
        a_location("A"),
        stock={("A", SKU): 1, ("B", SKU): 1, ("C", SKU): 1, ("D", SKU): 2},
        reservations=[a_reservation(1, ("A", SKU), 3)],
    )
    looks = looks_of(world, a_line(needed=9))
    assert [one.location.erp_code for one in looks] == ["D", "B", "C", "A"]


def test_a_location_is_shown_by_its_furthest_check_over_all_rules() -> None:
    world = a_world(
        stock={HERE: 1},
        rules=[
            a_rule(id=1, stock_locations=("ELSEWHERE",)),
            a_rule(id=2),
            a_rule(id=3, select_by_quota=True),
        ],
    )
    (look,) = looks_of(world, a_line(needed=2))
    assert (look.check, look.rule.id if look.rule else None) == (Check.INSUFFICIENT_STOCK, 2)
    assert look.in_rule


def test_of_equally_far_rules_the_earliest_is_shown() -> None:
    (look,) = looks_of(a_world(stock={HERE: 0}, rules=[a_rule(id=4, priority=2), a_rule(id=5, priority=1)]))
    assert look.rule is not None
    assert look.rule.id == 5


def test_a_location_outside_every_rule_is_not_in_rule() -> None:
    looks = {one.location.erp_code: one for one in looks_of(mixed_world(), a_line(needed=2))}
    assert not looks["OUT"].in_rule
    assert looks["OFF"].in_rule


def test_without_scenario_or_rules_no_location_is_in_rule() -> None:
    for scenarios in ([], [a_scenario()]):
        (look,) = looks_of(a_world(scenarios=scenarios))
        assert not look.in_rule
        assert look.rule is None


@settings(deadline=None, max_examples=100)
@given(demands(), worlds())
def test_the_counts_add_up_to_the_locations_for_every_line(demand: Demand, world: World) -> None:
    found = explain(demand, world)
    assert [line.line for line in found.lines] == list(demand.lines)
    for line in found.lines:
        assert sum(line.by_check.values()) == len(world.locations)
        assert Counter(look.check for look in line.looks) == line.by_check
        assert {look.location.erp_code for look in line.looks} == set(world.locations)
        ranks = [NEARNESS[look.check] for look in line.looks]
        assert ranks == sorted(ranks, reverse=True)


@settings(deadline=None, max_examples=100)
@given(demands(), worlds())
def test_every_explanation_has_words_to_be_made_of(demand: Demand, world: World) -> None:
    found = explain(demand, world)
    assert 2 <= len(found.because) <= 5
    assert found.sentence.evidence
    assert (found.cause is Cause.NO_STOCK_ANSWER) is not found.determined
    assert all(line.cause is not None for line in found.lines)


# --- numbers and records ---------------------------------------------------------------------------


def test_a_location_shows_its_numbers_and_when_it_answered() -> None:
    (look,) = looks_of(a_world(reservations=[a_reservation(quantity=5)]))
    assert (look.cell.stock_count, look.cell.reservation_count) == (3_00, 5_00)
    assert look.free == hundredths(-2)
    assert look.answered_at == hours_ago(1)


def test_a_location_that_never_answered_has_no_numbers() -> None:
    (look,) = looks_of(a_world(stock={}))
    assert (look.cell.stock_count, look.free, look.answered_at) == (None, None, None)


def test_a_location_shows_who_holds_its_units_the_stale_first() -> None:
    world = a_world(
        reservations=[
            a_reservation(1, reserved_at=days_ago(9)),
            a_stale_reservation(2, reserved_at=days_ago(1)),
            a_stale_reservation(3, reserved_at=days_ago(5)),
            a_reservation(4, reserved_at=days_ago(3), package_state="700"),
        ]
    )
    holders = holders_at(world, *HERE)
    assert [(one.held.id, one.stale, one.live) for one in holders] == [
        (3, StaleReason.ORDER_CANCELLED, None),
        (2, StaleReason.ORDER_CANCELLED, None),
        (1, None, None),
        (4, None, LiveNote.BLOCKED_PACKAGE),
    ]
    assert holders_at(world, "WH1", "OTHER") == ()


def test_a_location_shows_what_was_reported_missing_there() -> None:
    reports = [a_discrepancy(1), a_discrepancy(2), a_discrepancy(3, ("WH2", SKU))]
    (look,) = looks_of(a_world(discrepancies=reports))
    assert [one.id for one in look.discrepancies] == [1, 2]


def test_a_line_that_was_not_planned_has_no_looks() -> None:
    with pytest.raises(LookupError):
        looks_for(a_line(2), plan(a_demand(), a_world()), a_world())


# --- looking back ----------------------------------------------------------------------------------


@settings(deadline=None, max_examples=100)
@given(demands(), worlds())
def test_an_attempt_planned_again_from_its_record_decides_the_same(demand: Demand, world: World) -> None:
    made = plan(demand, world)
    record = json.loads(json.dumps(encode(demand, world, made)))
    demand_then, world_then = decode(record)
    assert demand_then == demand
    assert plan(demand_then, world_then) == made
    then, now = explain(demand_then, world_then), explain(demand, world)
    assert (then.sentence, then.because) == (now.sentence, now.because)
    assert [remedy.changes for remedy in then.remedies] == [remedy.changes for remedy in now.remedies]


def test_a_record_keeps_only_what_planning_may_look_at() -> None:
    other = ("WH1", "OTHER")
    world = a_world(
        stock={HERE: 1, other: 1},
        scenarios=[a_scenario(a_rule()), a_scenario(id=2, name="unused", priority=2)],
        reservations=[a_reservation(1), a_reservation(2, other)],
        discrepancies=[a_discrepancy(1), a_discrepancy(2, other)],
        refusals=frozenset({(1, "WH1"), (2, "WH1")}),
    )
    demand = a_demand()
    _, kept = decode(encode(demand, world, plan(demand, world)))
    assert set(kept.stock) == set(kept.reservations) == set(kept.discrepancies) == {HERE}
    assert kept.refusals == {(1, "WH1")}
    assert [one.name for one in kept.scenarios] == ["Every order"]
    assert kept.locations == world.locations


def test_a_record_without_a_scenario_keeps_those_that_could_be_switched_on() -> None:
    world = a_world(
        scenarios=[
            a_scenario(a_rule(), is_active=False),
            a_scenario(a_rule(id=2), id=2, name="for others", channels=("App",)),
        ]
    )
    demand = a_demand()
    _, kept = decode(encode(demand, world, plan(demand, world)))
    assert [one.name for one in kept.scenarios] == ["Every order"]
    assert explain(demand, kept).cause is Cause.NO_MATCHING_SCENARIO
    assert explain(demand, kept).remedies


def test_a_record_lists_what_each_step_saw() -> None:
    demand, world = a_demand(), a_world(stock={HERE: 0}, rules=[a_rule(id=1), a_rule(id=2)])
    steps = encode(demand, world, plan(demand, world))["steps"]
    assert [(step["rule"], step["rule_id"]) for step in steps] == [("rule 1", 1), ("rule 2", 2)]
    assert steps[0]["lines"] == {"1": [["WH1", "insufficient_stock", 0, 0]]}


def test_an_attempt_is_explained_by_the_lines_it_left() -> None:
    world = a_world(stock={("WH1", "X"): 1})
    demand = a_demand(a_line(1, "X"), a_line(2, "Y"))
    then = explain(demand, world, as_planned=True)
    assert [line.line.order_item_id for line in then.lines] == [2]
    assert then.cause is Cause.NO_STOCK_ANSWER
    assert not then.partly
    now = explain(demand, world)
    assert [(line.line.order_item_id, line.cause) for line in now.lines] == [
        (1, Cause.SERVED_NOW),
        (2, Cause.NO_STOCK_ANSWER),
    ]
    assert [remedy.changes[0].kind.value for remedy in now.partly] == ["replan"]


# --- a package that has a location -----------------------------------------------------------------


def served_world() -> World:
    return a_world(
        a_location("A", priority=1),
        a_location("B", priority=2),
        stock={("A", "X"): 2, ("B", "Y"): 1},
        reservations=[a_reservation(1, ("A", "X"))],
    )


def test_a_package_with_a_location_is_explained_by_its_planning() -> None:
    demand = a_demand(a_line(1, "X"), a_line(2, "Y"))
    found = explain_served(demand, served_world(), "A", frozenset({1}))
    assert found.cause is None
    assert found.determined
    assert not found.remedies
    assert [line.line.order_item_id for line in found.lines] == [1]
    assert found.sentence.code == "planned_here"
    assert found.sentence.params["rule"] == "rule 1"
    assert [phrase.code for phrase in found.because] == ["asked", "matched_scenario", "chosen", "summary"]
    chosen = found.because[2].params
    assert (chosen["stock_count"], chosen["reservation_count"]) == (2_00, 1_00)


def test_a_served_package_names_the_rule_that_served_it() -> None:
    world = served_world()
    rules = (a_rule(id=1, stock_locations=("B",)), a_rule(id=2, split=Split.NONE))
    world = world.with_scenario(replace(world.scenarios[0], rules=rules))
    demand = a_demand(a_line(1, "X"), a_line(2, "Y"))
    assert explain_served(demand, world, "A", frozenset({1})).sentence.params["rule"] == "rule 2"
    assert explain_served(demand, world, "B", frozenset({2})).sentence.params["rule"] == "rule 1"
