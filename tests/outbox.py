"""Webhooks with events and attempts for tests, inserted as the outbox and the worker insert theirs."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from app import clock, models
from app.domain.webhooks import DUE_STATES
from app.extensions import db
from app.services import channel_secrets
from app.services.unit_of_work import unit_of_work
from tests.builders import a_number

TARGET = "https://receiver.example/hooks"


def _stored(row: Any) -> Any:
    with unit_of_work():
        db.session.add(row)
        db.session.flush()
        db.session.refresh(row)
        db.session.expunge(row)
    return row


def a_webhook(
    secret: str | None = None, headers: dict[str, str] | None = None, **fields: Any
) -> models.Webhook:
    """A subscription to everything at an address of its own, its secrets encrypted as they are stored."""
    if fields.get("is_active") is False:
        fields = {"disabled_reason": "paused", "disabled_date": clock.now(), **fields}
    sealed = channel_secrets.encrypted({"secret": secret}, {})["secret"]
    kept = {"secret": sealed, "additional_headers": channel_secrets.encrypted(headers or {}, {})}
    found = _stored(
        models.Webhook(**{"event_type": "*", "target_url": f"{TARGET}/{a_number()}", **kept, **fields})
    )
    assert isinstance(found, models.Webhook)
    return found


def an_event(
    webhook: models.Webhook | None = None,
    order: models.Order | None = None,
    *,
    state: str = "pending",
    **fields: Any,
) -> models.WebhookEvent:
    """A notification owed to the webhook, about the order where there is one; due now unless it is final."""
    webhook = webhook or a_webhook()
    uuid, kind = str(uuid4()), "order.created" if order is not None else "ping"
    payload = {"event": {"type": kind, "uuid": uuid}, "payload": {"number": order.number} if order else {}}
    about = (
        {"content_type_id": _kind_id("order"), "object_id": order.id, "order_id": order.id} if order else {}
    )
    due = {"next_attempt_date": clock.now()} if state in DUE_STATES else {}
    values = {"uuid": uuid, "event_type": kind, "request_payload": _bytes(payload), **about, **due, **fields}
    found = _stored(models.WebhookEvent(webhook_id=webhook.id, state=state, **values))
    assert isinstance(found, models.WebhookEvent)
    return found


def an_attempt(
    event: models.WebhookEvent,
    started: datetime | None = None,
    *,
    status: int | None = None,
    content: bytes | None = None,
    outcome: str | None = None,
    duration_ms: int = 120,
) -> models.WebhookAttempt:
    """A try to deliver the event; open unless it has an outcome. The event learns the status."""
    started = started or clock.now()
    row = models.WebhookAttempt(event_id=event.id, lease_token=str(uuid4()), started_date=started)
    if outcome is not None:
        row.finished_date = started + timedelta(milliseconds=duration_ms)
        row.outcome, row.duration_ms = outcome, duration_ms
        row.response_http_status, row.response_excerpt = status, content
        with unit_of_work():
            kept = db.session.get_one(models.WebhookEvent, event.id)
            kept.response_http_status = status
    found = _stored(row)
    assert isinstance(found, models.WebhookAttempt)
    return found


def _bytes(payload: Any) -> bytes:
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()


def _kind_id(model: str) -> int:
    found = db.session.scalar(select(models.ContentType.id).where(models.ContentType.model == model))
    assert found is not None
    return found
