"""What every page is held to in the browser: readable by all in both themes, and as wide as the window."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from playwright.sync_api import BrowserContext, Page

AXE = files("axe_playwright_python") / "axe.min.js"
SERIOUS = ("serious", "critical")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
# The same page in the other theme can only differ in its colours.
COLOURS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
EVERYTHING = {"resultTypes": ["violations"]}
REFUSALS = (
    "window.refused = [];"
    "addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective));"
)


def prepare(context: BrowserContext) -> None:
    """Have axe, and a list of what the content security policy refused, on every page of the context."""
    context.add_init_script(AXE.read_text())
    context.add_init_script(REFUSALS)


def faults_of(page: Page) -> Iterator[str]:
    """What is wrong with the page that is open, in a prepared context; it is left light and wide."""
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    yield from _axe(page, EVERYTHING)
    page.emulate_media(color_scheme="dark")
    yield from (f"dark: {one}" for one in _axe(page, COLOURS))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if beyond:
        yield f"is {beyond} pixels too wide for a phone"
    yield from (f"the policy refused {one}" for one in page.evaluate("window.refused"))
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


def _axe(page: Page, options: dict[str, Any]) -> Iterator[str]:
    found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
    for one in found:
        if one["impact"] in SERIOUS:
            yield f"{one['id']}: {[node['html'][:150] for node in one['nodes']][:3]}"
