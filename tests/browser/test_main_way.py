"""The one way everything is for: sign in, the queue, why, the proved fix, served. In a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser import worlds


@pytest.fixture(autouse=True)
def world(app: Flask) -> Iterator[None]:
    with app.app_context():
        worlds.load()
    yield


def sign_in(page: Page, address: str) -> None:
    page.set_default_timeout(10_000)
    page.goto(address)
    page.get_by_label("User name").fill(worlds.USERNAME)
    page.get_by_label("Password").fill(worlds.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def test_an_operator_finds_why_and_serves_the_package(page: Page, address: str) -> None:
    sign_in(page, address)
    page.get_by_role("link", name="Stale reservation").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Out of stock")
    page.locator("[data-row-link]").first.click()
    expect(page.locator(".sentence")).to_contain_text("still reserved for order 0990")
    page.get_by_role("link", name="Release reservation").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Serve package 1001-1")
    expect(page.get_by_role("listitem").filter(has_text="release the stale reservation")).to_be_visible()
    page.get_by_label("Reason").fill("registered twelve days ago")
    page.get_by_role("button", name="Do it and plan again").click()
    expect(page.get_by_role("status").first).to_contain_text("Served")
    expect(page.get_by_text("Served by Gebze in package 1001-2")).to_be_visible()
    page.get_by_role("link", name=re.compile("Out of stock")).first.click()
    expect(page.get_by_text("1001", exact=False).filter(has_text=re.compile(r"^1001$"))).to_have_count(0)


def test_a_remedy_that_is_late_says_what_changed(page: Page, address: str) -> None:
    sign_in(page, address)
    page.goto(f"{address}/packages/?cause=stale_reservation")
    page.locator("[data-row-link]").first.click()
    page.get_by_role("link", name="Release reservation").click()
    plan = page.url
    page.get_by_role("button", name="Do it and plan again").click()
    expect(page.get_by_role("status").first).to_contain_text("Served")
    page.goto(plan)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing was done")
    expect(page.get_by_text("does not wait for anything")).to_be_visible()


def test_somebody_who_is_not_signed_in_is_asked_to_and_comes_back(page: Page, address: str) -> None:
    page.goto(f"{address}/packages/?cause=outside_scenario")
    page.get_by_label("User name").fill(worlds.USERNAME)
    page.get_by_label("Password").fill(worlds.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{address}/packages/?cause=outside_scenario")
