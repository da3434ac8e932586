"""Webhooks: what can be subscribed to, the states of an event, and how a try to deliver it can end.

Source: reliability.md, "Webhooks out". How long to wait is in webhook_retries.py, what may be sent along and
where to in webhook_requests.py.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from app.domain.packages import PackageState

ANY_EVENT = "*"
"""A subscription to every type of event."""

SECRETS_OVERLAP = timedelta(hours=24)
"""For how long a replaced secret still signs, beside the new one."""

LONGEST_EXCERPT = 16 * 1024
"""Bytes kept of a receiver's answer."""


class EventType(StrEnum):
    """The registry of events: what can happen that a receiver is told of."""

    ORDER_CREATED = "order.created"
    ORDER_STATUS_TRANSITIONED = "order.status.transitioned"
    PACKAGE_CREATED = "package.created"
    PACKAGE_STATUS_TRANSITIONED = "package.status.transitioned"
    PACKAGE_STATUS_PACKED = "package.status.packed"
    PACKAGE_STATUS_CANCELLED = "package.status.cancelled"
    PACKAGE_STATUS_SHIPPED = "package.status.shipped"
    PACKAGE_STATUS_PACKED_FOR_REFUND = "package.status.packed_for_refund"
    PACKAGE_REFUSED = "package.refused"
    PACKAGE_OUT_OF_STOCK = "package.out_of_stock"
    PLAN_COMPLETED = "plan.completed"
    RESERVATION_RELEASED = "reservation.released"
    DISCREPANCY_CREATED = "discrepancy.created"
    DISCREPANCY_REMOVED = "discrepancy.removed"
    PING = "ping"


OF_PACKAGE_STATE: Mapping[str, EventType] = {
    PackageState.PACKED: EventType.PACKAGE_STATUS_PACKED,
    PackageState.CANCELLED: EventType.PACKAGE_STATUS_CANCELLED,
    PackageState.SHIPPED: EventType.PACKAGE_STATUS_SHIPPED,
    PackageState.PACKED_FOR_REFUND: EventType.PACKAGE_STATUS_PACKED_FOR_REFUND,
}
"""States whose beginning has an event of its own, beside that of every transition."""

SUBSCRIBABLE = (ANY_EVENT, *(str(one) for one in EventType))
"""Every event type that a subscription can name."""


class EventState(StrEnum):
    """Where a notification stands: due (pending, retrying), or final until somebody resends it."""

    PENDING = "pending"
    RETRYING = "retrying"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


DUE_STATES = frozenset({EventState.PENDING, EventState.RETRYING})
"""States of an event that still has a next attempt."""


class AttemptOutcome(StrEnum):
    """How a try to deliver ended. `not_trusted`: nobody we trust vouches for the receiver's certificate.
    `outcome_unknown`: whoever sent it died before the answer was kept."""

    DELIVERED = "delivered"
    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    NOT_TRUSTED = "not_trusted"
    TARGET_REFUSED = "target_refused"
    OUTCOME_UNKNOWN = "outcome_unknown"


class DisabledReason(StrEnum):
    """Why a webhook is off: somebody paused it, its receiver answered 410, or it only failed for days."""

    PAUSED = "paused"
    GONE = "gone"
    FAILING = "failing"


def can_resend(state: str) -> bool:
    """Whether an event may be made due by hand; one that was delivered is done with."""
    return state != EventState.DELIVERED


def state_after_resend(state: str) -> EventState:
    """What a resent event becomes: one that was given up begins anew, one that is due stays what it is."""
    return EventState.PENDING if state == EventState.UNDELIVERED else EventState(state)
