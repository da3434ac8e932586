"""Lists in a real browser: filters, pages and sorting swap the list and change the address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.browser.sessions import sign_in
from tests.shops import a_shop

SESSION = "session-lists"


@pytest.fixture(autouse=True)
def orders(app: Flask) -> Iterator[None]:
    with app.app_context(), unit_of_work():
        shop = a_shop()
        for number in range(60):
            shop.an_order(number=f"{1000 + number}", is_served=number % 10 > 0)
    yield


@pytest.fixture
def list_page(app: Flask, page: Page, address: str) -> Page:
    """The page of somebody who is signed in, on the list of orders; whole pages it loads are counted."""
    with app.app_context():
        user = builders.a_user()
    sign_in(page.context, app, user.session_key, address)
    page.set_default_timeout(10_000)
    page.goto(f"{address}/orders/?sort=number")
    return page


def shown(page: Page) -> list[str]:
    return page.locator("[data-row-link]").all_inner_texts()


def whole_pages(page: Page) -> list[str]:
    """Addresses of whole pages that are asked for from now on."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.is_navigation_request() else None)
    return asked


def test_a_filter_swaps_the_list_and_the_back_button_brings_it_back(list_page: Page, address: str) -> None:
    asked = whole_pages(list_page)
    list_page.get_by_label("Stock", exact=True).select_option("Out of stock")
    expect(list_page.locator(".pager")).to_contain_text("1–6 of 6")
    expect(list_page).to_have_url(f"{address}/orders/?sort=number&out_of_stock=yes")
    list_page.locator(".chip").click()
    expect(list_page.locator(".pager")).to_contain_text("of 60")
    assert asked == [], "only the list was asked for"
    list_page.go_back()
    expect(list_page.locator(".pager")).to_contain_text("1–6 of 6")
    expect(list_page.get_by_label("Stock", exact=True)).to_have_value("yes")


def test_pages_and_sorting_swap_the_list(list_page: Page, address: str) -> None:
    asked = whole_pages(list_page)
    list_page.get_by_role("link", name="Next page").click()
    expect(list_page.locator(".pager")).to_contain_text("51–60 of 60")
    assert shown(list_page)[0] == "1050"
    list_page.get_by_role("link", name="Number").click()
    expect(list_page.locator(".pager")).to_contain_text("1–50 of 60")
    assert shown(list_page)[0] == "1059"
    expect(list_page).to_have_url(f"{address}/orders/?sort=-number")
    assert asked == []


def test_the_search_is_reached_and_kept_by_keyboard(list_page: Page) -> None:
    list_page.keyboard.press("/")
    list_page.keyboard.type("105")
    list_page.keyboard.press("Enter")
    expect(list_page.locator(".pager")).to_contain_text("1–10 of 10")
    expect(list_page.locator("#filter-q")).to_be_focused()
    list_page.locator("#filter-q").blur()
    list_page.keyboard.press("j")
    list_page.keyboard.press("j")
    list_page.keyboard.press("Enter")
    expect(list_page.get_by_role("heading", level=1)).to_have_text("Order 1051")


def test_a_session_that_ended_leads_to_signing_in_not_into_the_list(list_page: Page) -> None:
    list_page.context.clear_cookies()
    list_page.get_by_role("link", name="Next page").click()
    expect(list_page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_lists_work_without_scripts(app: Flask, list_page: Page, address: str) -> None:
    browser = list_page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, storage_state=list_page.context.storage_state())
    plain = context.new_page()
    plain.goto(f"{address}/orders/?sort=number")
    plain.get_by_label("Stock", exact=True).select_option("Out of stock")
    plain.get_by_role("button", name="Apply").click()
    expect(plain.locator(".pager")).to_contain_text("1–6 of 6")
    plain.locator(".chip").click()
    expect(plain.locator(".pager")).to_contain_text("of 60")
    plain.get_by_text("More filters").click()
    expect(plain.locator("#filter-payment_type")).to_be_visible()
    context.close()
