"""The one client of page tests. Whatever it opens is held to the rules of the house."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app.config import PROJECT_ROOT
from tests.page_markup import Element, read

STATIC = PROJECT_ROOT / "static"
# Put into the channel of every test world: they must come out of no page.
PLANTED_SECRETS = ("planted-password-1", "planted-auth-token-2", "planted-api-key-3")
HTMX_METHODS = {f"hx-{name}": name.upper() for name in ("get", "post", "put", "patch", "delete")}
PYTHON_WORDS = re.compile(r"\b(None|True|False)\b|datetime\.|<[a-z]+\.|Undefined")
POINTS_TO_IDS = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "data-dialog")


class PageClient:
    """A browser that signs in without a password, opens pages and looks at all of them closely."""

    def __init__(self, app: Flask, session_key: str | None = None) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self._token = ("", "")  # the one its session knows, and what a page made of it
        if session_key is not None:
            with self.client.session_transaction() as session:
                session["_user_id"] = session_key
                session["_fresh"] = True

    def get(self, path: str, status: int = 200) -> Element:
        """The page at that path, looked at."""
        answer = self.client.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.headers.get('Location')}"
        return self.looked_at(answer, path)

    def get_part(self, path: str) -> Element:
        """What htmx gets for that path: a part without a frame."""
        answer = self.client.get(path, headers={"HX-Request": "true"})
        assert answer.status_code == 200, path
        return self.looked_at(answer, path, is_part=True)

    def post(self, path: str, **data: Any) -> TestResponse:
        """The answer to a form with the token of the sign-in page's session."""
        return self.client.post(path, data={"csrf_token": self.token(), **data})

    def token(self) -> str:
        """A CSRF token of this session, from a page; asked for again once the session has another one."""
        if not self._token[0] or self._token[0] != self._kept_token():
            root, _ = read(self.client.get("/no/such/page").get_data(as_text=True))
            named = {one.attributes.get("name"): one for one in root.find_all("meta")}
            self._token = (self._kept_token(), named["csrf-token"].attributes["content"])
        return self._token[1]

    def _kept_token(self) -> str:
        """What the session cookie holds to check tokens against; "" without one."""
        cookie = self.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        serializer = self.app.session_interface.get_signing_serializer(self.app)
        kept: dict[str, str] = serializer.loads(cookie.decoded_value) if cookie else {}
        return kept.get("csrf_token", "")

    def looked_at(self, answer: TestResponse, path: str, is_part: bool = False) -> Element:
        """The page of that answer, which keeps every rule."""
        html = answer.get_data(as_text=True)
        assert answer.mimetype == "text/html", path
        root, faults = read(html)
        faults += [f"shows the secret {secret}" for secret in PLANTED_SECRETS if secret in html]
        faults += [] if is_part else list(_faults_of_frame(root))
        faults += [*_faults_of_ids(root, is_part), *_faults_of_scripts(root), *_faults_of_words(root)]
        faults += [*self._faults_of_links(root, path), *_faults_of_forms(root)]
        assert not faults, "\n".join([path, *faults])
        return root

    def _faults_of_links(self, root: Element, path: str) -> Iterator[str]:
        for one in root.walk():
            for name in ("href", "src"):
                if name in one.attributes:
                    yield from self._fault_of_address(one.attributes[name], "GET", one, path)
            for name, method in HTMX_METHODS.items():
                if name in one.attributes:
                    yield from self._fault_of_address(one.attributes[name], method, one, path)
        for form in root.find_all("form"):
            method = form.attributes.get("method", "get").upper()
            yield from self._fault_of_address(form.attributes.get("action", path), method, form, path)

    def _fault_of_address(self, address: str, method: str, element: Element, path: str) -> Iterator[str]:
        parts = urlsplit(address)
        if parts.scheme == "mailto" or (not parts.path and parts.fragment):
            return
        if parts.scheme or parts.netloc:
            yield f"<{element.tag}> leads to another host: {address}"
        elif parts.path.startswith("/static/"):
            yield from _fault_of_file(parts.path.removeprefix("/static/"), parts.fragment)
        elif not parts.path.startswith("/"):
            yield f"<{element.tag}> has a relative address: {address!r} on {path}"
        elif fault := _fault_of_route(self.app, parts.path, method):
            yield fault


def _faults_of_frame(root: Element) -> Iterator[str]:
    headings = [one.text for one in root.find_all("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"has these h1: {headings}"
    titles = [one.text for one in root.find_all("title")]
    if len(titles) != 1 or not titles[0].split("·")[0].strip():
        yield f"has these titles: {titles}"
    if not root.find_all("html")[0].attributes.get("lang"):
        yield "does not say its language"
    if len(root.find_all("main")) != 1:
        yield "has not one main part"


def _faults_of_ids(root: Element, is_part: bool) -> Iterator[str]:
    ids = Counter(one.attributes["id"] for one in root.with_attribute("id"))
    yield from (f"has the id {one!r} twice" for one, times in sorted(ids.items()) if times > 1)
    if is_part:
        return
    for one in root.walk():
        wanted = [word for name in POINTS_TO_IDS for word in one.attributes.get(name, "").split()]
        target = one.attributes.get("hx-target", "")
        wanted += [target[1:]] if target.startswith("#") else []
        address = one.attributes.get("href", "")
        wanted += [address[1:]] if address.startswith("#") and len(address) > 1 else []
        missing = [name for name in wanted if name not in ids]
        yield from (f"<{one.tag}> points to {name!r}, which is not there" for name in missing)


def _faults_of_scripts(root: Element) -> Iterator[str]:
    """What the content security policy would refuse."""
    for one in root.walk():
        if one.tag == "style" or "style" in one.attributes:
            yield f"<{one.tag}> holds a style"
        is_data = one.attributes.get("type") == "application/json"
        if one.tag == "script" and "src" not in one.attributes and not is_data:
            yield "holds a script"
        yield from (f"<{one.tag}> has {name}" for name in one.attributes if name.startswith(("on", "hx-on")))


def _faults_of_words(root: Element) -> Iterator[str]:
    """Values that were written as Python writes them."""
    for one in root.walk():
        texts = [child.strip() for child in one.children if isinstance(child, str) and one.tag != "script"]
        yield from (f"<{one.tag}> says {text[:80]!r}" for text in texts if PYTHON_WORDS.search(text))


def _faults_of_forms(root: Element) -> Iterator[str]:
    for form in root.find_all("form"):
        if form.attributes.get("method", "get").lower() != "post":
            continue
        fields = {one.attributes.get("name"): one.attributes.get("value") for one in form.find_all("input")}
        if not fields.get("csrf_token"):
            yield f"the form to {form.attributes.get('action')} has no CSRF token"


@lru_cache(maxsize=2_000)
def _fault_of_route(app: Flask, path: str, method: str) -> str | None:
    try:
        app.url_map.bind("localhost").match(path, method=method)
    except HTTPException as error:
        return f"{method} {path}: no such route ({error.code})"
    return None


def _fault_of_file(name: str, fragment: str) -> Iterator[str]:
    file = STATIC / name
    if not file.exists():
        yield f"static/{name} is not there"
    elif fragment and fragment not in _symbols(file):
        yield f"static/{name} has no {fragment}"


@cache
def _symbols(file: Path) -> set[str]:
    return set(re.findall(r'id="([^"]+)"', file.read_text()))
