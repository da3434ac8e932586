"""No error page, no error answer and nothing written about one tells a secret: neither one that is kept here
nor one that came with the request. Each request has a key in its header and secrets in its form or JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn
from urllib.parse import quote

import pytest
import structlog
from flask import Flask, Response, request
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app import databases, error_pages
from app.api.reading import LARGEST_BODY
from app.extensions import db
from app.models import AuditEntry
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.access import canaries
from tests.access.canaries import SECRETS, found_in
from tests.pages import PageClient

LARGEST = 4_000  # bytes of a form, in these tests
HOOKS, LOGIN = "/api/v1/oms/webhooks/", "/api/v1/auth/login/"
CREATE_HOOK = "api.webhooks_create_webhook"


@pytest.fixture
def asking(app: Flask, db_session: object, monkeypatch: pytest.MonkeyPatch) -> Asking:
    planted = canaries.plant(app)
    known = app.extensions["settings"]
    app.extensions["settings"] = replace(known, login_rate_limit="1/minute")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    return Asking(app, planted, monkeypatch)


class Asking:
    """Somebody signed in who sends secrets along with everything, and what can be made to go wrong."""

    def __init__(self, app: Flask, planted: canaries.Planted, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.planted, self._monkeypatch = app, planted, monkeypatch
        self._browser = PageClient(app, builders.a_user(role="administrator").session_key)
        self._browser.token()  # while pages come out whole
        self._headers = {"Authorization": f"Token {planted.key}"}

    def page(self, path: str, method: str = "POST", token: str = "", **named: Any) -> TestResponse:
        """Send a form as the sign-in page does."""
        form = {
            "csrf_token": token or self._browser.token(),
            "username": self.planted.username,
            "password": SECRETS["password of a person"],
            "secret": SECRETS["secret of a webhook"],
        }
        headers = self._headers | named.pop("headers", {})
        return self._browser.client.open(path, method=method, data=form | named, headers=headers)

    def api(self, path: str, method: str = "POST", **named: Any) -> TestResponse:
        """Send JSON as scripts do: a subscription whose target is wrong, with its secrets."""
        body = {
            "event_type": "*",
            "target_url": "ftp://no.example/",
            "secret_key": SECRETS["secret of a webhook"],
            "additional_headers": {"X-Key": SECRETS["header of a webhook"]},
            "password": SECRETS["password of a person"],
        }
        return self.app.test_client().open(path, method=method, json=body | named, headers=self._headers)

    def twice(self, ask: Callable[..., TestResponse], path: str, **named: Any) -> TestResponse:
        """The second of two requests, for which no rate is left."""
        self.app.extensions["settings"] = replace(self.app.extensions["settings"], api_rate_limit="1/minute")
        ask(path, **named)
        return ask(path, **named)

    def without_database(self, ask: Callable[..., TestResponse], endpoint: str, path: str) -> TestResponse:
        """While a statement with a secret among its values fails as if the database were away."""
        self._monkeypatch.setattr(databases, "is_unavailable", lambda _error: True)
        return self.failing(ask, endpoint, path)

    def without_layout(self, ask: Callable[..., TestResponse], endpoint: str, path: str) -> TestResponse:
        """The same when not even the layout of the page can be made."""
        self._monkeypatch.setattr(error_pages, "render_template", _ask_for_secrets)
        return self.without_database(ask, endpoint, path)

    def failing(self, ask: Callable[..., TestResponse], endpoint: str, path: str) -> TestResponse:
        """While a statement with a secret among its values fails for a reason nobody thought of."""
        self._monkeypatch.setitem(self.app.view_functions, endpoint, _ask_for_secrets)
        return ask(path)


def _ask_for_secrets(*_names: object, **_values: object) -> NoReturn:
    """A statement that the database refuses, with secrets as its values."""
    values = {name.replace(" ", "_"): secret for name, secret in SECRETS.items()}
    named = ", ".join(f":{name}" for name in values)
    db.session.execute(text(f"SELECT nowhere FROM no_such_table WHERE x IN ({named})"), values)
    raise AssertionError("there is no such table")


Case = Callable[[Asking], TestResponse]
CASES: dict[tuple[str, int], Case] = {
    ("page, unknown host", 400): lambda one: one.page("/sign-in", headers={"Host": "evil.example.com"}),
    ("page, form out of date", 400): lambda one: one.page("/account/password", token="late"),
    ("page, address", 404): lambda one: one.page("/no/such/page"),
    ("page, record", 404): lambda one: one.page("/webhooks/999999/secret"),
    ("page, method", 405): lambda one: one.page("/sign-in", "PUT"),
    ("page, size", 413): lambda one: one.page("/sign-in", note="x" * LARGEST),
    ("page, wrong fields", 422): lambda one: one.page("/webhooks/new", target_url="ftp://no.example/"),
    ("page, rate", 429): lambda one: one.twice(one.page, "/sign-in", username="nobody"),
    ("page, fault", 500): lambda one: one.failing(one.page, "auth.check_sign_in", "/sign-in"),
    ("page, database", 503): lambda one: one.without_database(one.page, "auth.check_sign_in", "/sign-in"),
    ("page, layout", 503): lambda one: one.without_layout(one.page, "auth.check_sign_in", "/sign-in"),
    ("API, wrong fields", 400): lambda one: one.api(HOOKS),
    ("API, wrong kinds", 400): lambda one: one.api(HOOKS, secret_key=[SECRETS["secret of a webhook"]]),
    ("API, wrong header", 400): lambda one: one.api(
        HOOKS, target_url="https://a.example/", additional_headers={"X-Key": SECRETS["secret of a webhook"]}
    ),
    ("API, wrong password", 400): lambda one: one.api(LOGIN, username="nobody"),
    ("API, address", 404): lambda one: one.api("/api/v1/no/such/thing/"),
    ("API, record", 404): lambda one: one.api(f"{HOOKS}999999/", "DELETE"),
    ("API, method", 405): lambda one: one.api(LOGIN, "DELETE"),
    ("API, size", 413): lambda one: one.api(HOOKS, note="x" * LARGEST_BODY),
    ("API, rate", 429): lambda one: one.twice(one.api, HOOKS),
    ("API, rate of signing in", 429): lambda one: one.twice(one.api, LOGIN, username="nobody"),
    ("API, fault", 500): lambda one: one.failing(one.api, CREATE_HOOK, HOOKS),
    ("API, database", 503): lambda one: one.without_database(one.api, CREATE_HOOK, HOOKS),
}


def all_told(asking: Asking, case: Case, status: int, capsys: pytest.CaptureFixture[str]) -> str:
    """The answer with its headers, everything written meanwhile, and the audit log."""
    capsys.readouterr()
    answer = case(asking)
    assert answer.status_code == status
    written = capsys.readouterr()
    entries = db.session.execute(select(AuditEntry.__table__)).mappings()
    kept = "\n".join(json.dumps(dict(row), default=str) for row in entries)
    return "\n".join([answer.get_data(as_text=True), str(answer.headers), written.err, written.out, kept])


@pytest.mark.parametrize(("what", "status"), CASES)
def test_an_error_tells_no_secret(
    asking: Asking, what: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found_in(all_told(asking, CASES[what, status], status, capsys)) == []


WRITTEN: dict[str, Callable[[str], str]] = {
    "plain": str,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "URL": quote,
    "JSON": json.dumps,
}


@pytest.mark.parametrize(("what", "status"), CASES)
def test_an_error_that_told_one_would_be_noticed(
    asking: Asking,
    what: str,
    status: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What came with the request, put by a hook of this test into the answer, the log and the audit log."""
    hooks = {**asking.app.after_request_funcs}
    monkeypatch.setattr(asking.app, "after_request_funcs", hooks)
    hooks[None] = [_tell_everything, *hooks.get(None, [])]
    lines = all_told(asking, CASES[what, status], status, capsys).splitlines()
    for place in ("answer", "log", "audit"):
        for form in WRITTEN:
            told = [line for line in lines if f"{place} {form}" in line]
            assert told and any(found_in(line) for line in told), f"{place}, {form}"


def _tell_everything(response: Response) -> Response:
    came = request.headers.get("Authorization", "") * 2
    told = {form: write(came) for form, write in WRITTEN.items()}
    lines = "\n".join(f"answer {form} {text}" for form, text in told.items())
    response.set_data(f"{response.get_data(as_text=True)}\n{lines}\n")
    with unit_of_work() as work:
        for form, text in told.items():
            structlog.get_logger("leak").info(f"log {form} {text}")
            work.audit("leak.told", "leak", 0, {}, {}, f"audit {form} {text}")
    return response
