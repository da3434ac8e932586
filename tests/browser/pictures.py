"""`make pictures`: every page of the demo world, wide and narrow, light and dark, into pictures/."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from app.cli.demo import DEMO_PASSWORD
from app.config import PROJECT_ROOT
from app.queries.navigation import DEMO_USERNAME
from tests.browser.chromium import FLAGS, MISSING, find_chromium
from tests.servers import a_server, asked_until_it_answers, environment, flask

FOLDER = PROJECT_ROOT / "pictures"
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
THEMES = ("light", "dark")
ORDERS = os.environ.get("PICTURE_ORDERS", "1000")
CAUSES = (
    "stale_reservation",
    "outside_scenario",
    "discrepancy_hold",
    "quota_full",
    "split_forbidden",
    "combination",
    "out_of_stock_everywhere",
    "no_stock_answer",
)


def main() -> None:
    """Make a demo world of its own, serve it, and take the pictures."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit(MISSING)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="stocktrace-pictures-") as folder:
        database = f"sqlite:///{folder}/demo.db"
        for command in (("db", "upgrade"), ("demo", "--orders", ORDERS)):
            subprocess.run(
                flask(*command), cwd=PROJECT_ROOT, env=environment(database, Path(folder)), check=True
            )
        with a_server(database, Path(folder)) as (address, _), sync_playwright() as playwright:
            asked_until_it_answers(f"{address}/readyz")
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            count = sum(1 for _ in _taken(browser, address))
            browser.close()
    print(f"{count} pictures in {FOLDER}")


def _taken(browser: Browser, address: str) -> Iterator[Path]:
    for size, (width, height) in SIZES.items():
        for theme in THEMES:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=theme,  # type: ignore[arg-type]
            )
            page = context.new_page()
            for name, path in _addresses(page, address):
                page.goto(f"{address}{path}", wait_until="networkidle")
                target = FOLDER / f"{name}-{size}-{theme}.png"
                page.screenshot(path=target, full_page=True)
                yield target
            context.close()


def _addresses(page: Page, address: str) -> Iterator[tuple[str, str]]:
    """Names and addresses of the pages, signing in on the way; ids are read off the queue."""
    yield "sign-in", "/sign-in"
    page.fill("[name=username]", DEMO_USERNAME)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state("networkidle")
    yield "overview", "/"
    yield "orders", "/orders/"
    yield "out-of-stock", "/packages/"
    for cause in CAUSES:
        page.goto(f"{address}/packages/?cause={cause}")
        first = page.locator("[data-row-link]").first.get_attribute("href")
        yield f"investigation-{cause}", first
        if cause == "stale_reservation":
            order = page.locator(".breadcrumb a").nth(1).get_attribute("href")
            place = page.locator("#place a.btn").first.get_attribute("href")
            remedy = page.locator(".remedies a.btn").first.get_attribute("href")
            yield "order", order
            yield "place", place
            yield "remedy", remedy
    yield "command", first.replace("/explanation", "/commands/cancel")
    yield "stock-log", "/stock-log/"
    yield "scenarios", "/scenarios/"
    yield "scenario", "/scenarios/1"
    yield "locations", "/locations/"
    yield "webhooks", "/webhooks/"
    yield "webhook", "/webhooks/1"
    yield "webhook-events", "/webhooks/events/"
    page.goto(f"{address}/webhooks/events/?state=retrying")
    yield "webhook-event", page.locator("[data-row-link]").first.get_attribute("href")
    yield "tokens", "/tokens/"
    yield "token-new", "/tokens/new"
    yield "api-reference", "/api/docs/"
    yield "not-found", "/nothing-here"


if __name__ == "__main__":
    main()
