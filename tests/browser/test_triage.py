"""One fix for many: from the overview to its packages, applied to all with progress, and fewer wait then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import clock, jobs
from app.extensions import db
from app.services import triage, world_scripts
from tests.browser import page_checks, worlds
from tests.browser.test_main_way import sign_in

ORDERS = 6


def orders_for_caps() -> Iterator[dict[str, Any]]:
    """Orders that nobody in the rules can serve, as lines of a world script; the store has four caps."""
    for number in range(ORDERS):
        at = (clock.now() - timedelta(days=4, minutes=-number)).isoformat()
        item = {"omnitron_id": 71000 + number, "sku": "CAP", "quantity": "1", "price_currency": "TRY"}
        kind = {"payment_type": "credit_card", "delivery_type": "standard"}
        order = {"number": f"20{number:02}", "channel": "Web", "state": "400", "date_placed": at, **kind}
        yield {"at": at, "kind": "order", **order, "items": [item]}


@pytest.fixture(autouse=True)
def world(app: Flask) -> Iterator[None]:
    """The small world, with more orders for what only the store outside the rules has; and its worker."""
    with app.app_context():
        worlds.load()
        world_scripts.load(msgspec.json.encode(line) for line in orders_for_caps())
        triage.refresh()
        db.session.remove()
    worker = jobs.start_worker(app.extensions["queue"])
    yield
    worker.stop(graceful=True)


def waiting(page: Page) -> int:
    """How many packages the overview says are out of stock."""
    text = page.locator("a.card", has_text="Out of stock").first.locator(".stat-value").inner_text()
    return int(re.findall(r"\d+", text)[0])


def test_a_fix_for_many_is_found_applied_to_all_and_fewer_wait_then(page: Page, address: str) -> None:
    sign_in(page, address)
    before = waiting(page)
    top = page.locator("#top-fixes li").first
    expect(top).to_contain_text("Let Nişantaşı into rule “warehouse first”")
    expect(top).to_contain_text("4 packages")
    top.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Let Nişantaşı into rule “warehouse first”")
    expect(page.locator("[data-row-link]")).to_have_count(4)
    assert page_checks.unreadable(page) == []
    page.get_by_label("Reason").fill("the store may serve the web")
    page.get_by_role("button", name="Apply to all 4 packages").click()
    expect(page.locator("#batch")).to_have_attribute("data-state", "finished", timeout=30_000)
    expect(page.get_by_text("Served by Nişantaşı.")).to_have_count(4)
    expect(page.locator("#queue-count")).to_have_text(str(before - 4))
    assert page_checks.unreadable(page) == []
    page.get_by_role("link", name="Overview").click()
    assert waiting(page) == before - 4
    # The worker looks again by itself; the part asks until that is done.
    expect(page.locator("#top-fixes")).not_to_contain_text("Let Nişantaşı into rule", timeout=30_000)
