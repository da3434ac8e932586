"""The API reference in a real browser: within the strict policy, requests are tried out with a token."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests import builders
from tests.browser import page_checks

pytestmark = pytest.mark.usefixtures("db_session")

PLACE = "/api/docs/"
TRIED = "/api/v1/content_types/"
PATIENCE_MS = (2_000, 5_000, 20_000)


@pytest.fixture
def reference(page: Page, address: str) -> Iterator[Page]:
    """The open page; in the end nothing was refused by the policy."""
    page.add_init_script(
        "window.refused = [];"
        "addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective));"
    )
    page.goto(f"{address}{PLACE}")
    expect(page.locator(".opblock").first).to_be_visible()
    yield page
    assert page.evaluate("window.refused") == []


def operation(page: Page, path: str) -> Locator:
    """The opened part of GET `path`."""
    part = page.locator(".opblock-get", has=page.locator(f".opblock-summary-path[data-path='{path}']"))
    part.locator(".opblock-summary-control").click()
    return part


def authorize(page: Page, value: str) -> None:
    page.locator(".auth-wrapper button.authorize").click()
    page.locator(".auth-container input").fill(value)
    page.locator(".auth-btn-wrapper button.authorize").click()
    page.locator(".auth-btn-wrapper .btn-done").click()


def leave(page: Page) -> None:
    page.locator(".auth-wrapper button.authorize").click()
    page.locator(".auth-btn-wrapper").get_by_role("button", name="Remove authorization").click()
    page.locator(".auth-btn-wrapper .btn-done").click()


def allow_trying(part: Locator) -> None:
    """Ask for it until it is there: what is pressed while the part is still being drawn may go nowhere."""
    part.locator(".try-out__btn").wait_for()
    for patience in PATIENCE_MS:
        ask = part.locator(".try-out__btn:not(.cancel)")
        if ask.count():
            ask.press("Enter")
        with contextlib.suppress(TimeoutError):
            part.locator("button.execute").wait_for(timeout=patience)
            return
    raise AssertionError("it cannot be tried out")


def tried(part: Locator) -> str:
    """The status that trying it out comes to."""
    allow_trying(part)
    if part.locator(".btn-clear").count():  # or what the last try came to would be read again
        part.locator(".btn-clear").click()
    part.locator("button.execute").click()
    code = part.locator(".live-responses-table tbody .response-col_status").first
    expect(code).not_to_be_empty()
    return code.inner_text().split()[0]


def test_every_operation_of_the_document_is_shown(reference: Page, address: str) -> None:
    document = reference.request.get(f"{address}/api/v1/openapi.json").json()
    operations = sum(len(methods) for methods in document["paths"].values())
    assert reference.locator(".opblock").count() == operations > 5
    expect(reference.get_by_role("heading", level=1)).to_have_text("API reference")


def test_without_a_token_trying_out_is_refused(reference: Page) -> None:
    assert tried(operation(reference, TRIED)) == "401"


def test_a_pasted_token_opens_what_is_tried_out(reference: Page) -> None:
    key, _ = builders.a_token()
    part = operation(reference, TRIED)
    for pasted in (key, f"Token {key}", f"  Token {key} "):
        authorize(reference, pasted)
        assert tried(part) == "200", pasted
        expect(part.locator(".curl")).to_contain_text(f"Authorization: Token {key}")
        expect(part.locator(".live-responses-table tbody .response-col_description")).to_contain_text(
            "results"
        )
        leave(reference)
    assert tried(part) == "401"


def test_a_pasted_token_is_gone_when_the_page_is_opened_anew(reference: Page) -> None:
    key, _ = builders.a_token()
    authorize(reference, key)
    assert tried(operation(reference, TRIED)) == "200"
    reference.reload()
    assert tried(operation(reference, TRIED)) == "401"
    assert key not in str(reference.evaluate("[{...localStorage}, {...sessionStorage}, document.cookie]"))


def test_the_reference_is_readable_by_all_and_fits(reference: Page) -> None:
    reference.set_viewport_size(page_checks.DESK)
    assert page_checks.unreadable_in_both_themes(reference) == []
    reference.set_viewport_size(page_checks.PHONE)
    assert page_checks.unreadable(reference, options=page_checks.LAYOUT) == []
    tried(operation(reference, TRIED))
    reference.locator(".auth-wrapper button.authorize").click()
    for opened in (".auth-container", ".opblock.is-open"):
        assert page_checks.unreadable_in_both_themes(reference, opened) == [], opened
    assert page_checks.pixels_too_wide(reference) == 0
    reference.set_viewport_size(page_checks.DESK)
    for opened in (".auth-container", ".opblock.is-open"):
        assert page_checks.unreadable(reference, opened, page_checks.LAYOUT) == [], opened
    assert page_checks.pixels_too_wide(reference) == 0
