"""Test sends: an event `ping` owed to one subscription, sent the way every other event is."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, select

from app import clock
from app.domain.errors import NotFound, Refused
from app.domain.webhooks import EventState, EventType
from app.extensions import db
from app.models.columns import table
from app.models.webhooks import IS_KEPT, LISTENS, Webhook, WebhookEvent
from app.services import audit, outbox, rows, wake
from app.services.unit_of_work import unit_of_work

_WEBHOOKS, _EVENTS = table(Webhook), table(WebhookEvent)
_LISTENING = select(LISTENS).where(_WEBHOOKS.c.id == bindparam("webhook_id"), IS_KEPT)


def send_ping(webhook_id: int) -> int:
    """Owe the subscription a `ping`, due now; the event's id.

    Raises NotFound, and Refused("webhook_off") while it is off: nothing would be sent.
    """
    with unit_of_work() as work:
        listens = db.session.execute(_LISTENING, {"webhook_id": webhook_id}).scalar_one_or_none()
        if listens is None:
            raise NotFound("webhook", webhook_id)
        if not listens:
            raise Refused("webhook_off")
        uuid, now = str(uuid4()), clock.now()
        event_id = rows.add(
            _EVENTS,
            {
                "uuid": uuid,
                "webhook_id": webhook_id,
                "event_type": EventType.PING.value,
                "request_payload": _body(uuid),
                "state": EventState.PENDING.value,
                "next_attempt_date": now,
                "created_date": now,
                "modified_date": now,
            },
        )
        work.after_commit(wake.deliveries)
        work.audit("webhook.pinged", "webhook", webhook_id, after={"event": uuid})
    return event_id


def _body(uuid: str) -> bytes:
    payload: dict[str, Any] = {"message": "A test from Stocktrace.", "sent_by": audit.actor().name}
    return outbox.body(EventType.PING, uuid, payload)
