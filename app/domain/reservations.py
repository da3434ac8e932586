"""States of a reservation: held, then released once and for good, with a reason (domain.md, 3)."""

from enum import StrEnum


class ReservationState(StrEnum):
    """Whether the units are still kept for the order item."""

    HELD = "held"
    RELEASED = "released"


class ReleaseReason(StrEnum):
    """Why a reservation was released. A state arriving from upstream is never a reason."""

    ERP_REGISTERED = "erp_registered"
    PACKAGE_COMMAND = "package_command"
    OPERATOR = "operator"


def can_release(state: str) -> bool:
    """Whether releasing would change anything: a released reservation stays as it is."""
    return state == ReservationState.HELD
