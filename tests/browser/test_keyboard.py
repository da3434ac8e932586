"""Everything people come for, done with the keyboard alone; what has the focus can be seen all the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from app import jobs
from app.extensions import db
from app.models import User
from tests.browser import worlds
from tests.browser.arrivals import is_at
from tests.browser.sessions import sign_in

MOST_TABS = 150
HAS_FOCUS = "one => one === document.activeElement"
FOCUS_SHOWS = """one => {
  const style = getComputedStyle(one);
  return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
}"""


@pytest.fixture(autouse=True)
def world(app: Flask) -> Iterator[None]:
    with app.app_context():
        worlds.furnished()
        db.session.remove()
    worker = jobs.start_worker(app.extensions["queue"])
    yield
    worker.stop(graceful=True)


class Keyboard:
    """Hands that never touch a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, target: Locator) -> None:
        """Go on by Tab until the target has the focus, which must show."""
        target.wait_for()
        for _ in range(MOST_TABS):
            if target.evaluate(HAS_FOCUS):
                break
            self.page.keyboard.press("Tab")
        assert target.evaluate(HAS_FOCUS), f"{target} is not reached"
        assert target.evaluate(FOCUS_SHOWS), f"nobody sees that {target} has the focus"

    def press(self, name: str | re.Pattern[str], role: str = "button", key: str = "Enter") -> None:
        """Go to the first part of the page's content with that name, and press the key."""
        self.to(self.page.locator("#main").get_by_role(role, name=name).first)  # type: ignore[arg-type]
        self.page.keyboard.press(key)

    def type_into(self, label: str, text: str) -> None:
        self.to(self.page.get_by_label(label))
        self.page.keyboard.type(text)

    def open(self, entry: str) -> None:
        """Go to a page by the navigation."""
        self.to(self.page.get_by_label("Main").get_by_role("link", name=entry))
        self.page.keyboard.press("Enter")

    def is_at(self, heading: str | re.Pattern[str]) -> None:
        is_at(self.page, heading)


@pytest.fixture
def hands(page: Page, address: str) -> Keyboard:
    """Somebody at the sign-in page."""
    page.goto(address)
    return Keyboard(page)


def type_sign_in(hands: Keyboard) -> None:
    hands.type_into("User name", worlds.USERNAME)
    hands.type_into("Password", worlds.PASSWORD)
    hands.page.keyboard.press("Enter")
    hands.is_at("Overview")


def test_a_package_is_understood_and_served(hands: Keyboard) -> None:
    type_sign_in(hands)
    hands.press(re.compile("Stale reservation"), "link")
    hands.is_at("Out of stock")
    hands.page.keyboard.press("j")
    hands.page.keyboard.press("Enter")
    expect(hands.page.locator(".sentence")).to_contain_text("still reserved for order 0990")
    hands.press("Release reservation", "link")
    hands.is_at(re.compile("Serve package 1001-1"))
    hands.type_into("Reason", "registered twelve days ago")
    hands.press("Do it and plan again")
    expect(hands.page.get_by_role("status").first).to_contain_text("Served")


def test_a_fix_is_applied_to_many_and_reservations_are_released(hands: Keyboard) -> None:
    type_sign_in(hands)
    hands.press(re.compile("Let Nişantaşı into rule"), "link")
    hands.type_into("Reason", "agreed")
    hands.press(re.compile("Apply to"))
    batch = hands.page.locator("#batch")
    expect(batch).to_have_attribute("data-state", "finished", timeout=30_000)
    hands.open("Reservations")
    hands.press(re.compile("Choose reservation"), "checkbox", "Space")
    hands.press("Release chosen…")
    hands.is_at("Release this reservation?")
    hands.type_into("Reason", "counted twice")
    hands.press("Release 1 reservation")
    expect(batch).to_have_attribute("data-state", "finished", timeout=30_000)
    expect(batch).to_contain_text("every row was done")


def test_an_event_is_sent_again(hands: Keyboard) -> None:
    type_sign_in(hands)
    hands.open("Webhooks")
    hands.press("All events", "link")
    hands.is_at("Webhook events")
    hands.press(re.compile("Retrying"), "link")
    expect(hands.page.locator("[data-row-link]")).to_have_count(1)
    hands.page.keyboard.press("j")
    hands.page.keyboard.press("Enter")
    hands.is_at("order.created")
    hands.press("Send now")
    expect(hands.page.locator(".event-live .alert")).to_be_visible()


def test_a_missing_product_is_counted_again(app: Flask, hands: Keyboard, page: Page, address: str) -> None:
    with app.app_context():
        key = db.session.scalars(select(User.session_key).where(User.username == "manager")).one()
    sign_in(page.context, app, key, address)
    page.goto(address)
    hands.open("Discrepancies")
    hands.is_at("Discrepancies")
    hands.page.keyboard.press("j")
    hands.page.keyboard.press("Enter")
    hands.type_into("Counted", "3")
    hands.press("Save count")
    expect(page.locator("#flashes")).to_contain_text("3")
