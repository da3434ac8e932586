"""What each change does to a world, and that it does nothing else."""

from dataclasses import replace
from itertools import product

import pytest

from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.changes import (
    COST,
    ActivateLocation,
    ActivateScenario,
    AddToRule,
    AllowSplit,
    Change,
    ChangeKind,
    ClearDiscrepancy,
    RaiseQuota,
    ReleaseReservation,
    Replan,
    admitting,
)
from app.domain.facts import LocationType, Rule, Split, World
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

STORE, WAREHOUSE = LocationType.STORE, LocationType.WAREHOUSE


def rich_world() -> World:
    """Something of everything, twice: so that a change can hit too much."""
    return a_world(
        a_location("WH1", is_active=False, max_quota=1, quota=1),
        a_location("WH2", is_active=False, max_quota=1, quota=1),
        scenarios=[
            a_scenario(a_rule(id=1, split=Split.NONE), a_rule(id=2, split=Split.NONE), is_active=False),
            a_scenario(a_rule(id=3, split=Split.NONE), id=2, name="other", is_active=False),
        ],
        reservations=[a_reservation(1), a_reservation(2), a_reservation(3, ("WH2", SKU))],
        discrepancies=[a_discrepancy(1), a_discrepancy(2), a_discrepancy(3, ("WH2", SKU))],
    )


def rule_of(world: World, rule_id: int) -> Rule:
    return next(rule for one in world.scenarios for rule in one.rules if rule.id == rule_id)


def test_planning_again_changes_nothing() -> None:
    assert Replan().applied_to(rich_world()) == rich_world()


def test_a_release_takes_the_named_reservations_of_one_place() -> None:
    before = rich_world()
    after = ReleaseReservation(*HERE, (2,), 1_00).applied_to(before)
    assert [one.id for one in after.reservations[HERE]] == [1]
    assert replace(after, reservations=before.reservations) == before
    assert after.reservations[("WH2", SKU)] == before.reservations[("WH2", SKU)]


def test_clearing_takes_every_discrepancy_of_one_place() -> None:
    before = rich_world()
    after = ClearDiscrepancy(*HERE, (1, 2)).applied_to(before)
    assert list(after.discrepancies) == [("WH2", SKU)]
    assert replace(after, discrepancies=before.discrepancies) == before


def test_a_quota_is_raised_at_one_location() -> None:
    before = rich_world()
    after = RaiseQuota("WH1", 2, 1).applied_to(before)
    assert after == before.with_location(replace(before.locations["WH1"], max_quota=2))
    assert after.locations["WH2"].max_quota == 1


def test_one_location_is_switched_on() -> None:
    before = rich_world()
    after = ActivateLocation("WH1").applied_to(before)
    assert after == before.with_location(replace(before.locations["WH1"], is_active=True))
    assert not after.locations["WH2"].is_active


@pytest.mark.parametrize("split", [Split.LINE, Split.QUANTITY])
def test_one_rule_may_split_further(split: Split) -> None:
    after = AllowSplit(1, "Every order", 2, "rule 2", split).applied_to(rich_world())
    assert [rule_of(after, number).split for number in (1, 2, 3)] == [Split.NONE, split, Split.NONE]


def test_one_scenario_is_switched_on() -> None:
    after = ActivateScenario(2, "other").applied_to(rich_world())
    assert [(one.id, one.is_active) for one in after.scenarios] == [(1, False), (2, True)]


def test_one_rule_of_one_scenario_lets_the_location_in() -> None:
    before = rich_world()
    for number in (1, 2, 3):
        before = before.with_scenario(
            replace(
                before.scenarios[0 if number < 3 else 1],
                rules=tuple(
                    replace(rule, except_stock_locations=frozenset({"WH1", "WH2"}))
                    for rule in before.scenarios[0 if number < 3 else 1].rules
                ),
            )
        )
    after = AddToRule(1, "Every order", 2, "rule 2", "WH1").applied_to(before)
    admitted = {
        number: [code for code, one in after.locations.items() if rule_of(after, number).admits(one)]
        for number in (1, 2, 3)
    }
    assert admitted == {1: [], 2: ["WH1"], 3: []}


# --- letting exactly one more location in ----------------------------------------------------------

LOCATIONS = [
    a_location("S1", stock_location_type=STORE),
    a_location("S2", stock_location_type=STORE),
    a_location("W1", stock_location_type=WAREHOUSE),
    a_location("W2", stock_location_type=WAREHOUSE),
]
LISTS = [(), ("S1",), ("S1", "W1"), ("W2", "GONE"), ("GONE",)]
EXCEPTIONS = [(), ("S1",), ("S2", "W1"), ("S1", "S2", "W1", "W2")]


@pytest.mark.parametrize(
    ("listed", "excepted", "kind"), list(product(LISTS, EXCEPTIONS, (None, STORE, WAREHOUSE)))
)
def test_whatever_the_rule_exactly_one_more_location_gets_in(
    listed: tuple[str, ...], excepted: tuple[str, ...], kind: LocationType | None
) -> None:
    world = a_world(*LOCATIONS)
    rule = a_rule(stock_locations=listed, except_stock_locations=excepted, stock_location_type=kind)
    before = {one.erp_code for one in LOCATIONS if rule.admits(one)}
    for added in LOCATIONS:
        changed = admitting(rule, added.erp_code, world)
        assert {one.erp_code for one in LOCATIONS if changed.admits(one)} == before | {added.erp_code}
        kept = replace(
            changed,
            stock_locations=rule.stock_locations,
            except_stock_locations=rule.except_stock_locations,
            stock_location_type=rule.stock_location_type,
        )
        assert kept == rule


def test_a_type_condition_that_stands_in_the_way_becomes_the_list_of_what_it_let_in() -> None:
    changed = admitting(a_rule(stock_location_type=STORE), "W1", a_world(*LOCATIONS))
    assert changed.stock_location_type is None
    assert changed.stock_locations == {"S1", "S2", "W1"}


def test_a_type_condition_that_the_location_meets_stays() -> None:
    rule = a_rule(stock_location_type=STORE, except_stock_locations=("S1",))
    changed = admitting(rule, "S1", a_world(*LOCATIONS))
    assert changed == a_rule(stock_location_type=STORE)


# --- cost, cause, subject --------------------------------------------------------------------------

EVERY_CHANGE: list[tuple[Change, int, Cause]] = [
    (Replan(), 0, Cause.SERVED_NOW),
    (ReleaseReservation(*HERE, (1,), 1_00), 1, Cause.STALE_RESERVATION),
    (ClearDiscrepancy(*HERE, (1,)), 2, Cause.DISCREPANCY_HOLD),
    (RaiseQuota("WH1", 1, None), 3, Cause.QUOTA_UNSET),
    (RaiseQuota("WH1", 3, 2), 3, Cause.QUOTA_FULL),
    (RaiseQuota("WH1", 1, 0), 3, Cause.QUOTA_FULL),
    (ActivateLocation("WH1"), 4, Cause.LOCATION_INACTIVE),
    (AddToRule(1, "Every order", 1, "rule 1", "WH1"), 5, Cause.OUTSIDE_SCENARIO),
    (AllowSplit(1, "Every order", 1, "rule 1", Split.LINE), 6, Cause.SPLIT_FORBIDDEN),
    (ActivateScenario(1, "Every order"), 7, Cause.NO_MATCHING_SCENARIO),
]


@pytest.mark.parametrize(("change", "cost", "cause"), EVERY_CHANGE)
def test_a_change_has_its_cost_and_its_class_of_cause(change: Change, cost: int, cause: Cause) -> None:
    assert (change.cost, change.cause) == (cost, cause)


def test_every_kind_of_change_is_in_the_table() -> None:
    assert {change.kind for change, _, _ in EVERY_CHANGE} == set(ChangeKind)
    assert sorted(COST.values()) == list(range(8))


def test_a_lesser_change_of_the_same_thing_has_the_same_subject() -> None:
    assert ReleaseReservation(*HERE, (1,), 1_00).subject == ReleaseReservation(*HERE, (1, 2), 3_00).subject
    assert AddToRule(1, "a", 1, "b", "WH1").subject == AddToRule(1, "a", 2, "c", "WH1").subject
    assert (
        AllowSplit(1, "a", 1, "b", Split.LINE).subject == AllowSplit(1, "a", 1, "b", Split.QUANTITY).subject
    )
    assert AllowSplit(1, "a", 1, "b", Split.LINE).subject != AllowSplit(1, "a", 2, "b", Split.LINE).subject
    assert AddToRule(1, "a", 1, "b", "WH1").subject != AddToRule(1, "a", 1, "b", "WH2").subject


def test_a_bare_change_answers_nothing() -> None:
    for ask in (lambda: Change().cause, lambda: Change().subject, lambda: Change().applied_to(a_world())):
        with pytest.raises(NotImplementedError):
            ask()
