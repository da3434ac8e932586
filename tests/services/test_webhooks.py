"""Subscriptions and their events as services keep them: secrets, rotation, races, resending, audit."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock, models
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.redaction import MASK
from app.domain.webhooks import SECRETS_OVERLAP
from app.extensions import db
from app.services import channel_secrets, webhook_events, webhooks
from app.services.webhooks import WebhookFields
from tests import builders, outbox

pytestmark = pytest.mark.usefixtures("db_session")

TARGET = "https://receiver.example/hooks"
SECRET, NEWER, KEY = "opensesame-1", "opensesame-2", "Bearer canary-7"


def a_subscription(**fields: Any) -> int:
    values: dict[str, Any] = {"event_type": "order.created", "target_url": TARGET, **fields}
    return webhooks.create_webhook(WebhookFields(**values))


def stored(webhook_id: int) -> models.Webhook:
    db.session.expire_all()
    return db.session.get_one(models.Webhook, webhook_id)


def in_plain(value: str | None) -> Any:
    return channel_secrets.decrypted({"secret": value})["secret"]


def entries(action: str) -> list[models.AuditEntry]:
    wanted = (
        select(models.AuditEntry).where(models.AuditEntry.action == action).order_by(models.AuditEntry.id)
    )
    return list(db.session.scalars(wanted))


def test_a_new_subscription_is_kept_with_its_secrets_encrypted() -> None:
    schedule = {"choice": "fixed", "kwargs": {"seconds": 30}}
    found = stored(
        a_subscription(
            secret_key=SECRET, additional_headers={"Authorization": KEY}, retry_countdown_config=schedule
        )
    )
    assert (found.event_type, found.target_url, found.is_active) == ("order.created", TARGET, True)
    assert found.retry_countdown_config == schedule
    assert found.secret is not None and SECRET not in found.secret
    assert in_plain(found.secret) == SECRET
    assert KEY not in str(found.additional_headers)
    assert channel_secrets.decrypted(found.additional_headers) == {"Authorization": KEY}
    assert found.previous_secret is None


def test_the_audit_log_tells_what_changed_and_no_secret() -> None:
    webhook_id = a_subscription(secret_key=SECRET, additional_headers={"Authorization": KEY})
    webhooks.change_webhook(webhook_id, {"secret_key": NEWER, "is_active": False})
    webhooks.delete_webhook(webhook_id)
    [created], [changed], [deleted] = (entries(f"webhook.{act}") for act in ("created", "changed", "deleted"))
    assert created.before is None
    assert created.after["secret"] == created.after["additional_headers"]["Authorization"] == MASK
    assert created.after["target_url"] == TARGET
    assert changed.before == {"secret": MASK, "is_active": True, "disabled_reason": None}
    assert changed.after == {"secret": MASK, "is_active": False, "disabled_reason": "paused"}
    assert deleted.before["event_type"] == "order.created"
    for entry in (created, changed, deleted):
        assert entry.object_id == str(webhook_id)
        text = f"{entry.before}{entry.after}"
        assert not [one for one in (SECRET, NEWER, KEY, "encrypted:") if one in text]


def test_a_replaced_secret_signs_for_another_day() -> None:
    webhook_id = a_subscription(secret_key=SECRET)
    begun = clock.now()
    with clock.at(begun):
        webhooks.change_webhook(webhook_id, {"secret_key": NEWER})
    found = stored(webhook_id)
    assert (in_plain(found.secret), in_plain(found.previous_secret)) == (NEWER, SECRET)
    assert found.previous_secret_until == begun + SECRETS_OVERLAP
    assert timedelta(hours=24) == SECRETS_OVERLAP


@pytest.mark.parametrize("same", [SECRET, MASK])
def test_the_same_secret_or_its_mask_changes_nothing(same: str) -> None:
    webhook_id = a_subscription(secret_key=SECRET)
    before = stored(webhook_id).modified_date
    webhooks.change_webhook(webhook_id, {"secret_key": same, "is_active": True, "target_url": TARGET})
    found = stored(webhook_id)
    assert in_plain(found.secret) == SECRET
    assert found.previous_secret is None
    assert found.modified_date == before
    assert entries("webhook.changed") == []


def test_a_secret_taken_away_is_gone_at_once() -> None:
    webhook_id = a_subscription(secret_key=SECRET)
    webhooks.change_webhook(webhook_id, {"secret_key": NEWER})
    webhooks.change_webhook(webhook_id, {"secret_key": None})
    found = stored(webhook_id)
    assert found.secret is found.previous_secret is found.previous_secret_until is None


def test_a_first_secret_has_none_before_it() -> None:
    webhook_id = a_subscription()
    webhooks.change_webhook(webhook_id, {"secret_key": SECRET})
    assert stored(webhook_id).previous_secret is None


def test_headers_are_replaced_and_a_mask_keeps_its_value() -> None:
    webhook_id = a_subscription(additional_headers={"X-Key": KEY, "X-Old": "1"})
    webhooks.change_webhook(webhook_id, {"additional_headers": {"X-Key": MASK, "X-New": "2"}})
    found = stored(webhook_id).additional_headers
    assert channel_secrets.decrypted(found) == {"X-Key": KEY, "X-New": "2"}


def test_a_schedule_can_be_taken_back() -> None:
    webhook_id = a_subscription(retry_countdown_config={"choice": "fixed", "kwargs": {"seconds": 30}})
    webhooks.change_webhook(webhook_id, {"retry_countdown_config": None})
    assert stored(webhook_id).retry_countdown_config is None


def test_what_is_paused_says_since_when_and_begins_without_a_past_again() -> None:
    webhook_id = a_subscription(is_active=False)
    found = stored(webhook_id)
    assert (found.is_active, found.disabled_reason) == (False, "paused")
    assert found.disabled_date is not None
    webhooks.change_webhook(webhook_id, {"is_active": True})
    found = stored(webhook_id)
    assert found.is_active
    assert found.disabled_reason is found.disabled_date is found.failing_since is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"event_type": "order.deleted"}, "event_type"),
        ({"target_url": "ftp://receiver.example"}, "target_url"),
        ({"secret_key": ""}, "secret_key"),
        ({"secret_key": MASK}, "secret_key"),
        ({"secret_key": "encrypted:abc"}, "secret_key"),
        ({"retry_countdown_config": {}}, "retry_countdown_config"),
        ({"additional_headers": {"Host": "other"}}, "additional_headers"),
        ({"additional_headers": {"X-Key": MASK}}, "additional_headers"),
        ({"additional_headers": {"X-Key": "encrypted:abc"}}, "additional_headers"),
    ],
)
def test_what_cannot_be_used_is_refused_by_field_and_not_stored(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        a_subscription(**fields)
    assert list(refused.value.errors) == [field]
    assert db.session.scalar(select(func.count()).select_from(models.Webhook)) == 0
    webhook_id = a_subscription()
    with pytest.raises(Invalid):
        webhooks.change_webhook(webhook_id, WebhookFields(**fields))  # type: ignore[typeddict-item]
    assert entries("webhook.changed") == []


def test_event_type_and_address_are_needed() -> None:
    with pytest.raises(Invalid) as refused:
        webhooks.create_webhook({})
    assert refused.value.errors == {"event_type": ["is missing"], "target_url": ["is missing"]}


def test_an_event_type_goes_to_an_address_once() -> None:
    first = a_subscription()
    other = a_subscription(event_type="*")
    for act in (a_subscription, lambda: webhooks.change_webhook(other, {"event_type": "order.created"})):
        with pytest.raises(Refused, match="webhook_registered"):
            act()
    assert stored(other).event_type == "*"
    webhooks.delete_webhook(first)
    assert a_subscription() != first


def test_of_many_who_register_the_same_at_once_one_succeeds(app: Flask) -> None:
    outcomes: list[str] = []

    def register() -> None:
        with app.app_context():
            try:
                a_subscription()
                outcomes.append("registered")
            except Refused as refusal:
                outcomes.append(refusal.code)

    threads = [threading.Thread(target=register) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["registered", *["webhook_registered"] * 3]


def test_a_deleted_subscription_keeps_its_history_and_no_secret() -> None:
    webhook = outbox.a_webhook(secret=SECRET, headers={"X-Key": KEY})
    states = ("pending", "retrying", "delivered", "undelivered")
    events = [outbox.an_event(webhook, state=state).id for state in states]
    other = outbox.an_event()
    leased = outbox.an_event(webhook, lease_token="t", lease_until=clock.now())
    webhooks.delete_webhook(webhook.id)
    found = stored(webhook.id)
    assert found.deleted_date is not None and not found.is_active
    assert found.secret is None and found.additional_headers == {}
    after = [db.session.get_one(models.WebhookEvent, one) for one in (*events, leased.id)]
    assert [one.state for one in after] == ["undelivered", "undelivered", "delivered", *["undelivered"] * 2]
    assert {one.next_attempt_date for one in after} == {None}
    assert after[-1].lease_token == "t", "what is being sent keeps its result"
    assert db.session.get_one(models.WebhookEvent, other.id).state == "pending"


def test_what_is_not_there_can_neither_be_changed_nor_deleted() -> None:
    gone = a_subscription()
    webhooks.delete_webhook(gone)
    for webhook_id in (gone, 10**9):
        with pytest.raises(NotFound):
            webhooks.change_webhook(webhook_id, {"is_active": True})
        with pytest.raises(NotFound):
            webhooks.delete_webhook(webhook_id)


def event_of(event_id: int) -> models.WebhookEvent:
    db.session.expire_all()
    return db.session.get_one(models.WebhookEvent, event_id)


def test_an_event_that_was_given_up_begins_anew_when_it_is_resent() -> None:
    event = outbox.an_event(state="undelivered", retry_count=9)
    now = clock.now()
    with clock.at(now):
        assert webhook_events.resend(event.uuid) == event.id
    found = event_of(event.id)
    assert (found.state, found.retry_count, found.next_attempt_date) == ("pending", 0, now)
    [entry] = entries("webhook_event.resent")
    assert entry.object_id == str(event.id)
    assert (entry.before, entry.after) == (
        {"state": "undelivered", "retry_count": 9},
        {"state": "pending", "retry_count": 0},
    )


def test_an_event_that_waits_for_its_next_try_is_due_now_when_it_is_resent() -> None:
    later = clock.now() + timedelta(hours=5)
    event = outbox.an_event(state="retrying", retry_count=4, next_attempt_date=later)
    now = clock.now()
    with clock.at(now):
        webhook_events.resend(event.uuid)
    found = event_of(event.id)
    assert (found.state, found.retry_count, found.next_attempt_date) == ("retrying", 4, now)


def test_an_event_that_is_due_already_stays_as_it_is() -> None:
    event = outbox.an_event(next_attempt_date=clock.now() - timedelta(seconds=5))
    assert webhook_events.resend(event.uuid) == event.id
    assert event_of(event.id).next_attempt_date == event.next_attempt_date
    assert entries("webhook_event.resent") == []


def test_what_arrived_or_would_not_be_sent_is_not_resent() -> None:
    off, gone = outbox.a_webhook(is_active=False), outbox.a_webhook()
    waiting = outbox.an_event(gone, state="undelivered")
    webhooks.delete_webhook(gone.id)
    cases = {
        "event_delivered": [outbox.an_event(state="delivered")],
        "webhook_off": [outbox.an_event(off, state="undelivered"), waiting],
    }
    for code, events in cases.items():
        for event in events:
            with pytest.raises(Refused, match=code):
                webhook_events.resend(event.uuid)
            assert event_of(event.id).next_attempt_date is None
    with pytest.raises(NotFound):
        webhook_events.resend("00000000-0000-0000-0000-000000000000")


def test_an_event_belongs_to_its_order_through_its_whole_life() -> None:
    order = builders.an_order()
    event = outbox.an_event(order=order)
    outbox.an_attempt(event, outcome="delivered", status=200, content=b"ok")
    found = event_of(event.id)
    assert (found.order_id, found.object_id, found.response_http_status) == (order.id, order.id, 200)
