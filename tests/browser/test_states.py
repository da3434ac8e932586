"""When something fails while a page stands open: it is said in place, and nothing is lost."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect

from app import error_pages
from app.domain.access import Role
from app.services import users
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.browser.sessions import sign_in
from tests.shops import a_shop

LIST_PART = "**/orders/?*page=2*"


@pytest.fixture
def orders(app: Flask, context: BrowserContext, address: str) -> Page:
    """The list of sixty orders of somebody who is signed in, in a browser whose console may complain."""
    page = context.new_page()
    with app.app_context(), unit_of_work():
        shop = a_shop()
        for number in range(60):
            builders.an_order(number=f"{1000 + number}", channel=shop.channel)
        user = builders.a_user()
    sign_in(page.context, app, user.session_key, address)
    page.goto(f"{address}/orders/?sort=number")
    expect(page.locator(".pager")).to_contain_text("1–50 of 60")
    return page


def says_itself_then_goes_on(page: Page, text: str) -> None:
    """The message stands in front of the list, which is as it was; trying again brings the next rows."""
    notice = page.locator(".part-error")
    expect(notice).to_contain_text(text)
    expect(page.locator(".pager")).to_contain_text("1–50 of 60")
    page.unroute(LIST_PART)
    notice.get_by_role("button", name="Try again").click()
    expect(page.locator(".pager")).to_contain_text("51–60 of 60")
    expect(notice).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (403, "This page is not open to you"),
        (404, "Nothing found here"),
        (429, "Too many requests"),
        (500, "Something broke on our side"),
        (503, "The database is busy"),
    ],
)
def test_a_part_that_fails_says_why_in_its_place(orders: Page, app: Flask, status: int, text: str) -> None:
    with app.test_request_context("/orders/", headers={"HX-Request": "true"}):
        body = error_pages.answer(status).get_data(as_text=True)
    orders.route(LIST_PART, lambda route: route.fulfill(status=status, body=body, content_type="text/html"))
    orders.get_by_role("link", name="Next page").click()
    says_itself_then_goes_on(orders, text)


def test_an_answer_of_somebody_between_us_is_put_into_our_words(orders: Page) -> None:
    gateway = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    orders.route(LIST_PART, lambda one: one.fulfill(status=418, body=gateway, content_type="text/html"))
    orders.get_by_role("link", name="Next page").click()
    expect(orders.get_by_text("Bad Gateway")).to_have_count(0)
    says_itself_then_goes_on(orders, "This part could not be loaded.")


def test_what_takes_long_shows_that_it_is_on_its_way(orders: Page) -> None:
    held: list[Route] = []
    orders.route(LIST_PART, lambda route: held.append(route))
    orders.get_by_role("link", name="Next page").click()
    expect(orders.locator("html.is-busy")).to_have_count(1)
    expect(orders.locator("#list.htmx-request")).to_have_count(1)
    held[0].continue_()
    expect(orders.locator(".pager")).to_contain_text("51–60 of 60")
    expect(orders.locator("html.is-busy")).to_have_count(0)


def test_without_a_network_a_banner_says_so_and_nobody_loses_what_was_typed(orders: Page) -> None:
    banner = orders.locator("#offline")
    expect(banner).to_be_hidden()
    orders.locator("#filter-q").fill("105")
    orders.context.set_offline(True)
    expect(banner).to_contain_text("No connection to the server")
    orders.get_by_role("link", name="Out of stock").first.click()
    orders.keyboard.press("/")
    orders.keyboard.press("Enter")
    expect(orders.get_by_role("heading", level=1)).to_have_text("Orders")
    expect(orders.locator("#filter-q")).to_have_value("105")
    orders.context.set_offline(False)
    expect(banner).to_be_hidden()
    orders.locator("#filter-q").press("Enter")
    expect(orders.locator(".pager")).to_contain_text("1–10 of 10")


def test_a_session_that_ended_meanwhile_leads_to_signing_in_and_back(app: Flask, orders: Page) -> None:
    with app.app_context():
        users.create_user("ayse", Role.OPERATOR, "a long enough password")
    orders.context.clear_cookies()
    orders.get_by_role("link", name="Next page").click()
    expect(orders.get_by_role("heading", level=1)).to_have_text("Sign in")
    orders.get_by_label("User name").fill("ayse")
    orders.get_by_label("Password").fill("a long enough password")
    orders.get_by_role("button", name="Sign in").click()
    expect(orders.get_by_role("heading", level=1)).to_have_text("Orders")
    expect(orders).to_have_url(re.compile(r"/orders/\?sort=number$"))
