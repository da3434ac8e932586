"""Which webhooks have an event due, and when the next one is: one statement, however many there are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from app.extensions import db
from app.models.columns import table
from app.models.webhooks import LISTENS, Webhook, WebhookEvent

_WEBHOOKS, _EVENTS = table(Webhook), table(WebhookEvent)
_FIRST = (
    select(func.min(_EVENTS.c.next_attempt_date))
    .where(
        _EVENTS.c.webhook_id == _WEBHOOKS.c.id,
        _EVENTS.c.next_attempt_date.is_not(None),
        _EVENTS.c.lease_token.is_(None),
    )
    .correlate(_WEBHOOKS)
    .scalar_subquery()
)
_NEXT = select(_WEBHOOKS.c.id, _FIRST).where(LISTENS).order_by(_WEBHOOKS.c.id)


def next_dates() -> dict[int, datetime]:
    """When each webhook that listens has its next event due that nobody is sending."""
    return {webhook_id: first for webhook_id, first in db.session.execute(_NEXT) if first is not None}
