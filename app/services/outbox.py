"""Events owed to webhooks: gathered by acts, stored with them in one transaction. Sends nothing.

What a payload tells is read at the end of the unit of work, so that it shows the record as it was committed.
Source: reliability.md, "Webhooks out".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import insert, select

from app import clock
from app.domain.states import RecordKind
from app.domain.webhooks import ANY_EVENT, EventState, EventType
from app.extensions import run
from app.models.columns import table
from app.models.states import ContentType
from app.models.webhooks import LISTENS, Webhook, WebhookEvent
from app.queries import event_payloads
from app.queries.event_payloads import Json, Subject

_WEBHOOKS = table(Webhook)
_LISTENING = select(_WEBHOOKS.c.id, _WEBHOOKS.c.event_type).where(LISTENS).order_by(_WEBHOOKS.c.id)
_KINDS = select(table(ContentType).c.id, table(ContentType).c.model)
_INSERT = insert(table(WebhookEvent))


@dataclass(frozen=True, slots=True)
class Announcement:
    """What happened to which record; `told` are payload fields beside the record: `from`, `to`, `reason`."""

    event_type: EventType
    kind: RecordKind
    record_id: int
    told: Mapping[str, Any] = field(default_factory=dict)


def store(announcements: Sequence[Announcement]) -> int:
    """Owe each announcement to everyone who listens to it, due now; how many events that makes."""
    owed = _owed(announcements)
    if not owed:
        return 0
    ids: dict[RecordKind, set[int]] = defaultdict(set)
    for one, _ in owed:
        ids[one.kind].add(one.record_id)
    subjects = {kind: event_payloads.subjects(kind, found) for kind, found in ids.items()}
    kinds = {model: kind_id for kind_id, model in run(_KINDS)}
    rows = [
        _row(one, subjects[one.kind][one.record_id], webhook_id, kinds[one.kind])
        for one, webhook_id in owed
        if one.record_id in subjects[one.kind]
    ]
    run(_INSERT, rows)
    return len(rows)


def _owed(announcements: Sequence[Announcement]) -> list[tuple[Announcement, int]]:
    """Each announcement with each webhook that listens to it."""
    listening: dict[str, list[int]] = defaultdict(list)
    for webhook_id, event_type in run(_LISTENING):
        listening[event_type].append(webhook_id)
    return [
        (one, webhook_id)
        for one in announcements
        for webhook_id in (*listening[ANY_EVENT], *listening[one.event_type])
    ]


def _row(one: Announcement, subject: Subject, webhook_id: int, kind_id: int) -> dict[str, Any]:
    uuid, now = str(uuid4()), clock.now()
    payload = {event_payloads.NAMES[one.kind]: subject.shown, **one.told}
    return {
        "uuid": uuid,
        "webhook_id": webhook_id,
        "event_type": one.event_type.value,
        "request_payload": body(one.event_type, uuid, payload),
        "content_type_id": kind_id,
        "object_id": one.record_id,
        "order_id": subject.order_id,
        "state": EventState.PENDING.value,
        "retry_count": 0,
        "next_attempt_date": now,
        "created_date": now,
        "modified_date": now,
    }


def body(event_type: EventType, uuid: str, payload: Json) -> bytes:
    """The bytes that every try to deliver the event sends."""
    return msgspec.json.encode({"event": {"type": event_type.value, "uuid": uuid}, "payload": payload})
