"""Notifications owed to webhooks: those of an order, those that were given up, and sending one again."""

from __future__ import annotations

from typing import Any, Literal, cast
from uuid import UUID

from msgspec import Raw, Struct

from app.api.answers import instant, text
from app.api.choices import NO_CHOICE
from app.api.endpoints import DESK, endpoint
from app.api.paging import ListQuery, Page, page
from app.api.values import InstantText, Moment, RowId
from app.domain.access import Viewer
from app.domain.errors import Invalid
from app.domain.webhooks import EventState, EventType
from app.queries import webhook_events, webhooks
from app.queries.webhook_events import EventFilter, EventRow
from app.services import webhook_events as deliveries

_OF_ORDER = "/api/v1/oms/orders/<int:order_id>/webhook_events/"


class WebhookReference(Struct, frozen=True):
    """The subscription it is owed to."""

    id: int
    event_type: str
    target_url: str
    is_active: bool


class EventShape(Struct, frozen=True):
    """A notification and how its delivery went: `response_…` is of the last attempt that ended, times are
    seconds, `request_datetimes` are its attempts, the newest first."""

    id: int
    uuid: UUID
    webhook: WebhookReference
    event_type: EventType
    request_payload: dict[str, Any]
    response_content: str | None
    response_http_status: int | None
    response_time: float | None
    delivered: bool
    state: EventState
    request_datetimes: list[InstantText]
    retry_count: int
    next_attempt_date: InstantText | None
    content_type: int | None
    object_id: int | None
    created_date: InstantText
    modified_date: InstantText


class ShortEventShape(Struct, frozen=True):
    """A notification without what was sent and what came back."""

    id: int
    uuid: UUID
    webhook: WebhookReference
    event_type: EventType
    response_http_status: int | None
    response_time: float | None
    delivered: bool
    state: EventState
    request_datetimes: list[InstantText]
    retry_count: int
    next_attempt_date: InstantText | None
    content_type: int | None
    object_id: int | None
    created_date: InstantText
    modified_date: InstantText


class UndeliveredQuery(ListQuery, kw_only=True, frozen=True):
    """Which of those that were given up."""

    event_type: EventType | None = None
    webhook: RowId | None = None
    created_date__gte: Moment | None = None
    created_date__lte: Moment | None = None
    sort: Literal["created_date", "-created_date"] = "-created_date"


class Resending(Struct, frozen=True):
    """The `uuid` of the event to send again."""

    event: UUID


@endpoint("GET", _OF_ORDER, tag="webhooks", roles=DESK, query=ListQuery, answers=Page[EventShape])
def list_order_events(viewer: Viewer, order_id: int, query: ListQuery) -> Page[EventShape]:
    """What receivers were told of an order, newest first."""
    return _page(query, _of_order(order_id, viewer), _shape)


@endpoint(
    "GET", f"{_OF_ORDER}short/", tag="webhooks", roles=DESK, query=ListQuery, answers=Page[ShortEventShape]
)
def list_short_order_events(viewer: Viewer, order_id: int, query: ListQuery) -> Page[ShortEventShape]:
    """What receivers were told of an order, without contents."""
    return _page(query, _of_order(order_id, viewer), _short_shape)


@endpoint("GET", f"{_OF_ORDER}<int:event_id>/", tag="webhooks", roles=DESK, answers=EventShape)
def show_order_event(viewer: Viewer, order_id: int, event_id: int) -> EventShape:
    """One notification about an order."""
    webhook_events.check_order(order_id, viewer.location_ids)
    return _shape(webhook_events.find_event(event_id, order_id))


@endpoint(
    "GET",
    "/api/v1/oms/settings/undelivered_webhooks/",
    tag="webhooks",
    roles=DESK,
    query=UndeliveredQuery,
    answers=Page[EventShape],
)
def list_undelivered(viewer: Viewer, query: UndeliveredQuery) -> Page[EventShape]:
    """Notifications that were given up after their last try."""
    if query.webhook is not None and not webhooks.is_webhook(query.webhook):
        raise Invalid({"webhook": [NO_CHOICE]})
    wanted = EventFilter(
        state=EventState.UNDELIVERED,
        event_type=query.event_type,
        webhook_id=query.webhook,
        created_from=query.created_date__gte,
        created_to=query.created_date__lte,
    )
    return _page(query, wanted, _shape, newest_first=query.sort.startswith("-"))


@endpoint(
    "POST",
    "/api/v1/oms/oms_hook_events/resend-event/",
    tag="webhooks",
    roles=DESK,
    body=Resending,
    answers=ShortEventShape,
    errors=(404,),
)
def resend_event(viewer: Viewer, body: Resending) -> ShortEventShape:
    """Send a notification again: it is due now. One that was delivered is not sent twice."""
    event_id = deliveries.resend(str(body.event))
    return _short_shape(webhook_events.find_event(event_id, with_contents=False))


def _of_order(order_id: int, viewer: Viewer) -> EventFilter:
    webhook_events.check_order(order_id, viewer.location_ids)
    return EventFilter(order_id=order_id)


def _page(query: ListQuery, wanted: EventFilter, shape: Any, *, newest_first: bool = True) -> Page[Any]:
    return page(
        query,
        webhook_events.count_events(wanted),
        lambda offset, size: webhook_events.list_events(
            wanted, offset, size, with_contents=shape is _shape, newest_first=newest_first
        ),
        shape,
    )


def _shape(row: EventRow) -> EventShape:
    excerpt = row.response_excerpt
    return EventShape(
        request_payload=_as_sent(row.request_payload or b"{}"),
        response_content=None if excerpt is None else excerpt.decode("utf-8", "replace"),
        **_outline(row),
    )


def _short_shape(row: EventRow) -> ShortEventShape:
    return ShortEventShape(**_outline(row))


def _as_sent(payload: bytes) -> dict[str, Any]:
    """The JSON that was sent, byte for byte: it is put into the answer as it is."""
    return cast(dict[str, Any], Raw(payload))


def _outline(row: EventRow) -> dict[str, Any]:
    """What both shapes have."""
    return {
        "id": row.id,
        "uuid": UUID(row.uuid),
        "webhook": WebhookReference(
            row.webhook.id, row.webhook.event_type, row.webhook.target_url, row.webhook.is_active
        ),
        "event_type": row.event_type,
        "response_http_status": row.response_http_status,
        "response_time": None if row.duration_ms is None else row.duration_ms / 1000,
        "delivered": row.state == EventState.DELIVERED,
        "state": row.state,
        "request_datetimes": [text(started) for started in row.started_dates],
        "retry_count": row.retry_count,
        "next_attempt_date": instant(row.next_attempt_date),
        "content_type": row.content_type_id,
        "object_id": row.object_id,
        "created_date": text(row.created_date),
        "modified_date": text(row.modified_date),
    }
