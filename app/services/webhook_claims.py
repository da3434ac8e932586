"""Takes due events for sending, under a lease and a fresh token, each with an attempt that says "started".

Whoever holds the token may send and close the attempt; a lease that ran out is closed as "outcome unknown".
Sends nothing. Source: reliability.md, "Webhooks out".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, bindparam, insert, select, update

from app.config import settings
from app.extensions import run
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.webhooks import LISTENS, Webhook, WebhookAttempt, WebhookEvent
from app.services import delivery_clock
from app.services.unit_of_work import unit_of_work

_WEBHOOKS, _EVENTS, _ATTEMPTS = table(Webhook), table(WebhookEvent), table(WebhookAttempt)
_events = _EVENTS.c
_LISTENING = (
    select(
        _WEBHOOKS.c.id,
        _WEBHOOKS.c.target_url,
        _WEBHOOKS.c.secret,
        _WEBHOOKS.c.previous_secret,
        _WEBHOOKS.c.previous_secret_until,
        _WEBHOOKS.c.additional_headers,
    )
    .where(one_of(_WEBHOOKS.c.id, "ids"), LISTENS)
    .order_by(_WEBHOOKS.c.id)
)
# Several workers each find their own: rows that another one is taking are passed over.
_DUE = (
    select(_events.id, _events.uuid, _events.event_type, _events.request_payload)
    .where(
        _events.webhook_id == bindparam("webhook_id"),
        _events.next_attempt_date <= bindparam("now"),
        _events.lease_token.is_(None),
    )
    .order_by(_events.next_attempt_date, _events.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_TAKE = (
    update(_EVENTS)
    .where(one_of(_events.id, "ids"))
    .values(lease_token=bindparam("token"), lease_until=bindparam("until"), modified_date=bindparam("now"))
)
_START = insert(_ATTEMPTS)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a webhook sends to. Secrets and values of headers are still encrypted."""

    webhook_id: int
    target_url: str
    secret: str | None
    previous_secret: str | None
    """Signs too; None once its time is over."""
    headers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """One event to be sent now by whoever holds the token, until the lease ends."""

    event_id: int
    token: str
    uuid: str
    event_type: str
    body: bytes
    endpoint: Endpoint


def claim(wanted: Mapping[int, int]) -> list[Claim]:
    """Take so many due events of each webhook at most; those of one that is off stay where they are."""
    with unit_of_work():
        now = delivery_clock.now()
        token = str(uuid4())
        claims: list[Claim] = []
        for row in run(_LISTENING, {"ids": sorted(wanted)}).all():
            endpoint = _endpoint(row, now)
            keys = {"webhook_id": row.id, "now": now, "most": wanted[row.id]}
            for event_id, uuid, event_type, body in run(_DUE, keys):
                claims.append(Claim(event_id, token, uuid, event_type, body, endpoint))
        if claims:
            _take([one.event_id for one in claims], token, now)
        return claims


def _endpoint(row: Row[*tuple[Any, ...]], now: datetime) -> Endpoint:
    until = row.previous_secret_until
    previous = row.previous_secret if until is not None and now < until else None
    return Endpoint(row.id, row.target_url, row.secret, previous, row.additional_headers)


def _take(event_ids: Sequence[int], token: str, now: datetime) -> None:
    until = now + settings().webhook_lease
    run(_TAKE, {"ids": event_ids, "token": token, "until": until, "now": now})
    run(_START, [{"event_id": one, "lease_token": token, "started_date": now} for one in event_ids])
