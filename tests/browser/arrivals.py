"""Coming to a page, as somebody who then presses a key."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def is_at(page: Page, heading: str | re.Pattern[str]) -> None:
    """The page of that heading is open and listens: a key pressed before its scripts ran would be lost."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.wait_for_load_state()
