"""The tools of lists in a real browser: keys, ticks with a bulk action, views, and the search box."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.services import batch_runs
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.browser.arrivals import is_at
from tests.browser.sessions import sign_in
from tests.shops import a_shop


@pytest.fixture(autouse=True)
def orders(app: Flask) -> Iterator[None]:
    with app.app_context(), unit_of_work():
        shop = a_shop()
        for number in range(4):
            shop.an_order(number=f"100{number}", is_served=number == 3)
    yield


@pytest.fixture
def list_page(app: Flask, page: Page, address: str) -> Page:
    """The list of waiting orders, by number, of somebody who is signed in."""
    with app.app_context():
        user = builders.a_user()
    sign_in(page.context, app, user.session_key, address)
    page.set_default_timeout(20_000)
    page.goto(f"{address}/orders/?sort=number&out_of_stock=yes")
    return page


def test_rows_are_chosen_by_keys_and_given_up_together(app: Flask, list_page: Page) -> None:
    keys = list_page.keyboard
    for key in ("j", "x", "j", "x"):
        keys.press(key)
    bar = list_page.locator("#selection")
    expect(bar).to_be_visible()
    expect(bar.get_by_label("Which rows")).to_contain_text("Chosen rows: 2")
    bar.get_by_label("What to do").select_option("Give up on what waits")
    bar.get_by_label("Reason").fill("sold out for good")
    bar.get_by_role("button", name="Show the plan…").press("Enter")
    is_at(list_page, "Give up on what 2 orders wait for")
    list_page.get_by_role("button", name="Start").press("Enter")
    expect(list_page.get_by_role("button", name="Cancel the rest")).to_be_visible()
    with app.app_context():
        batch_runs.run_batch(int(list_page.url.rpartition("/")[2]))
    expect(list_page.get_by_text("Finished: every row was done.").first).to_be_visible()
    expect(list_page.locator("tbody tr")).to_have_count(2)


def test_all_of_a_page_are_ticked_at_once_and_counted(list_page: Page) -> None:
    bar = list_page.locator("#selection")
    expect(bar).to_be_hidden()
    list_page.get_by_label("Choose all rows of this page").check()
    expect(bar.get_by_label("Which rows")).to_contain_text("Chosen rows: 3")
    list_page.get_by_label("Choose order 1001").uncheck()
    expect(bar.get_by_label("Which rows")).to_contain_text("Chosen rows: 2")


def test_keys_lead_through_the_list_and_to_other_pages(list_page: Page, address: str) -> None:
    keys = list_page.keyboard
    keys.press("?")
    shortcuts = list_page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shortcuts).to_be_visible()
    keys.press("j")
    expect(shortcuts).to_be_visible()
    keys.press("Escape")
    expect(shortcuts).to_be_hidden()
    list_page.get_by_role("link", name="Number").click()
    expect(list_page).to_have_url(re.compile("sort=-number"))
    for key in ("j", "j", "Enter"):
        keys.press(key)
    is_at(list_page, "Order 1001")
    expect(list_page.get_by_role("navigation", name="In the list")).to_contain_text("2 of 3")
    keys.press("]")
    is_at(list_page, "Order 1000")
    keys.press("g")
    keys.press("q")
    expect(list_page).to_have_url(f"{address}/packages/")


def test_the_search_box_suggests_while_one_types(list_page: Page) -> None:
    keys = list_page.keyboard
    keys.press("s")
    keys.type("100g j")
    expect(list_page.locator("[data-global-search]")).to_have_value("100g j")
    list_page.locator("[data-global-search]").fill("1003")
    expect(list_page.locator("#suggestions a")).to_have_count(2)
    keys.press("ArrowDown")
    keys.press("Enter")
    is_at(list_page, "Order 1003")
    keys.press("s")
    keys.type("isil")
    keys.press("Enter")
    is_at(list_page, "Search: isil")


def test_columns_and_views_are_chosen_from_their_menus(list_page: Page) -> None:
    list_page.get_by_text("Columns", exact=True).first.click()
    list_page.get_by_label("City").check()
    list_page.get_by_role("button", name="Show these").click()
    expect(list_page.get_by_role("columnheader", name="City")).to_be_visible()
    list_page.get_by_text("View", exact=True).click()
    list_page.get_by_role("link", name="Save as a new view…").click()
    list_page.get_by_label("Name").fill("Waiting by city")
    list_page.get_by_role("button", name="Save view").click()
    tab = list_page.get_by_role("navigation", name="Saved views").get_by_role("link", name="Waiting by city")
    expect(tab).to_have_attribute("aria-current", "true")
    list_page.get_by_label("Stock", exact=True).select_option("Nothing missing")
    expect(tab).to_contain_text("changed")
