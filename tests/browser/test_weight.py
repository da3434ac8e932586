"""How much goes over the wire: little at the first visit, next to nothing at the next page."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.services import triage
from tests import builders
from tests.browser import worlds
from tests.browser.sessions import sign_in

FIRST_VISIT_BYTES = 350 * 1024
NEXT_PAGE_BYTES = 30 * 1024


@pytest.fixture
def signed_in(app: Flask, page: Page, address: str) -> Page:
    with app.app_context():
        worlds.load()
        triage.refresh()  # the overview then names places, whose letters need the larger font
        user = builders.a_user(role="administrator")
    sign_in(page.context, app, user.session_key, address)
    return page


def transferred(page: Page) -> list[int]:
    """Bytes of each answer from now on, as they come over the wire; what the browser kept counts nothing."""
    sizes: list[int] = []

    def finished(event: dict[str, Any]) -> None:
        sizes.append(int(event["encodedDataLength"]))

    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", finished)
    return sizes


def test_a_first_visit_and_the_next_pages_are_light(signed_in: Page, address: str) -> None:
    sizes = transferred(signed_in)
    signed_in.goto(f"{address}/", wait_until="networkidle")
    assert 50_000 < sum(sizes) <= FIRST_VISIT_BYTES, sizes
    for path, heading in (
        ("/orders/", "Orders"),
        ("/packages/", "Out of stock"),
        ("/reservations/", "Reservations"),
        ("/webhooks/", "Webhooks"),
        ("/scenarios/", "Scenarios"),
    ):
        sizes.clear()
        signed_in.goto(address + path, wait_until="networkidle")
        expect(signed_in.get_by_role("heading", level=1)).to_have_text(heading)
        assert 0 < sum(sizes) <= NEXT_PAGE_BYTES, (path, sizes)
