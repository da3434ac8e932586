"""Whether an event still tells how things are: what of its record has changed since the payload was made."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, select

from app.domain.json_differences import JsonDifference, differences
from app.domain.states import RecordKind
from app.extensions import db
from app.models.columns import table
from app.models.states import ContentType
from app.queries import event_payloads
from app.queries.webhook_events import EventRow

_KINDS = table(ContentType)
_MODEL = select(_KINDS.c.model).where(_KINDS.c.id == bindparam("kind_id"))
# Moves with every change, and says nothing of its own.
_UNTOLD = "modified_date"


def changes_since(event: EventRow) -> list[JsonDifference]:
    """What the event's record says differently now, as the places of the payload; empty for none.

    The event is one with its contents. Nothing is said of a record that is gone, nor of a `ping`.
    """
    if event.content_type_id is None or event.object_id is None:
        return []
    kind = RecordKind(db.session.execute(_MODEL, {"kind_id": event.content_type_id}).scalar_one())
    name = event_payloads.NAMES.get(kind)
    subject = event_payloads.subjects(kind, [event.object_id]).get(event.object_id) if name else None
    told = _told(event.request_payload or b"", name or "")
    if subject is None or told is None:
        return []
    # Encoded as a payload is, so that both are made of the same kinds of values.
    now = msgspec.json.decode(msgspec.json.encode(subject.shown))
    return [one for one in differences(told, now) if one.path.rsplit(".", 1)[-1] != _UNTOLD]


def _told(body: bytes, name: str) -> object | None:
    """What the payload says of its record; None when it says nothing."""
    try:
        document = msgspec.json.decode(body)
        found: object = document["payload"][name]
    except (msgspec.DecodeError, KeyError, TypeError):
        return None
    return found
