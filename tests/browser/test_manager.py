"""A store manager on a phone: from the home to a report, counted again, and what it blocked is served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.domain.access import Role
from app.extensions import db
from app.models import Package
from app.services import planning, users
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.browser import page_checks

PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def blocked(app: Flask) -> Iterator[int]:
    """The id of an order that waits because the manager's store reported its product missing."""
    with app.app_context():
        with unit_of_work():
            store = builders.a_location("ST-001", name="İstanbul Kadıköy")
            builders.a_location("ST-002", name="Ankara")
            packed, missing = (
                builders.a_product("CAP", name="Cap"),
                builders.a_product("TS-M", name="T-shirt M"),
            )
            builders.a_stock(store, packed, 5_00)
            builders.a_stock(store, missing, 0)
            builders.a_discrepancy(store, missing, note="the shelf is empty")
            builders.a_scenario()
            planning.plan_order(builders.an_order(number="1000", lines=[(packed, 1_00)]).id, "order")
            order = builders.an_order(number="1001", lines=[(missing, 1_00)])
            planning.plan_order(order.id, "order")
        users.create_user("kadikoy", Role.STORE_MANAGER, PASSWORD, ["ST-001"])
        yield order.id


@pytest.fixture
def phone(page: Page, address: str) -> Page:
    """The home of the manager, signed in on a phone."""
    page.set_default_timeout(10_000)
    page.set_viewport_size(page_checks.PHONE)
    page.goto(address)
    page.get_by_label("User name").fill("kadikoy")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("İstanbul Kadıköy")
    return page


def fits_and_is_readable(page: Page) -> None:
    assert page_checks.pixels_too_wide(page) == 0
    assert page_checks.unreadable(page) == []


def test_a_recount_serves_what_the_report_blocked(app: Flask, phone: Page, blocked: int) -> None:
    fits_and_is_readable(phone)
    phone.get_by_role("link", name="T-shirt M").first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("T-shirt M")
    expect(phone.locator("#blocked")).to_contain_text("1001-1")
    fits_and_is_readable(phone)
    phone.get_by_label("Counted").fill("3")
    phone.get_by_role("button", name="Save count").click()
    expect(phone.locator("#flashes")).to_contain_text(
        "1 waiting package was planned again, 1 of them served."
    )
    phone.get_by_label("At the thumb").get_by_role("link", name="My location").click()
    expect(phone.locator("#prepare")).to_contain_text("2")
    expect(phone.locator(".task", has_text="T-shirt M")).to_contain_text("1001-2")
    with app.app_context():
        states = db.session.scalars(
            select(Package.state).where(Package.order_id == blocked).order_by(Package.id)
        ).all()
    assert states == ["600", "100"]


def test_a_package_is_packed_and_shipped_with_the_thumb(phone: Page) -> None:
    phone.get_by_role("button", name="Pack: 1000-1").click()
    expect(phone.locator("#flashes")).to_contain_text("Done: Pack")
    phone.get_by_role("button", name="Ship: 1000-1").click()
    expect(phone.locator(".task")).to_have_count(0)
    box = phone.get_by_label("At the thumb").get_by_role("link", name="Discrepancies").bounding_box()
    assert box is not None and box["height"] >= 44


def test_a_missing_item_is_reported_from_its_package(phone: Page) -> None:
    phone.get_by_role("link", name="Not found: 1000-1").click()
    expect(phone.get_by_text("inventory discrepancy of the location")).to_be_visible()
    phone.get_by_role("button", name="not found").click()
    expect(phone.locator("section", has_text="Reported missing").last).to_contain_text("Cap")
    fits_and_is_readable(phone)
