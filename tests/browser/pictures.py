"""`make pictures`: every page of the demo world, wide and narrow, light and dark, into pictures/.

`python -m tests.browser.pictures overview orders` takes only these; PICTURE_DATABASE takes them of a demo
that is there already, PICTURE_ORDERS makes another size of one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from sqlalchemy import select

from app import create_app, error_pages
from app.cli.demo import ACCOUNTS, DEMO_PASSWORD
from app.config import PROJECT_ROOT
from app.domain.access import Role
from app.extensions import db
from app.models import User
from app.services import audit
from tests import page_list
from tests.browser.chromium import FLAGS, MISSING, find_chromium
from tests.browser.contact_sheet import write_sheet
from tests.furniture import furnish
from tests.page_list import ShownPage
from tests.servers import a_server, asked_until_it_answers, environment, flask

FOLDER = PROJECT_ROOT / "pictures"
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
THEMES = ("light", "dark")
ERRORS = (403, 404, 429, 500, 503)
IN_TURKISH = ("overview", "orders", "out-of-stock", "investigation-stale_reservation", "my-location")
PATIENCE_MS = 300_000  # a machine that does something else meanwhile is no reason to begin again
USERNAMES = {role: name for name, role in ACCOUNTS.items()}

Addresses = list[tuple[ShownPage, str]]


def main(only: list[str]) -> None:
    """Make a demo world of its own, serve it, take the pictures and put them on one sheet."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit(MISSING)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="stocktrace-pictures-") as folder:
        database = os.environ.get("PICTURE_DATABASE") or _a_demo(Path(folder))
        shown, errors = _what_to_show(database, Path(folder), only)
        with a_server(database, Path(folder)) as (address, _), sync_playwright() as playwright:
            asked_until_it_answers(f"{address}/readyz")
            with closing(playwright.chromium.launch(executable_path=chromium, args=FLAGS)) as browser:
                count = sum(1 for _ in _taken(browser, address, shown, errors))
                write_sheet(browser, FOLDER)
    print(f"{count} pictures and {FOLDER / 'index.html'}")


def _a_demo(folder: Path) -> str:
    """The address of a new demo's database in that folder."""
    database = f"sqlite:///{folder}/demo.db"
    for command in (("db", "upgrade"), ("demo", "--orders", os.environ.get("PICTURE_ORDERS", "1000"))):
        subprocess.run(flask(*command), cwd=PROJECT_ROOT, env=environment(database, folder), check=True)
    return database


def _what_to_show(database: str, folder: Path, only: Iterable[str]) -> tuple[Addresses, dict[str, str]]:
    """The pages, and the error pages as they are answered, after the world got what people leave behind."""
    os.environ.update(environment(database, folder))
    app = create_app()
    with app.app_context(), audit.acting_as(USERNAMES[Role.ADMINISTRATOR]):
        users = select(User.id, User.role).order_by(User.id)
        administrator = next(one.id for one in db.session.execute(users) if one.role == Role.ADMINISTRATOR)
        if not page_list.is_furnished():
            furnish(administrator)
    errors = {}
    for code in ERRORS:
        with app.test_request_context("/"):
            errors[f"error-{code}"] = error_pages.answer(code).get_data(as_text=True)
    wanted = set(only)
    shown = [(page, path) for page, path in page_list.addresses(app) if not wanted or page.name in wanted]
    return shown, {name: html for name, html in errors.items() if not wanted or name in wanted}


def _taken(browser: Browser, address: str, shown: Addresses, errors: dict[str, str]) -> Iterator[Path]:
    for role in (None, *USERNAMES):
        with closing(_signed_in(browser, address, role)) as context:
            page = context.new_page()
            for one, path in shown:
                if one.role == role:
                    yield from _all_of(page, one.name, f"{address}{path}")
    with closing(_signed_in(browser, address, None)) as context:
        page = context.new_page()
        for name, html in errors.items():
            page.route(f"**/{name}", _answering(html))
            yield from _all_of(page, name, f"{address}/{name}")
    yield from _in_turkish(browser, address, shown)


def _in_turkish(browser: Browser, address: str, shown: Addresses) -> Iterator[Path]:
    """What a person sees whose browser asks for Turkish, and whose account says nothing else."""
    for role in USERNAMES:
        with closing(_signed_in(browser, address, role, locale="tr-TR")) as context:
            page = context.new_page()
            for one, path in shown:
                if one.role == role and one.name in IN_TURKISH:
                    yield from _all_of(page, f"tr-{one.name}", f"{address}{path}")


def _signed_in(browser: Browser, address: str, role: Role | None, locale: str = "en-GB") -> BrowserContext:
    context = browser.new_context(locale=locale, timezone_id="Europe/Istanbul")
    context.set_default_timeout(PATIENCE_MS)
    if role is not None:
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        page.fill("[name=username]", USERNAMES[role])
        page.fill("[name=password]", DEMO_PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "sign-in" not in url)
        page.close()
    return context


def _all_of(page: Page, name: str, address: str) -> Iterator[Path]:
    """The page in each size and theme; changing the theme draws its charts again."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address, wait_until="networkidle")
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.locator(f"html[data-bs-theme={theme}]").wait_for(state="attached")
            target = FOLDER / f"{name}-{size}-{theme}.png"
            page.screenshot(path=target, full_page=True, animations="disabled")
            yield target


def _answering(html: str):  # type: ignore[no-untyped-def]
    def fulfil(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    return fulfil


if __name__ == "__main__":
    main(sys.argv[1:])
