"""Who may open which page (app/web/access.py): asked of every route, for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.services import audit
from app.web.access import EXTENSION, POLICY, Audience
from tests import builders
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("db_session")

VALUES: dict[str, Any] = {"number": "1", "key": "x", "command": "pack"}


def guarded(app: Flask) -> list[tuple[Rule, str]]:
    """Routes that are not open to all, each with one of its methods."""
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint in POLICY and POLICY[rule.endpoint] is not Audience.ANYBODY
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def address_of(app: Flask, rule: Rule) -> str:
    values = {name: VALUES.get(name, 1) for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def test_nobody_sees_a_page_without_signing_in(app: Flask) -> None:
    browser = PageClient(app)
    token = browser.token()
    for rule, method in guarded(app):
        answer = browser.client.open(address_of(app, rule), method=method, data={"csrf_token": token})
        assert answer.status_code == 303, rule
        assert answer.headers["Location"].startswith("/sign-in"), rule


def test_store_managers_are_refused_on_pages_of_the_desk(app: Flask) -> None:
    browser = PageClient(app, builders.a_user(role="store_manager").session_key)
    token = browser.token()
    for rule, method in guarded(app):
        if not POLICY[rule.endpoint].includes("store_manager"):
            answer = browser.client.open(address_of(app, rule), method=method, data={"csrf_token": token})
            assert answer.status_code == 403, rule
    page = browser.get("/scenarios/", status=403)
    assert "not open to you" in page.text


@pytest.mark.parametrize("role", ["operator", "administrator"])
def test_the_desk_is_open_to_operators_and_administrators(app: Flask, role: str) -> None:
    PageClient(app, builders.a_user(role=role).session_key).get("/")


def test_a_route_without_a_policy_is_open_to_nobody(app: Flask) -> None:
    known = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = {name: one for name, one in known.items() if name != "overview.show"}
    assert PageClient(app).client.get("/").status_code == 303
    PageClient(app, builders.a_user(role="administrator").session_key).get("/", status=403)


def test_htmx_leaves_the_page_when_the_session_has_ended(app: Flask) -> None:
    answer = PageClient(app).client.get("/orders/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/sign-in")


def test_an_unknown_address_tells_nobody_more(app: Flask) -> None:
    PageClient(app).get("/no/such/page", status=404)


def test_what_somebody_does_is_done_in_their_name(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    user, seen = builders.a_user(), []
    monkeypatch.setitem(app.view_functions, "overview.show", lambda: seen.append(audit.actor()) or "done")
    PageClient(app, user.session_key).client.get("/")
    assert seen == [audit.Actor(user.username, user.id)]
    assert audit.actor() == audit.SYSTEM, "and ends with the request"


@pytest.mark.parametrize("key", ["", "nobody", "x" * 5_000])
def test_a_session_of_nobody_is_no_session(app: Flask, key: str) -> None:
    assert PageClient(app, key).client.get("/").status_code == 303


def test_signing_in_again_leads_back_to_the_page_a_part_was_asked_for_from(app: Flask) -> None:
    browser = PageClient(app).client
    here = {"HX-Request": "true", "HX-Current-URL": "http://localhost/orders/?q=1&page=2"}
    answer = browser.get("/orders/?q=1&page=3", headers=here)
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/orders/?q%3D1%26page%3D2"
    elsewhere = browser.get(
        "/orders/", headers={**here, "HX-Current-URL": "https://elsewhere.example/orders/"}
    )
    assert elsewhere.headers["HX-Redirect"] == "/sign-in"


def test_a_form_of_a_session_that_ended_leads_to_signing_in_and_back_to_it(app: Flask) -> None:
    browser = PageClient(app)
    form = {"data": {"csrf_token": "of the session that ended"}}
    answer = browser.client.post("/tokens/new", headers={"Referer": "http://localhost/tokens/new"}, **form)
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/tokens/new")
    assert "Your session had ended" in browser.get(answer.location).text
    assert browser.client.post("/sign-in", **form).status_code == 400, "this form is open to all"
    part = {"HX-Request": "true", "HX-Current-URL": "http://localhost/packages/"}
    assert (
        browser.client.post("/tokens/new", headers=part, **form).headers["HX-Redirect"].endswith("/packages/")
    )
