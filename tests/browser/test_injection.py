"""Texts of customers, products, receivers and colleagues never run: looked at in Chromium without the policy,
which would hide a page that forgot to escape."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app import models
from app.services import audit
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.browser.injections import VECTORS
from tests.browser.sessions import sign_in
from tests.outbox import an_attempt, an_event

SESSION = "session-injections"
WATCH = "window.ran = []; window.xss = () => window.ran.push(document.location.href);"
# A tenth of a second without a request of htmx: all that runs by itself has begun by then.
QUIET = """() => new Promise((done) => {
  const look = () => document.querySelector('.htmx-request') ? setTimeout(look, 20) : done();
  setTimeout(look, 100);
})"""
HANDLERS = """() => [...document.querySelectorAll('*')].filter((one) =>
  [...one.attributes].some((a) => /^(on|hx-on|data-hx-on)/.test(a.name)
    || (/^(href|src|action|formaction|data)$/.test(a.name) && /^\\s*(javascript|data):/i.test(a.value)))
).map((one) => one.outerHTML.slice(0, 200))"""


def test_there_are_enough_of_them() -> None:
    assert len(set(VECTORS)) == len(VECTORS) >= 60


@pytest.fixture
def addresses(app: Flask) -> list[str]:
    """The pages that show the vectors, each of which is everywhere a text of others can stand."""
    with app.app_context(), unit_of_work(), audit.acting_as(VECTORS[13]):
        builders.a_user(role="administrator", session_key=SESSION)
        channel = builders.a_channel(name=VECTORS[0])
        place = builders.a_location("ST-001", name=VECTORS[1])
        orders = [_order(channel, place, text) for text in VECTORS]
        event = an_event(order=orders[0], state="undelivered")
        attempt = an_attempt(event, status=500, content="\n".join(VECTORS).encode(), outcome="rejected")
        report = builders.a_discrepancy(place, builders.a_product("SKU", name=VECTORS[13]), note=VECTORS[14])
        builders.an_audit_entry(actor=VECTORS[15], reason=VECTORS[16], after={VECTORS[17]: list(VECTORS)})
    rows = "limit=200"
    return [
        f"/orders/?{rows}",
        *(f"/orders/{one.id}" for one in orders[:6]),
        f"/packages/?state=100&{rows}",
        f"/my-location/{place.id}",
        f"/discrepancies/?{rows}",
        f"/discrepancies/{report.id}",
        "/discrepancies/remove?expired_date=2020-01-01",
        f"/audit-log/?{rows}",
        f"/channels/{channel.id}",
        "/users/new",
        f"/webhooks/events/{event.id}",
        f"/webhooks/events/{event.id}/attempts/{attempt.id}",
        "/orders/?q=%3Cimg%20src%3Dx%20onerror%3Dxss()%3E",
        "/sign-in?next=javascript:xss()",
    ]


def _order(channel: models.Channel, place: models.StockLocation, text: str) -> models.Order:
    """An order whose every text is the vector, packed at the place and reported missing there."""
    product = builders.a_product(name=text, images=[f"/pictures/{text}"])
    customer = builders.a_customer(channel, first_name=text[:150], last_name=text[:150])
    order = builders.an_order(
        channel=channel, number=text[:100], lines=[(product, 1_00)], customer_id=customer.id, notes=text
    )
    builders.a_package(order, place, reason=text)
    builders.a_discrepancy(place, product, note=text, reported_by=text[:150])
    return order


@pytest.fixture
def unguarded(app: Flask, browser: Browser, address: str) -> Iterator[Page]:
    """A page of an administrator in a browser that ignores the content security policy."""
    context = browser.new_context(bypass_csp=True)
    sign_in(context, app, SESSION, address)
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


def test_the_watch_would_notice_one(unguarded: Page, address: str) -> None:
    unguarded.goto(f"{address}/sign-in")
    unguarded.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=xss()>')")
    unguarded.wait_for_function("window.ran.length === 1")
    assert len(unguarded.evaluate(HANDLERS)) == 1


def test_none_runs_on_any_page(unguarded: Page, address: str, addresses: list[str]) -> None:
    for path in addresses:
        answer = unguarded.goto(f"{address}{path}")
        assert answer is not None and answer.status == 200, path
        unguarded.evaluate(QUIET)
        assert unguarded.evaluate("window.ran") == [], path
        assert unguarded.evaluate(HANDLERS) == [], path


def test_none_runs_in_a_part_that_htmx_swaps_in(unguarded: Page, address: str, addresses: list[str]) -> None:
    unguarded.goto(f"{address}/discrepancies/")
    unguarded.get_by_role("link", name="Next page").click()
    unguarded.wait_for_url("**page=2**")
    unguarded.evaluate(QUIET)
    assert "xss()" in unguarded.locator("#list").inner_text()
    assert unguarded.evaluate("window.ran") == []
    assert unguarded.evaluate(HANDLERS) == []
