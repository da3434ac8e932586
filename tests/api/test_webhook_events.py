"""Events of an order through the API, those that were given up, and sending one again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from flask import Flask

from app import clock, models
from app.api.paging import Page
from app.api.webhook_events import EventShape, ShortEventShape
from tests import builders, outbox
from tests.api.client import ApiClient
from tests.statements import counted

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
UNDELIVERED = "/api/v1/oms/settings/undelivered_webhooks/"
RESEND = "/api/v1/oms/oms_hook_events/resend-event/"
CONTENTS = ["request_payload", "response_content"]
FIELDS = [
    "id",
    "uuid",
    "webhook",
    "event_type",
    *CONTENTS,
    "response_http_status",
    "response_time",
    "delivered",
    "state",
    "request_datetimes",
    "retry_count",
    "next_attempt_date",
    "content_type",
    "object_id",
    "created_date",
    "modified_date",
]


@pytest.fixture
def script(app: Flask) -> ApiClient:
    return ApiClient(app)


def of(order: models.Order) -> str:
    return f"/api/v1/oms/orders/{order.id}/webhook_events/"


def a_retried_event(order: models.Order) -> models.WebhookEvent:
    """Two tries failed, the third is on its way."""
    with clock.at(NOON):
        event = outbox.an_event(
            order=order, state="retrying", retry_count=2, next_attempt_date=NOON + timedelta(minutes=30)
        )
        outbox.an_attempt(event, NOON, outcome="unreachable", duration_ms=15_000)
        later = NOON + timedelta(seconds=5)
        outbox.an_attempt(event, later, outcome="rejected", status=503, content=b"busy \xff", duration_ms=231)
        outbox.an_attempt(event, NOON + timedelta(minutes=5))
    return event


def test_an_event_tells_what_was_sent_and_what_came_back(app: Flask, script: ApiClient) -> None:
    with app.app_context():
        order = builders.an_order(number="Şişli 1")
        event = a_retried_event(order)
    found = script.get(f"{of(order)}{event.id}/")
    webhook = found["webhook"]
    assert list(found) == FIELDS
    assert list(webhook) == ["id", "event_type", "target_url", "is_active"]
    assert found == {
        "id": event.id,
        "uuid": event.uuid,
        "webhook": {**webhook, "id": event.webhook_id, "event_type": "*", "is_active": True},
        "event_type": "order.created",
        "request_payload": {
            "event": {"type": "order.created", "uuid": event.uuid},
            "payload": {"number": "Şişli 1"},
        },
        "response_content": "busy \ufffd",
        "response_http_status": 503,
        "response_time": 0.231,
        "delivered": False,
        "state": "retrying",
        "request_datetimes": [
            "2026-03-01T12:05:00.000000Z",
            "2026-03-01T12:00:05.000000Z",
            "2026-03-01T12:00:00.000000Z",
        ],
        "retry_count": 2,
        "next_attempt_date": "2026-03-01T12:30:00.000000Z",
        "content_type": found["content_type"],
        "object_id": order.id,
        "created_date": "2026-03-01T12:00:00.000000Z",
        "modified_date": found["modified_date"],
    }
    kinds = script.get("/api/v1/content_types/", model="order")["results"]
    assert found["content_type"] == kinds[0]["id"]


def test_what_was_sent_is_shown_byte_for_byte(app: Flask, script: ApiClient) -> None:
    payload = b'{"event":{"type":"ping"},"payload":{"b":1.50,"a":"\xc4\xb1"}}'
    with app.app_context():
        order = builders.an_order()
        event = outbox.an_event(order=order, request_payload=payload)
    assert payload in script.ask("GET", f"{of(order)}{event.id}/").data


def test_the_events_of_an_order_come_newest_first_and_short_without_contents(
    app: Flask, script: ApiClient
) -> None:
    with app.app_context():
        order = builders.an_order()
        outbox.an_event(order=builders.an_order())
        with clock.at(NOON - timedelta(days=1)):
            oldest = outbox.an_event(order=order, state="delivered")
        events = [a_retried_event(order), outbox.an_event(order=order)]
    ids = [events[1].id, events[0].id, oldest.id]
    whole, short = script.get(of(order)), script.get(of(order) + "short/")
    assert [one["id"] for one in whole["results"]] == [one["id"] for one in short["results"]] == ids
    assert whole["count"] == short["count"] == 3
    for long, brief in zip(whole["results"], short["results"], strict=True):
        assert list(brief) == [name for name in FIELDS if name not in CONTENTS]
        assert brief == {name: value for name, value in long.items() if name not in CONTENTS}
    assert whole["results"][2]["delivered"] is True
    assert script.get(of(order), limit=2, page=2)["results"] == whole["results"][2:]


def test_an_event_without_attempts_has_nothing_that_came_back(app: Flask, script: ApiClient) -> None:
    with app.app_context():
        order = builders.an_order()
        outbox.an_event(order=order)
    [found] = script.get(of(order))["results"]
    for name in ("response_content", "response_http_status", "response_time"):
        assert found[name] is None
    assert found["request_datetimes"] == []


def test_the_answers_have_the_documented_shapes(app: Flask, script: ApiClient) -> None:
    with app.app_context():
        order = builders.an_order()
        event = a_retried_event(order)
        outbox.an_event(state="undelivered")
    cases: list[tuple[str, Any]] = [
        (of(order), Page[EventShape]),
        (of(order) + "short/", Page[ShortEventShape]),
        (f"{of(order)}{event.id}/", EventShape),
        (UNDELIVERED, Page[EventShape]),
    ]
    for path, shape in cases:
        assert msgspec.json.decode(script.ask("GET", path).data, type=shape, strict=True)


def test_an_event_is_found_under_its_own_order_only(app: Flask, script: ApiClient) -> None:
    with app.app_context():
        order, other = builders.an_order(), builders.an_order()
        event = outbox.an_event(order=order)
        ping = outbox.an_event()
    for path in (f"{of(other)}{event.id}/", f"{of(order)}{ping.id}/", f"{of(order)}999999/"):
        assert script.get(path, 404) == {"detail": "Not found."}
    for path in ("", "short/", f"{event.id}/"):
        assert script.get(f"/api/v1/oms/orders/999999/webhook_events/{path}", 404)
    assert script.get(of(other)) == {"count": 0, "next": None, "previous": None, "results": []}


def test_a_list_takes_the_same_statements_for_any_number_of_rows(app: Flask, script: ApiClient) -> None:
    with app.app_context():
        order = builders.an_order()
        a_retried_event(order)
    script.get(of(order))
    sent_for = []
    for _ in range(2):
        with counted(app) as sent:
            script.get(of(order), limit=200)
        sent_for.append(len(sent))
        with app.app_context():
            for _ in range(5):
                a_retried_event(order)
    assert sent_for == [6, 6], "the token, the order, the count, events, attempts, contents"


def undelivered(script: ApiClient, **query: Any) -> list[int]:
    return [one["id"] for one in script.get(UNDELIVERED, **query)["results"]]


def test_what_was_given_up_is_listed_newest_first(app: Flask, script: ApiClient) -> None:
    with app.app_context():
        order, webhook = builders.an_order(), outbox.a_webhook()
        events = []
        for day in range(3):
            with clock.at(NOON + timedelta(days=day)):
                events.append(
                    outbox.an_event(webhook if day else None, order if day < 2 else None, state="undelivered")
                )
        for state in ("pending", "retrying", "delivered"):
            outbox.an_event(webhook, state=state)
    first, second, third = (event.id for event in events)
    assert undelivered(script) == [third, second, first]
    assert undelivered(script, sort="created_date") == [first, second, third]
    assert undelivered(script, event_type="order.created") == [second, first]
    assert undelivered(script, webhook=webhook.id) == [third, second]
    assert undelivered(script, created_date__gte="2026-03-02T12:00:00Z") == [third, second]
    assert undelivered(script, created_date__lte="2026-03-02T12:00:00Z") == [second, first]


@pytest.mark.parametrize(
    "query", [{"event_type": "*"}, {"webhook": 999_999}, {"webhook": "x"}, {"created_date__gte": "soon"}]
)
def test_a_filter_that_makes_no_sense_is_refused(script: ApiClient, query: dict[str, Any]) -> None:
    assert list(script.get(UNDELIVERED, 400, **query)) == list(query)


def test_a_resent_event_is_due_and_answered_short(app: Flask, script: ApiClient) -> None:
    with app.app_context():
        event = outbox.an_event(order=builders.an_order(), state="undelivered", retry_count=9)
    found = script.post(RESEND, {"event": event.uuid})
    assert list(found) == [name for name in FIELDS if name not in CONTENTS]
    assert (found["id"], found["state"], found["retry_count"]) == (event.id, "pending", 0)
    assert found["next_attempt_date"] is not None
    assert undelivered(script) == []
    assert script.post(RESEND, {"event": event.uuid.upper().replace("-", "")})["id"] == event.id


def test_what_cannot_be_resent_says_why(app: Flask, script: ApiClient) -> None:
    with app.app_context():
        arrived = outbox.an_event(state="delivered")
        off = outbox.an_event(outbox.a_webhook(is_active=False), state="undelivered")
    assert "was delivered" in script.post(RESEND, {"event": arrived.uuid}, 400)["detail"]
    assert "is off" in script.post(RESEND, {"event": off.uuid}, 400)["detail"]
    assert script.post(RESEND, {"event": str(uuid4())}, 404) == {"detail": "Not found."}
    assert list(script.post(RESEND, {"event": "first"}, 400)) == ["event"]
    assert script.post(RESEND, {}, 400) == {"event": ["This field is required."]}


def test_store_managers_see_no_events_not_even_of_their_orders(app: Flask) -> None:
    with app.app_context():
        location = builders.a_location()
        order = builders.an_order()
        builders.a_package(order, location)
        event = outbox.an_event(order=order, state="undelivered")
    manager = ApiClient(app, role="store_manager", locations=[location])
    for path in (of(order), of(order) + "short/", f"{of(order)}{event.id}/", UNDELIVERED):
        assert manager.get(path, 403)
    assert manager.post(RESEND, {"event": event.uuid}, 403)
    assert ApiClient(app, scope="read").post(RESEND, {"event": event.uuid}, 403)
    assert ApiClient(app, role="administrator").post(RESEND, {"event": event.uuid})
