"""What every page is held to in the browser: readable by all in both themes, and as wide as the window."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from playwright.sync_api import BrowserContext, Page, ViewportSize

AXE = files("axe_playwright_python") / "axe.min.js"
SERIOUS = ("serious", "critical")
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1440, height=900)
# The same page in the other theme can only differ in its colours.
COLOURS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
# And at another width all but these, which take most of the time.
LAYOUT = {"rules": {"color-contrast": {"enabled": False}}, "resultTypes": ["violations"]}
WHOLE = "html"
EVERYTHING = {"resultTypes": ["violations"]}
# Pages hear of another theme with the next frame; half-way through the change, colours are those of neither.
SETTLE = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const moving = () => document.getAnimations()
        .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime));
    await frame();
    await frame();
    for (let left = moving(); left.length; left = moving()) {
        left.forEach((one) => one.finish());
        await frame();
    }
}"""
SIDEWAYS = """[...document.querySelectorAll(".table-stacked")]
    .filter((one) => one.parentElement.scrollWidth > one.parentElement.clientWidth)
    .map((one) => one.caption.textContent)"""
REFUSALS = (
    "window.refused = [];"
    "addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective));"
)


def prepare(context: BrowserContext) -> None:
    """Bring axe to every page of the context, and keep there what the content security policy refused."""
    context.add_init_script(REFUSALS)
    context.add_init_script(AXE.read_text())


def faults_of(page: Page) -> Iterator[str]:
    """What is wrong with the page that is open, in a prepared context; it is left light and wide."""
    page.set_viewport_size(DESK)
    yield from unreadable_in_both_themes(page)
    yield from quick_faults_of(page)


def quick_faults_of(page: Page) -> Iterator[str]:
    """The same without axe: whether it and its lists fit a phone, and what was refused. It is left wide."""
    page.set_viewport_size(PHONE)
    if beyond := pixels_too_wide(page):
        yield f"is {beyond} pixels too wide for a phone"
    yield from (f"the list {one} scrolls sideways on a phone" for one in page.evaluate(SIDEWAYS))
    yield from (f"the policy refused {one}" for one in page.evaluate("window.refused"))
    page.set_viewport_size(DESK)


def pixels_too_wide(page: Page) -> int:
    """How far the page can be scrolled sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def unreadable_in_both_themes(page: Page, part: str = WHOLE) -> list[str]:
    """What axe calls serious or critical in the part of the page that a selector names; it is left light."""
    found = unreadable(page, part)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in unreadable(page, part, COLOURS)]
    page.emulate_media(color_scheme="light")
    return found


def unreadable(page: Page, part: str = WHOLE, options: dict[str, Any] = EVERYTHING) -> list[str]:
    """What axe calls serious or critical as the page is now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    page.evaluate(SETTLE)
    found = page.evaluate("([part, options]) => axe.run(part, options)", [part, options])["violations"]
    return [
        f"{one['id']}: {[node['html'][:150] for node in one['nodes']][:3]}"
        for one in found
        if one["impact"] in SERIOUS
    ]
