"""A remedy goes no further than it must: the fewest reservations, the earliest rule, the least split."""

from typing import Any

import pytest

from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.changes import AddToRule, AllowSplit, Change, ChangeKind, ReleaseReservation
from app.domain.diagnosis.remedies import Findings, Remedy, find_remedies
from app.domain.facts import HeldReservation, Rule, Split, World
from tests.domain.worlds import (
    HERE,
    SKU,
    a_demand,
    a_line,
    a_location,
    a_reservation,
    a_rule,
    a_stale_reservation,
    a_world,
    days_ago,
)


def found_in(world: World, *lines: Any) -> Findings:
    return find_remedies(a_demand(*lines), world)


def kinds(remedy: Remedy) -> list[str]:
    return [change.kind.value for change in remedy.changes]


def only_change(found: Findings) -> Change:
    ((change,),) = (remedy.changes for remedy in found.remedies)
    return change


# --- letting a location into a rule ----------------------------------------------------------------


def rule_named_by(change: Change) -> int:
    assert isinstance(change, AddToRule | AllowSplit)
    return change.rule_id


def test_a_location_is_let_into_the_earliest_rule_only() -> None:
    rules = [a_rule(id=number, except_stock_locations=("WH1",)) for number in (1, 2, 3)]
    assert rule_named_by(only_change(found_in(a_world(rules=rules)))) == 1


def test_a_rule_that_would_not_serve_even_then_is_passed_over() -> None:
    out = {"except_stock_locations": ("WH1",)}
    rules = [a_rule(id=1, select_by_quota=True, **out), a_rule(id=2, **out), a_rule(id=3, **out)]
    assert rule_named_by(only_change(found_in(a_world(rules=rules)))) == 2


def test_in_a_pair_the_earliest_rule_is_taken_too() -> None:
    rules = [a_rule(id=number, except_stock_locations=("WH1",)) for number in (1, 2)]
    held = [a_stale_reservation(1, quantity=1), a_stale_reservation(2, quantity=2)]
    found = found_in(a_world(rules=rules, reservations=held))
    (remedy,) = found.remedies
    assert kinds(remedy) == ["release_reservation", "add_to_rule"]
    release, add = remedy.changes
    assert rule_named_by(add) == 1
    assert isinstance(release, ReleaseReservation)
    assert release.reservations == (1,)


# --- splitting further -----------------------------------------------------------------------------


def spread(*rules: Rule, needed: float = 1) -> Findings:
    """Product X at A, the other product at B, and of X one unit more at C."""
    world = a_world(
        a_location("A", priority=2),
        a_location("B", priority=2),
        a_location("C", priority=1),
        stock={("A", "X"): 1, ("B", "Y"): 1, ("C", "X"): 0.5},
        rules=rules,
    )
    return found_in(world, a_line(1, "X", needed), a_line(2, "Y"))


def test_a_rule_is_split_by_line_where_that_is_enough() -> None:
    change = only_change(spread(a_rule(split=Split.NONE)))
    assert isinstance(change, AllowSplit)
    assert change.to is Split.LINE


def test_a_rule_is_split_within_a_line_where_nothing_less_is_enough() -> None:
    for split in (Split.NONE, Split.LINE):
        change = only_change(spread(a_rule(split=split), needed=1.5))
        assert isinstance(change, AllowSplit)
        assert change.to is Split.QUANTITY


def test_each_rule_that_could_split_is_offered_in_the_order_of_rules() -> None:
    found = spread(a_rule(id=1, split=Split.NONE), a_rule(id=2, split=Split.NONE))
    assert [rule_named_by(remedy.changes[0]) for remedy in found.remedies] == [1, 2]


# --- quota -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("max_quota", "quota", "to", "cause"),
    [
        (None, 0, 1, Cause.QUOTA_UNSET),
        (None, 4, 5, Cause.QUOTA_UNSET),
        (0, 0, 1, Cause.QUOTA_FULL),
        (2, 2, 3, Cause.QUOTA_FULL),
        (2, 7, 8, Cause.QUOTA_FULL),
    ],
)
def test_a_quota_is_raised_to_one_more_than_is_used(
    max_quota: int | None, quota: int, to: int, cause: Cause
) -> None:
    world = a_world(a_location(max_quota=max_quota, quota=quota), rules=[a_rule(select_by_quota=True)])
    found = found_in(world)
    change = only_change(found)
    assert (change.kind.value, getattr(change, "to", None)) == ("raise_quota", to)
    assert found.remedies[0].cause is cause


def test_a_change_that_puts_a_location_in_use_may_spare_its_quota() -> None:
    """FULL may give its unit of Y once it has a package; the stale reservation keeps it from having one."""
    world = a_world(
        a_location("FULL", max_quota=1, quota=1),
        a_location("B", max_quota=9),
        stock={("FULL", "X"): 1, ("FULL", "Y"): 1, ("B", "Y"): 1},
        rules=[a_rule(id=1), a_rule(id=2, select_by_quota=True, split=Split.QUANTITY)],
        reservations=[a_stale_reservation(1, ("FULL", "X"))],
    )
    change = only_change(found_in(world, a_line(1, "X"), a_line(2, "Y", 2)))
    assert change.kind is ChangeKind.RELEASE_RESERVATION


# --- releasing reservations ------------------------------------------------------------------------


def released(*held: HeldReservation, needed: float = 1, stock: float = 3, **facts: Any) -> tuple[int, ...]:
    """The ids of the reservations that the only remedy releases."""
    world = a_world(stock={HERE: stock}, reservations=held, **facts)
    change = only_change(found_in(world, a_line(needed=needed)))
    assert isinstance(change, ReleaseReservation)
    assert change.quantity == sum(one.quantity for one in held if one.id in change.reservations)
    return change.reservations


def stale(number: int, units: float = 1, **facts: Any) -> HeldReservation:
    return a_stale_reservation(number, quantity=units, reserved_at=days_ago(30 - number), **facts)


def test_one_reservation_is_released_where_one_is_enough() -> None:
    assert released(stale(1), stale(2), stale(3)) == (1,)


def test_the_fewest_reservations_are_released() -> None:
    assert released(stale(1, 1), stale(2, 2), needed=2) == (2,)
    assert released(stale(1, 1), stale(2, 1), stale(3, 1), needed=2) == (1, 2)


def test_what_is_reserved_too_much_is_released_too() -> None:
    """Stock 1, reserved 6, as in the sample answer: all six must go before one unit is free."""
    assert released(*[stale(number) for number in range(1, 7)], stock=1) == (1, 2, 3, 4, 5, 6)


def test_a_live_reservation_is_never_released() -> None:
    assert released(a_reservation(8, quantity=2), stale(1), stock=3) == (1,)
    found = found_in(a_world(stock={HERE: 1}, reservations=[a_reservation(8, quantity=1)]))
    assert not found.remedies


def test_stale_reservations_that_do_not_free_enough_are_left_alone() -> None:
    found = found_in(a_world(stock={HERE: 3}, reservations=[a_reservation(8, quantity=3), stale(1)]))
    assert not found.remedies
    assert not found.partly


@pytest.mark.parametrize("count", [3, 6, 7, 14])
def test_of_many_stale_reservations_only_those_needed_are_released(count: int) -> None:
    held = [stale(number) for number in range(1, count + 1)]
    assert released(*held, needed=2, stock=count) == (1, 2)


@pytest.mark.parametrize("count", [4, 6, 7, 14])
def test_a_line_gathered_elsewhere_needs_fewer_reservations_released(count: int) -> None:
    world = a_world(
        a_location("WH1", priority=1),
        a_location("WH2", priority=2),
        stock={HERE: count, ("WH2", SKU): 3},
        rules=[a_rule(split=Split.QUANTITY)],
        reservations=[stale(number) for number in range(1, count + 1)],
    )
    change = only_change(found_in(world, a_line(needed=5 if count > 4 else 4)))
    assert isinstance(change, ReleaseReservation)
    assert len(change.reservations) == (2 if count > 4 else 1)


def test_a_release_may_complete_what_a_location_can_give_in_part() -> None:
    world = a_world(stock={HERE: 3}, rules=[a_rule(split=Split.QUANTITY)], reservations=[stale(1), stale(2)])
    change = only_change(found_in(world, a_line(needed=2)))
    assert isinstance(change, ReleaseReservation)
    assert change.reservations == (1,)


def test_a_release_may_free_units_for_a_second_line_of_the_product() -> None:
    world = a_world(stock={HERE: 2}, reservations=[stale(1)])
    assert only_change(found_in(world, a_line(1), a_line(2))).kind is ChangeKind.RELEASE_RESERVATION


def test_releasing_everything_may_be_too_much() -> None:
    """With three units free A takes the large line; with four the two small ones, and leaves the large."""
    world = a_world(
        a_location("A", priority=2),
        a_location("B", priority=1),
        a_location("C", priority=3),
        stock={("A", SKU): 4, ("B", SKU): 2, ("C", SKU): 2},
        reservations=[stale(1, place=("A", SKU)), stale(2, place=("A", SKU))],
    )
    change = only_change(found_in(world, a_line(1, needed=2), a_line(2, needed=3), a_line(3, needed=2)))
    assert isinstance(change, ReleaseReservation)
    assert change.reservations == (1,)
