"""Whether events are being delivered: how late the oldest is, what hangs, and which workers are alive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from app import clock
from app.config import settings
from app.extensions import db
from app.models.columns import table
from app.models.webhooks import LISTENS, Webhook, WebhookEvent
from app.models.workers import Worker

LATEST = timedelta(seconds=30)
LONGEST_IN_LEASES = 3

_WEBHOOKS, _EVENTS, _WORKERS = table(Webhook), table(WebhookEvent), table(Worker)
_other = _EVENTS.alias("being_sent")
# Of an endpoint that is being sent to, what waits behind that waits for its receiver and not for us.
_IS_SENT_TO = (
    select(_other.c.id)
    .where(
        _other.c.webhook_id == _EVENTS.c.webhook_id,
        _other.c.lease_until.is_not(None),
        _other.c.lease_until >= bindparam("now"),
    )
    .exists()
)
_OLDEST = (
    select(func.min(_EVENTS.c.next_attempt_date))
    .join_from(_EVENTS, _WEBHOOKS, _WEBHOOKS.c.id == _EVENTS.c.webhook_id)
    .where(
        LISTENS,
        _EVENTS.c.next_attempt_date.is_not(None),
        _EVENTS.c.next_attempt_date <= bindparam("now"),
        _EVENTS.c.lease_token.is_(None),
        ~_IS_SENT_TO,
    )
)
_FIRST_LEASE = select(func.min(_EVENTS.c.lease_until)).where(_EVENTS.c.lease_until.is_not(None))
_LAST_BEAT = select(func.count(), func.max(_WORKERS.c.beat_date))


@dataclass(frozen=True, slots=True)
class DeliveryHealth:
    """Since when the oldest due event waits for a worker and the oldest delivery runs; None for neither."""

    oldest_due: datetime | None
    oldest_in_flight: datetime | None
    workers: int
    last_beat: datetime | None
    checked_at: datetime

    @property
    def is_late(self) -> bool:
        """Whether something is due that nobody looks at."""
        return self.oldest_due is not None and self.checked_at - self.oldest_due > LATEST

    @property
    def is_stuck(self) -> bool:
        """Whether something is being sent for longer than anybody may hold a lease."""
        longest = LONGEST_IN_LEASES * settings().webhook_lease
        return self.oldest_in_flight is not None and self.checked_at - self.oldest_in_flight > longest


def delivery_health() -> DeliveryHealth:
    """How delivering goes, in three statements. Raises SQLAlchemyError when the database cannot be asked."""
    now = clock.now()
    oldest = db.session.execute(_OLDEST, {"now": now}).scalar()
    lease_until = db.session.execute(_FIRST_LEASE).scalar()
    workers, last_beat = db.session.execute(_LAST_BEAT).one()
    in_flight = None if lease_until is None else lease_until - settings().webhook_lease
    return DeliveryHealth(oldest, in_flight, workers, last_beat, now)
