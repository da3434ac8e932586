"""From the overview along every link, as each role: nothing is dead, refused, foreign or unreadable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from app.domain.access import Role
from app.extensions import db
from app.models import User
from app.web.access import POLICY
from tests import page_list
from tests.browser import page_checks, worlds
from tests.browser.sessions import sign_in
from tests.page_list import NO_PAGES

HREF = re.compile(r'href="(/[^"#]*)')
READ_TWICE = ("my_location", "discrepancies")
UNLINKED = {
    "my_location.index": "the home of store managers, which the desk may open",
    "my_location.show": "as above",
    "replays.show": "an edit that is tried leads there",
    "reservations.ask": "reservations that are chosen lead there",
    "search.show": "what is typed into the search box leads there",
}
"""Pages no link leads to, and how people come to them; they are opened all the same."""


@pytest.fixture(autouse=True)
def world(app: Flask) -> None:
    with app.app_context():
        worlds.furnished()
        db.session.remove()


class Crawl:
    """The pages seen so far as one person: in the browser one of each route, over HTTP all others."""

    def __init__(self, app: Flask, page: Page, address: str, client: FlaskClient, role: Role) -> None:
        self.app, self.page, self.address, self.client = app, page, address, client
        self._is_reader = role is Role.ADMINISTRATOR
        self.faults: list[str] = []
        self.visited: set[str] = set()
        self._asked: set[str] = set()
        self._links: list[str] = []

    def go(self, start: str) -> None:
        """Open `start` and whatever can be reached from it."""
        self._links.append(start)
        while self._links:
            self._links.sort(key=len, reverse=True)  # a list before its pages and sortings
            path = self._links.pop()
            endpoint = self._endpoint(path)
            if self._is_new(endpoint):
                self._visit(path, endpoint)
            elif path not in self._asked:
                self._ask(path)
            self._asked.add(path)

    def _visit(self, path: str, endpoint: str) -> None:
        self.visited.add(endpoint)
        answer = self.page.goto(self.address + path)
        if answer is None or answer.status != 200:
            self.faults.append(f"{path}: {answer and answer.status}")
            return
        self.visited.add(self._endpoint(urlsplit(self.page.url).path))
        self.faults += [f"{path}: {one}" for one in self._faults(endpoint)]
        self._links += [link for link in self._found() if link not in self._asked]

    def _faults(self, endpoint: str) -> Iterator[str]:
        """Administrators see all that others see, in the same templates: axe, which takes most of the time,
        need not read them again, but for where store managers do their work.
        """
        is_read = self._is_reader or endpoint.partition(".")[0] in READ_TWICE
        return (page_checks.faults_of if is_read else page_checks.quick_faults_of)(self.page)

    def _found(self) -> Iterator[str]:
        hrefs = self.page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        for one in dict.fromkeys(hrefs):
            parts = urlsplit(one)
            if f"{parts.scheme}://{parts.netloc}" == self.address:
                yield parts.path + (f"?{parts.query}" if parts.query else "")
            else:
                self.faults.append(f"{self.page.url} leads to {one}")

    def _ask(self, path: str) -> None:
        """Over HTTP; a link to a page of a kind that was not seen so far is followed."""
        answer = self.client.get(path)
        if answer.status_code not in (200, 303, 308):
            self.faults.append(f"{path}: {answer.status_code}, a dead link")
        elif answer.mimetype == "text/html":
            for link in map(unescape, HREF.findall(answer.get_data(as_text=True))):
                if link not in self._asked and self._is_new(self._endpoint(link)):
                    self._links.append(link)

    def _is_new(self, endpoint: str) -> bool:
        return endpoint in POLICY and endpoint not in NO_PAGES and endpoint not in self.visited

    def _endpoint(self, path: str) -> str:
        try:
            return str(self.app.url_map.bind("localhost").match(path.partition("?")[0], method="GET")[0])
        except HTTPException:
            return ""


def wanted(role: Role) -> set[str]:
    """The pages that are open to the role; whoever is signed in is sent on from signing in."""
    pages = {page.endpoint for page in page_list.PAGES} - {"auth.sign_in"}
    return {name for name in pages & POLICY.keys() if POLICY[name].includes(role)}


@pytest.mark.parametrize("role", list(Role))
def test_every_page_of_a_role_is_reached_and_without_fault(
    app: Flask, page: Page, address: str, role: Role
) -> None:
    with app.app_context():
        key = db.session.scalars(select(User.session_key).where(User.role == role)).one()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = key
    sign_in(page.context, app, key, address)
    page_checks.prepare(page.context)
    crawl = Crawl(app, page, address, client, role)
    crawl.go("/")
    for name in sorted(UNLINKED.keys() & wanted(role) - crawl.visited):
        crawl.go(address_of(app, name))
    assert not crawl.faults, "\n".join(crawl.faults)
    assert wanted(role) - crawl.visited == set(), "say why no link leads there"


def test_pages_of_nobody_are_without_fault(page: Page, address: str) -> None:
    page_checks.prepare(page.context)
    for path in ("/sign-in", "/no/such/page"):
        page.goto(address + path)
        assert list(page_checks.faults_of(page)) == [], path


def address_of(app: Flask, endpoint: str) -> str:
    shown = next(one for one in page_list.PAGES if one.endpoint == endpoint)
    with app.test_request_context():
        return page_list.address_of(shown)
