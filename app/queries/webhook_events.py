"""Events owed to webhooks with what became of their deliveries: of an order, and those that were given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, null, select

from app.domain.errors import NotFound
from app.domain.webhooks import EventState
from app.extensions import db
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.orders import Order
from app.models.webhooks import Webhook, WebhookAttempt, WebhookEvent
from app.queries import visibility
from app.queries.filters import equal_to
from app.queries.visibility import Own

_EVENTS, _WEBHOOKS, _ATTEMPTS = table(WebhookEvent), table(Webhook), table(WebhookAttempt)
_events, _attempts = _EVENTS.c, _ATTEMPTS.c
# Newest first: of the attempts of an event, the later begun has the higher number.
_ATTEMPTS_OF = (
    select(
        _attempts.id,
        _attempts.event_id,
        _attempts.started_date,
        _attempts.finished_date,
        _attempts.duration_ms,
    )
    .where(one_of(_attempts.event_id, "event_ids"))
    .order_by(_attempts.event_id, _attempts.id.desc())
)
_EXCERPTS = select(_attempts.id, _attempts.response_excerpt).where(one_of(_attempts.id, "attempt_ids"))


@dataclass(frozen=True, slots=True)
class WebhookOfEvent:
    """The subscription that an event is owed to."""

    id: int
    event_type: str
    target_url: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event. `started_dates` are those of its attempts, newest first; what came back is of the last that
    ended. Without contents, `request_payload` and `response_excerpt` are None."""

    id: int
    uuid: str
    webhook: WebhookOfEvent
    event_type: str
    request_payload: bytes | None
    response_http_status: int | None
    state: str
    retry_count: int
    next_attempt_date: datetime | None
    content_type_id: int | None
    object_id: int | None
    created_date: datetime
    modified_date: datetime
    started_dates: tuple[datetime, ...] = ()
    duration_ms: int | None = None
    response_excerpt: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events; None means any. Both dates are included."""

    order_id: int | None = None
    state: EventState | None = None
    event_type: str | None = None
    webhook_id: int | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


def check_order(order_id: int, own: Own = None) -> None:
    """Raises NotFound when there is no order of that id, or none that may be seen."""
    wanted = select(Order.id).where(Order.id == order_id, *visibility.orders(own))
    if db.session.execute(wanted).first() is None:
        raise NotFound("order", order_id)


def count_events(wanted: EventFilter) -> int:
    """How many events are wanted."""
    counting = select(func.count()).select_from(_EVENTS).where(*_conditions(wanted))
    return db.session.execute(counting).scalar_one()


def list_events(
    wanted: EventFilter, offset: int, limit: int, *, with_contents: bool, newest_first: bool = True
) -> list[EventRow]:
    """The events that are wanted by their date, in at most three statements."""
    dates = (_events.created_date, _events.id)
    order = [column.desc() for column in dates] if newest_first else dates
    statement = _columns(with_contents).where(*_conditions(wanted)).order_by(*order)
    return _with_attempts(_rows(statement.offset(offset).limit(limit)), with_contents)


def find_event(event_id: int, order_id: int | None = None, *, with_contents: bool = True) -> EventRow:
    """The event of that id, and of that order where one is named. Raises NotFound."""
    conditions = [_events.id == event_id, *_conditions(EventFilter(order_id=order_id))]
    found = _with_attempts(_rows(_columns(with_contents).where(*conditions)), with_contents)
    if not found:
        raise NotFound("webhook event", event_id)
    return found[0]


def _columns(with_contents: bool) -> Select[*tuple[Any, ...]]:
    payload: ColumnElement[Any] = _events.request_payload if with_contents else null()
    return select(
        _WEBHOOKS.c.id,
        _WEBHOOKS.c.event_type,
        _WEBHOOKS.c.target_url,
        _WEBHOOKS.c.is_active,
        _events.id,
        _events.uuid,
        _events.event_type,
        payload,
        _events.response_http_status,
        _events.state,
        _events.retry_count,
        _events.next_attempt_date,
        _events.content_type_id,
        _events.object_id,
        _events.created_date,
        _events.modified_date,
    ).join(_WEBHOOKS, _WEBHOOKS.c.id == _events.webhook_id)


def _rows(statement: Select[*tuple[Any, ...]]) -> list[EventRow]:
    return [_row(*found) for found in db.session.execute(statement)]


def _row(webhook_id: int, listens_to: str, target_url: str, is_active: bool, *event: Any) -> EventRow:
    number, uuid, *rest = event
    return EventRow(number, uuid, WebhookOfEvent(webhook_id, listens_to, target_url, is_active), *rest)


def _with_attempts(found: Sequence[EventRow], with_contents: bool) -> list[EventRow]:
    """The events with the dates of their attempts, and with what the last one that ended brought back."""
    if not found:
        return []
    attempts = db.session.execute(_ATTEMPTS_OF, {"event_ids": [event.id for event in found]}).all()
    started: dict[int, list[datetime]] = {}
    last: dict[int, Any] = {}
    for attempt in attempts:
        started.setdefault(attempt.event_id, []).append(attempt.started_date)
        if attempt.finished_date is not None:
            last.setdefault(attempt.event_id, attempt)
    excerpts = _excerpts([one.id for one in last.values()]) if with_contents else {}
    return [
        replace(
            event,
            started_dates=tuple(started.get(event.id, ())),
            duration_ms=last[event.id].duration_ms if event.id in last else None,
            response_excerpt=excerpts.get(last[event.id].id) if event.id in last else None,
        )
        for event in found
    ]


def _excerpts(attempt_ids: Sequence[int]) -> dict[int, bytes | None]:
    return {
        row.id: row.response_excerpt for row in db.session.execute(_EXCERPTS, {"attempt_ids": attempt_ids})
    }


def _conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    found = equal_to(
        {
            _events.order_id: wanted.order_id,
            _events.state: wanted.state,
            _events.event_type: wanted.event_type,
            _events.webhook_id: wanted.webhook_id,
        }
    )
    if wanted.created_from is not None:
        found.append(_events.created_date >= wanted.created_from)
    if wanted.created_to is not None:
        found.append(_events.created_date <= wanted.created_to)
    return found
