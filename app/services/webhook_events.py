"""Events owed to webhooks: made due again by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from app import clock
from app.domain.errors import NotFound, Refused
from app.domain.webhooks import EventState, can_resend, state_after_resend
from app.extensions import db
from app.models.columns import table
from app.models.webhooks import LISTENS, Webhook, WebhookEvent
from app.services import rows
from app.services.unit_of_work import unit_of_work

_EVENTS, _WEBHOOKS = table(WebhookEvent), table(Webhook)
_LOCKED = (
    select(
        _EVENTS.c.id,
        _EVENTS.c.state,
        _EVENTS.c.retry_count,
        _EVENTS.c.next_attempt_date,
        LISTENS.label("listens"),
    )
    .join(_WEBHOOKS, _WEBHOOKS.c.id == _EVENTS.c.webhook_id)
    .where(_EVENTS.c.uuid == bindparam("uuid"))
    .with_for_update(of=_EVENTS, key_share=True)
)


def resend(uuid: str) -> int:
    """Make an event due now; its id. One that was given up begins its schedule anew.

    One that is due already stays as it is. `uuid` is written with dashes, in lower case. Raises NotFound,
    Refused("event_delivered") for one that arrived, and Refused("webhook_off") when nobody would send it.
    """
    with unit_of_work() as work:
        event = db.session.execute(_LOCKED, {"uuid": uuid}).one_or_none()
        if event is None:
            raise NotFound("webhook event", uuid)
        if not can_resend(event.state):
            raise Refused("event_delivered")
        if not event.listens:
            raise Refused("webhook_off")
        now = clock.now()
        if event.next_attempt_date is None or event.next_attempt_date > now:
            values = _due(event, now)
            rows.change(_EVENTS, event.id, {**values, "modified_date": now})
            before = {"state": event.state, "retry_count": event.retry_count}
            after = {name: values.get(name, before[name]) for name in before}
            work.audit("webhook_event.resent", "webhook_event", event.id, before, after)
        found: int = event.id
    return found


def _due(event: Row[Any], now: datetime) -> dict[str, Any]:
    state = state_after_resend(event.state)
    begins_anew = event.state == EventState.UNDELIVERED
    return {
        "state": state.value,
        "retry_count": 0 if begins_anew else event.retry_count,
        "next_attempt_date": now,
    }
