"""Webhooks in a real browser: a secret once, a test send, and an order page that was left open."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import update

from app import clock, models
from app.extensions import db
from app.services.unit_of_work import unit_of_work
from tests import builders, outbox
from tests.browser.sessions import sign_in

TARGET = "https://93.184.215.14/hooks"


@pytest.fixture
def signed_in(app: Flask, page: Page, address: str) -> Page:
    with app.app_context():
        user = builders.a_user(role="administrator")
    sign_in(page.context, app, user.session_key, address)
    page.set_default_timeout(10_000)
    return page


def test_a_webhook_is_made_and_tried_out(signed_in: Page, address: str) -> None:
    signed_in.goto(f"{address}/webhooks/new")
    signed_in.get_by_label("Target address").fill(TARGET)
    signed_in.get_by_label("Schedule").select_option("random")
    signed_in.get_by_label("Shortest wait").fill("60")
    signed_in.get_by_label("Longest wait, in seconds").last.fill("30")
    expect(signed_in.locator("#waits")).to_have_text("'max_value' must be greater than 'min_value'.")
    signed_in.get_by_label("Longest wait, in seconds").last.fill("90")
    expect(signed_in.locator("#waits li")).to_have_count(10)
    signed_in.get_by_role("button", name="Subscribe").click()
    secret = signed_in.locator("#secret").inner_text()
    assert len(secret) > 40
    assert signed_in.locator("#standard-secret").inner_text().startswith("whsec_")
    signed_in.get_by_role("link", name="To the webhook").click()
    expect(signed_in.get_by_text(secret)).to_have_count(0)
    signed_in.get_by_role("button", name="Send a test").click()
    expect(signed_in.get_by_role("heading", level=1)).to_have_text("ping")
    expect(signed_in.locator(".event-facts")).to_contain_text("Pending")


def test_an_open_order_page_shows_new_events_and_attempts(app: Flask, signed_in: Page, address: str) -> None:
    with app.app_context():
        webhook, order = outbox.a_webhook(), builders.an_order()
        event = outbox.an_event(webhook, order)
    asked: list[str] = []
    signed_in.on("request", lambda one: asked.append(one.url))
    signed_in.goto(f"{address}/orders/{order.id}")
    row = signed_in.locator(f"#event-{event.id}")
    row.locator("> summary").click()
    expect(row.locator(".viewer")).to_contain_text("payload")
    row.locator(".json-node summary").first.click()  # folded
    expect(row.locator(".json-node").first).not_to_have_attribute("open", "")

    def arrives() -> None:
        outbox.an_attempt(event, clock.now(), status=200, content=b'{"ok": true}', outcome="delivered")
        outbox.an_event(webhook, order, state="undelivered")
        with unit_of_work():
            done = {"state": "delivered", "next_attempt_date": None}
            db.session.execute(
                update(models.WebhookEvent).where(models.WebhookEvent.id == event.id).values(done)
            )

    with app.app_context():
        arrives()
    expect(signed_in.locator("#events .event-row")).to_have_count(2)
    expect(signed_in.locator("#history")).to_contain_text("Webhook order.created delivered")
    expect(row.locator(".event-facts")).to_contain_text("Delivered")
    expect(row.locator(".json-node").first).not_to_have_attribute("open", "")
    row.locator(".attempts summary").first.click()
    expect(row.locator(".attempts .viewer")).to_contain_text("ok: true")
    asked.clear()
    signed_in.wait_for_timeout(2_600)
    assert asked == [], "nothing is due, so nothing is asked"
