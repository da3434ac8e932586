"""The browser tests' own watchfulness: what it lets pass, and what it must not."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Error, Page

from tests.browser.conftest import watch


def test_a_page_is_shown_by_a_real_browser(page: Page, address: str) -> None:
    answer = page.goto(f"{address}/no/such/page")
    assert answer is not None
    assert answer.status == 404
    assert page.locator("h1").inner_text() == "Nothing found here"


def test_a_script_written_into_a_page_is_refused_and_noticed(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    found = watch(page, address)
    page.goto(f"{address}/no/such/page")
    with pytest.raises(Error, match="Content Security Policy"):
        page.add_script_tag(content="window.ran = true")
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in line for line in found)


def test_a_request_to_another_host_is_noticed(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    found = watch(page, address)
    page.goto(f"{address}/no/such/page")
    page.route("**/elsewhere.invalid/**", lambda route: route.abort())
    with pytest.raises(Error):
        page.goto("http://elsewhere.invalid/")
    assert any("asked of another host" in line for line in found)
