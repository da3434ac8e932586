"""The pages of events: the list with its filters, one with its attempts and contents as text, resending."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock, models
from app.domain.states import RecordKind
from app.domain.webhooks import AttemptOutcome, EventType
from app.extensions import db
from app.services import batch_runs, outbox
from app.services.unit_of_work import unit_of_work
from app.wording.webhooks import outcome_label
from tests import builders
from tests import outbox as owed
from tests.page_markup import Element
from tests.pages import PageClient
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOSTILE = b'{"note": "</code><script>alert(1)</script>", "<img src=x onerror=alert(2)>": "{{ 7 * 7 }}"}'


@pytest.fixture
def desk(app: Flask, db_session: object) -> PageClient:
    return PageClient(app, builders.a_user("ayse").session_key)


def part(page: Element, name: str) -> Element:
    (found,) = [one for one in page.with_attribute("id") if one.attributes["id"] == name]
    return found


def rows_of(page: Element) -> list[str]:
    return [one.text for body in page.find_all("tbody") for one in body.find_all("tr")]


def listed(desk: PageClient, **filters: Any) -> list[str]:
    return rows_of(desk.get(f"/webhooks/events/?{urlencode(filters)}"))


def an_order_event() -> tuple[models.Order, models.WebhookEvent]:
    """An event as the outbox owes it, of an order."""
    owed.a_webhook()
    order = builders.an_order()
    with unit_of_work():
        outbox.store([outbox.Announcement(EventType.ORDER_CREATED, RecordKind.ORDER, order.id)])
    return order, db.session.scalars(select(models.WebhookEvent)).one()


def test_the_list_can_be_narrowed_down_by_everything(desk: PageClient) -> None:
    hook, other = owed.a_webhook(), owed.a_webhook()
    order = builders.an_order(number="4711")
    owed.an_event(hook, order, state="pending", created_date=NOON)
    late = {"created_date": NOON + timedelta(days=2)}
    refused = owed.an_event(hook, state="undelivered", **late)
    owed.an_attempt(refused, NOON, status=404, outcome="rejected")
    lost = owed.an_event(other, state="retrying", **late)
    owed.an_attempt(lost, NOON, outcome="timed_out")
    filters: list[tuple[Mapping[str, object], int]] = [
        ({}, 3),
        ({"state": "undelivered"}, 1),
        ({"event_type": "ping"}, 2),
        ({"event_type": "order.created"}, 1),
        ({"status": "4xx"}, 1),
        ({"status": "none"}, 1),
        ({"order_number": "4711"}, 1),
        ({"order_number": "4712"}, 0),
        ({"webhook": other.id}, 1),
        ({"date_from": "2026-11-22"}, 2),
        ({"date_to": "2026-11-20"}, 1),
        ({"status": "9xx", "state": "gone", "webhook": "no"}, 3),
    ]
    for given, expected in filters:
        assert len(listed(desk, **given)) == expected, given
    assert "4711" in listed(desk, sort="created")[0]
    assert "404" in listed(desk, sort="-next")[-1]
    assert "Undelivered 1" in desk.get("/webhooks/events/?webhook=" + str(hook.id)).text
    assert "No event fits" in desk.get("/webhooks/events/?order_number=x").text
    assert "All events" not in desk.get_part("/webhooks/events/?state=pending").text


def test_an_empty_list_says_when_events_are_made(desk: PageClient) -> None:
    assert "as soon as something happens" in desk.get("/webhooks/events/").text


def test_the_list_takes_as_many_statements_however_long_it_is(app: Flask, desk: PageClient) -> None:
    def statements(path: str) -> int:
        with counted(app) as sent:
            desk.get(path)
        return len(sent)

    order = builders.an_order()
    owed.an_attempt(owed.an_event(None, order), NOON, status=500, outcome="rejected")
    paths = ("/webhooks/events/", f"/orders/{order.id}")
    few = [statements(path) for path in paths]
    for _ in range(12):
        owed.an_attempt(owed.an_event(None, order), NOON, status=500, outcome="rejected")
    assert [statements(path) for path in paths] == few
    assert few[0] <= 7


@pytest.mark.parametrize("outcome", list(AttemptOutcome))
def test_every_outcome_of_an_attempt_is_told_in_words(desk: PageClient, outcome: AttemptOutcome) -> None:
    event = owed.an_event(state="undelivered")
    owed.an_attempt(event, NOON, outcome=outcome.value, duration_ms=1_250)
    page = desk.get(f"/webhooks/events/{event.id}")
    assert outcome_label(outcome) in page.text
    assert "1.2 s" in page.text


def test_an_attempt_under_way_and_the_next_one_are_told(desk: PageClient) -> None:
    running = owed.an_event()
    owed.an_attempt(running, clock.now())
    assert "being sent" in desk.get(f"/webhooks/events/{running.id}").text
    waiting = owed.an_event(state="retrying", next_attempt_date=clock.now() + timedelta(minutes=30))
    assert "next attempt: in 30 minutes" in desk.get(f"/webhooks/events/{waiting.id}").text
    paused = owed.an_event(owed.a_webhook(is_active=False))
    assert "waits: webhook is off" in desk.get(f"/webhooks/events/{paused.id}").text


def test_hostile_contents_are_shown_as_text_only(desk: PageClient) -> None:
    body = b'{"event": {"type": "ping"}, "payload": ' + HOSTILE + b"}"
    event = owed.an_event(state="undelivered", request_payload=body)
    attempt = owed.an_attempt(event, NOON, status=500, outcome="rejected", content=HOSTILE)
    plain = owed.an_attempt(
        event, NOON, status=500, outcome="rejected", content=b"<b onclick=x>\x00\xff" + HOSTILE
    )
    path = f"/webhooks/events/{event.id}"
    for page in (
        desk.get(path),
        desk.get(f"{path}/attempts/{attempt.id}"),
        desk.get(f"{path}/attempts/{plain.id}"),
        desk.get_part(path),
        desk.get_part(f"{path}/attempts/{attempt.id}"),
    ):
        assert "<script>alert(1)</script>" in page.text
        assert "{{ 7 * 7 }}" in page.text
        assert "onerror" not in {name for one in page.walk() for name in one.attributes}
        sources = [one.attributes.get("src", "") for one in page.find_all("script")]
        assert all(source.startswith("/static/") for source in sources)
    assert "\\u0000" in desk.get(f"{path}/attempts/{plain.id}").text


def test_numbers_and_doubled_keys_stay_as_they_were_sent(desk: PageClient) -> None:
    event = owed.an_event(request_payload=b'{"price": 10.50, "price": 1e400, "big": 12345678901234567890123}')
    text = part(desk.get(f"/webhooks/events/{event.id}"), f"event-{event.id}-payload").text
    for word in ("10.50", "1e400", "12345678901234567890123"):
        assert word in text


def test_a_response_of_another_event_is_not_there(desk: PageClient) -> None:
    event, other = owed.an_event(), owed.an_event()
    attempt = owed.an_attempt(event, NOON, status=200, outcome="delivered", content=b"")
    desk.get(f"/webhooks/events/{other.id}/attempts/{attempt.id}", status=404)
    assert "no body" in desk.get(f"/webhooks/events/{event.id}/attempts/{attempt.id}").text
    for path in ("999999", "999999/live", "9" * 30):
        desk.get(f"/webhooks/events/{path}", status=404)


def test_a_payload_that_the_order_has_outgrown_says_how(desk: PageClient) -> None:
    order, event = an_order_event()
    path = f"/webhooks/events/{event.id}"
    assert "has changed since" not in desk.get(path).text
    with unit_of_work():
        changed = {"state": "450", "tracking_number": "TR-77", "modified_date": clock.now()}
        db.session.execute(update(models.Order).where(models.Order.id == order.id).values(changed))
    page = desk.get(path)
    assert "has changed since this payload was made: 2 differences" in page.text
    assert rows_of(page) == ['state "400" "450"', 'tracking_number null "TR-77"']


def test_resending_makes_an_event_due_now(desk: PageClient) -> None:
    event = owed.an_event(state="undelivered", retry_count=9)
    answer = desk.post(f"/webhooks/events/{event.id}/resend")
    page = desk.get(answer.headers["Location"])
    assert "It is sent now." in page.text
    assert "Pending" in page.text


@pytest.mark.parametrize(
    ("state", "is_active", "words"),
    [("delivered", True, "not sent twice"), ("undelivered", False, "webhook is off")],
)
def test_what_cannot_be_resent_offers_no_button_and_is_refused(
    desk: PageClient, state: str, is_active: bool, words: str
) -> None:
    event = owed.an_event(owed.a_webhook(is_active=is_active), state=state)
    path = f"/webhooks/events/{event.id}"
    assert "Send again" not in desk.get(path).text
    desk.post(f"{path}/resend")
    assert words in desk.get(path).text
    assert desk.post("/webhooks/events/999999/resend").status_code == 404


def test_htmx_gets_the_part_that_changed(desk: PageClient) -> None:
    event = owed.an_event(state="undelivered")
    answer = desk.client.post(
        f"/webhooks/events/{event.id}/resend",
        data={"csrf_token": desk.token()},
        headers={"HX-Request": "true"},
    )
    assert "It is sent now." in desk.looked_at(answer, "resend", is_part=True).text


def test_all_that_match_are_planned_then_resent(desk: PageClient) -> None:
    hook, off = owed.a_webhook(), owed.a_webhook(is_active=False)
    events = [owed.an_event(hook, state="undelivered") for _ in range(3)]
    refused = owed.an_event(off, state="undelivered")
    owed.an_event(hook, state="delivered")
    page = desk.get("/webhooks/events/?state=undelivered")
    assert "Resend the 4 that were not delivered" in page.text
    answer = desk.post("/webhooks/events/resend", state="undelivered")
    batch = answer.headers["Location"]
    page = desk.get(batch)
    assert "Resend webhook events (State: Undelivered)" in page.text
    assert [one.state for one in _stored()].count("undelivered") == 4, "nothing is done before it begins"
    desk.post(f"{batch}/start")
    batch_runs.run_batch(int(batch.rsplit("/", 1)[1]))
    states = {one.id: one.state for one in _stored() if one.state != "delivered"}
    assert states == {**dict.fromkeys([one.id for one in events], "pending"), refused.id: "undelivered"}
    assert "webhook is off" in desk.get(batch).text


def test_resending_all_of_nothing_is_refused(desk: PageClient) -> None:
    owed.an_event(state="delivered")
    assert "Resend the" not in desk.get("/webhooks/events/").text
    answer = desk.post("/webhooks/events/resend", state="delivered")
    assert answer.headers["Location"].endswith("/webhooks/events/?state=delivered")


def test_the_order_page_lists_its_events_and_tells_them_in_its_history(desk: PageClient) -> None:
    order = builders.an_order()
    event = owed.an_event(None, order, state="undelivered")
    owed.an_attempt(event, NOON, status=503, outcome="rejected")
    page = desk.get(f"/orders/{order.id}")
    for word in ("order.created", "Undelivered", "503", "1 attempt"):
        assert word in part(page, "events").text
    assert "Webhook order.created rejected by the receiver, 1 attempt" in part(page, "history").text
    assert "request_payload" not in page.text, "contents are loaded on demand"
    assert "Nobody was told" in desk.get(f"/orders/{builders.an_order().id}").text


def asks_again(element: Element) -> str:
    return element.attributes["hx-trigger"].split(",")[0]


def test_an_open_order_page_asks_while_something_is_due_and_then_stops(app: Flask, desk: PageClient) -> None:
    order = builders.an_order()
    event = owed.an_event(None, order)
    live = part(desk.get(f"/orders/{order.id}"), "order-events")
    assert asks_again(live) == "every 2s"
    path = f"/orders/{order.id}/events"
    seen = json.loads(live.attributes["hx-vals"])["seen"]
    with counted(app) as sent:
        answer = desk.client.get(f"{path}?seen={seen}", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert len(sent) <= 5
    owed.an_attempt(event, NOON, status=200, outcome="delivered")
    with unit_of_work():
        done = {"state": "delivered", "next_attempt_date": None}
        db.session.execute(update(models.WebhookEvent).values(done))
    changed = desk.get_part(f"{path}?seen={seen}")
    assert "Delivered" in part(changed, "order-events").text
    assert "Webhook order.created delivered, 1 attempt" in part(changed, "history-frame").text
    assert asks_again(part(changed, "order-events")) == "visibilitychange from:document"
    desk.get(path, status=404)


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"state": "retrying", "next_attempt_date": timedelta(hours=2)}, "every 15s"),
        ({"state": "retrying", "next_attempt_date": timedelta(seconds=5)}, "every 2s"),
        ({"state": "undelivered"}, "visibilitychange from:document"),
        ({"state": "pending", "off": True}, "visibilitychange from:document"),
    ],
)
def test_the_nearer_the_next_attempt_the_more_often_a_page_asks(
    desk: PageClient, fields: dict[str, Any], seconds: str
) -> None:
    webhook = owed.a_webhook(is_active=not fields.get("off"))
    given = {
        name: clock.now() + value if isinstance(value, timedelta) else value for name, value in fields.items()
    }
    given.pop("off", None)
    event = owed.an_event(webhook, **given)
    assert asks_again(part(desk.get(f"/webhooks/events/{event.id}"), f"event-{event.id}-live")) == seconds


def _stored() -> list[models.WebhookEvent]:
    db.session.rollback()
    return list(db.session.scalars(select(models.WebhookEvent).order_by(models.WebhookEvent.id)))
