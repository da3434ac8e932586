"""A reservation is released once."""

from app.domain.reservations import ReleaseReason, ReservationState, can_release


def test_only_a_held_reservation_can_be_released() -> None:
    assert [state for state in ReservationState if can_release(state)] == ["held"]


def test_a_state_arriving_from_upstream_is_not_among_the_reasons() -> None:
    assert set(ReleaseReason) == {"erp_registered", "package_command", "operator"}
