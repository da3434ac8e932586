"""Which held reservations hold units for nobody, why, and which only look as if they did."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.facts import ORPHAN_AFTER, HeldReservation, StockAnswer
from app.domain.staleness import LiveNote, StaleReason, live_note, stale_in, stale_reason
from tests.domain.worlds import HERE, NOW, a_reservation, a_world, answered, days_ago, hours_ago

MOMENT = timedelta(microseconds=1)
RESERVED_AT = days_ago(1)


def reason(held: HeldReservation, answered_at: datetime | None = None) -> StaleReason | None:
    answer = StockAnswer(1_00, answered_at) if answered_at else None
    return stale_reason(held, answer, NOW, ORPHAN_AFTER)


def held(**facts: Any) -> HeldReservation:
    return a_reservation(reserved_at=RESERVED_AT, **facts)


def registered(at: datetime, **facts: Any) -> HeldReservation:
    return held(mapping_id=1, mapped_at=at, **facts)


def without_package(**facts: Any) -> HeldReservation:
    return held(package_id=None, package_state=None, package_item_state=None, **facts)


def test_a_reservation_for_a_waiting_package_is_live_and_needs_no_note() -> None:
    assert reason(held(), NOW) is None
    assert live_note(held()) is None


# --- registered in the ERP -------------------------------------------------------------------------


def test_what_the_erp_registered_and_the_location_counted_since_is_counted_twice() -> None:
    assert reason(registered(hours_ago(3)), hours_ago(1)) is StaleReason.ERP_REGISTERED


@pytest.mark.parametrize(
    ("mapped_at", "expected"),
    [
        (RESERVED_AT + MOMENT, StaleReason.ERP_REGISTERED),
        (RESERVED_AT, StaleReason.ERP_REGISTERED),
        (RESERVED_AT - MOMENT, None),
    ],
)
def test_the_mapping_must_be_made_at_or_after_the_reservation(
    mapped_at: datetime, expected: StaleReason | None
) -> None:
    assert reason(registered(mapped_at), NOW) is expected


@pytest.mark.parametrize(
    ("answered_at", "expected"),
    [
        (hours_ago(3) + MOMENT, StaleReason.ERP_REGISTERED),
        (hours_ago(3), None),
        (hours_ago(3) - MOMENT, None),
        (None, None),
    ],
)
def test_the_location_must_have_answered_after_the_mapping(
    answered_at: datetime | None, expected: StaleReason | None
) -> None:
    assert reason(registered(hours_ago(3)), answered_at) is expected


def test_what_is_registered_and_not_counted_since_waits_for_the_next_answer() -> None:
    assert live_note(registered(hours_ago(3))) is LiveNote.AWAITING_STOCK_ANSWER
    assert live_note(registered(RESERVED_AT)) is LiveNote.AWAITING_STOCK_ANSWER
    assert live_note(registered(RESERVED_AT - MOMENT)) is None


# --- cancelled -------------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [{"order_state": "100"}, {"item_state": "100"}])
def test_a_cancelled_order_or_item_needs_its_units_no_more(facts: dict[str, str]) -> None:
    assert reason(held(**facts)) is StaleReason.ORDER_CANCELLED


@pytest.mark.parametrize("state", ["50", "200", "400", "425", "450", "500", "520", "550", "600"])
def test_no_other_state_of_an_order_makes_its_reservation_stale(state: str) -> None:
    assert reason(held(order_state=state, item_state=state)) is None


@pytest.mark.parametrize("facts", [{"package_state": "600"}, {"package_item_state": "600"}])
def test_a_cancelled_package_or_package_item_needs_its_units_no_more(facts: dict[str, str]) -> None:
    assert reason(held(**facts)) is StaleReason.PACKAGE_CANCELLED


@pytest.mark.parametrize("state", ["100", "200", "300", "350", "400", "500", "550", "700", "800", "1100"])
def test_no_other_state_of_a_package_makes_its_reservation_stale(state: str) -> None:
    assert reason(held(package_state=state)) is None


def test_order_and_package_states_are_not_mixed_up() -> None:
    assert reason(held(order_state="600")) is None
    assert reason(held(package_state="100", package_item_state="100")) is None


# --- forgotten -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (ORPHAN_AFTER + MOMENT, StaleReason.ORPHAN),
        (ORPHAN_AFTER, None),
        (ORPHAN_AFTER - MOMENT, None),
    ],
)
def test_without_package_item_a_reservation_is_forgotten_once_its_order_is_older_than_a_week(
    age: timedelta, expected: StaleReason | None
) -> None:
    assert reason(without_package(order_placed_at=NOW - age)) is expected


def test_how_old_is_old_can_be_set() -> None:
    old = without_package(order_placed_at=days_ago(3))
    assert stale_reason(old, None, NOW, timedelta(days=2)) is StaleReason.ORPHAN
    world = a_world(reservations=[old], orphan_after=timedelta(days=2))
    assert stale_in(world, old) is StaleReason.ORPHAN
    assert stale_in(a_world(reservations=[old]), old) is None


def test_with_a_package_item_no_age_makes_it_stale() -> None:
    assert reason(held(order_placed_at=days_ago(300))) is None


# --- shipped, blocked ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [{"order_state": state} for state in ("500", "510", "540", "550")]
    + [{"item_state": state} for state in ("500", "510", "540", "550")]
    + [{"package_state": state} for state in ("500", "550")],
)
def test_what_left_the_shelf_and_the_erp_does_not_know_of_is_live(facts: dict[str, str]) -> None:
    gone = held(**facts)
    assert reason(gone) is None
    assert live_note(gone) is LiveNote.SHIPPED_NOT_REGISTERED


def test_what_left_the_shelf_unregistered_is_not_forgotten_however_old() -> None:
    gone = without_package(order_placed_at=days_ago(30), order_state="550", item_state="550")
    assert reason(gone) is None
    assert live_note(gone) is LiveNote.SHIPPED_NOT_REGISTERED


def test_what_left_the_shelf_and_is_registered_is_an_ordinary_case() -> None:
    gone = without_package(order_placed_at=days_ago(30), order_state="550", mapping_id=1, mapped_at=NOW)
    assert reason(gone) is StaleReason.ORPHAN
    assert reason(held(order_state="550", mapping_id=1, mapped_at=hours_ago(3)), NOW) is (
        StaleReason.ERP_REGISTERED
    )


@pytest.mark.parametrize("state", ["400", "450", "520", "600"])
def test_an_order_in_another_state_has_not_left_the_shelf(state: str) -> None:
    assert live_note(held(order_state=state, item_state=state)) is None


def test_a_blocked_package_keeps_its_units() -> None:
    assert reason(held(package_state="700")) is None
    assert live_note(held(package_state="700")) is LiveNote.BLOCKED_PACKAGE


# --- which comes first -----------------------------------------------------------------------------

CASES: dict[StaleReason, dict[str, Any]] = {
    StaleReason.ERP_REGISTERED: {"mapping_id": 1, "mapped_at": hours_ago(3)},
    StaleReason.ORDER_CANCELLED: {"order_state": "100"},
    StaleReason.PACKAGE_CANCELLED: {"package_item_state": "600"},
    StaleReason.ORPHAN: {"package_id": None, "order_placed_at": days_ago(8)},
}


@pytest.mark.parametrize("first", StaleReason)
@pytest.mark.parametrize("second", StaleReason)
def test_of_two_reasons_the_earlier_is_given(first: StaleReason, second: StaleReason) -> None:
    both = held(**{**CASES[second], **CASES[first]})
    order = list(StaleReason)
    assert reason(both, hours_ago(1)) is min(first, second, key=order.index)


def test_of_two_notes_the_registration_and_then_the_shipment_is_told() -> None:
    assert live_note(registered(NOW, order_state="550", package_state="700")) is (
        LiveNote.AWAITING_STOCK_ANSWER
    )
    assert live_note(held(order_state="550", package_state="700")) is LiveNote.SHIPPED_NOT_REGISTERED


def test_in_a_world_its_own_answer_and_instant_count() -> None:
    one = registered(hours_ago(3))
    world = a_world(reservations=[one])
    assert stale_in(answered(world, HERE, 3, hours_ago(4)), one) is None
    assert stale_in(answered(world, HERE, 3, hours_ago(2)), one) is StaleReason.ERP_REGISTERED
    assert stale_in(answered(world, ("WH2", HERE[1]), 3, hours_ago(2)), one) is StaleReason.ERP_REGISTERED
