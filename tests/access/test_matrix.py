"""Every route, page and API, for every role, with own and foreign objects: made from the URL map.

A route without a policy, or with an argument nobody has registered in stores.py, fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.api.endpoints import POLICIES
from app.domain.access import Role, Scope, Whose
from app.web.access import POLICY, Audience
from tests import builders
from tests.access.stores import GIVEN_AWAY, OF_PEOPLE, OF_STORES, Stores, two_stores
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("db_session")

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# They end the session of who asks: asked last.
ENDS_SESSION = ("account.sign_out_everywhere", "auth.sign_out")
# Pages that need to be told what is asked for.
PLACES = ("erp_code=ST-A&sku=SKU-1001", "erp_code=ST-B&sku=SKU-FOREIGN-1")
QUERIES = {"places.show": PLACES, "places.show_json": PLACES}
# What the desk has about stores, own and foreign: it opens, and managers are refused before it is looked for.
WORK = frozenset(
    {
        "batches.show",
        "stock_feeds.show",
        "replays.show",
        "replays.ask",
        "upstream.show",
        "webhook_events.show",
        "webhook_events.show_response",
    }
)
# What endpoints of the API about an object of a store are sent, so that its owner decides the answer.
BODIES: dict[str, Any] = {
    "api.packages_command_package": {"command": "pack"},
    "api.execution_plans_command_plan": {"command": "replan"},
    "api.reservations_release_reservation": {"reason": "asked for"},
}


@dataclass(frozen=True)
class Way:
    """A route by one of its methods."""

    rule: Rule
    method: str

    @property
    def endpoint(self) -> str:
        return self.rule.endpoint

    def is_foreign_to(self, named: frozenset[str]) -> bool:
        return bool(self.rule.arguments & named) or (named is OF_STORES and self.endpoint in QUERIES)


def ways(app: Flask, *, of_api: bool) -> list[Way]:
    """Every route with each of its methods; what ends the session comes last."""
    found = [
        Way(rule, method)
        for rule in app.url_map.iter_rules()
        for method in METHODS
        if method in (rule.methods or ()) and (rule.endpoint in POLICIES) is of_api
    ]
    return sorted(found, key=lambda way: (way.endpoint in ENDS_SESSION, way.method != "GET"))


def address(app: Flask, way: Way, stores: Stores, *, is_foreign: bool) -> str:
    values = stores.values(set(way.rule.arguments), is_foreign=is_foreign)
    path = app.url_map.bind("localhost").build(way.endpoint, values)
    return f"{path}?{QUERIES[way.endpoint][is_foreign]}" if way.endpoint in QUERIES else path


@pytest.fixture
def stores(db_session: object) -> Stores:
    return two_stores()


def test_every_argument_of_an_address_is_registered(app: Flask, stores: Stores) -> None:
    for way in [*ways(app, of_api=False), *ways(app, of_api=True)]:
        for is_foreign in (False, True):
            address(app, way, stores, is_foreign=is_foreign)


def test_every_route_says_who_and_whose(app: Flask) -> None:
    pages = {way.endpoint for way in ways(app, of_api=False) if not way.rule.rule.startswith("/api/")}
    assert pages == set(POLICY)
    assert all(isinstance(audience.whose, Whose) for audience in POLICY.values())
    is_served = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    assert is_served == set(POLICIES)


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("is_foreign", [True, False], ids=["foreign", "own"])
def test_pages_are_open_to_whom_the_table_says(
    app: Flask, stores: Stores, role: Role | None, is_foreign: bool
) -> None:
    faults = list(_faults_of_pages(app, stores, role, is_foreign))
    assert not faults, "\n".join(faults)


def _faults_of_pages(app: Flask, stores: Stores, role: Role | None, is_foreign: bool) -> Iterator[str]:
    browser = PageClient(app, _session_key(stores, role))
    token = browser.token()
    for way in ways(app, of_api=False):
        audience = POLICY.get(way.endpoint)
        if audience is None or audience is Audience.ANYBODY:
            continue
        path = address(app, way, stores, is_foreign=is_foreign)
        answer = browser.client.open(path, method=way.method, data={"csrf_token": token})
        fault = _fault_of_page(way, audience, role, is_foreign, answer)
        if fault:
            yield f"{role} {way.method} {path}: {answer.status_code}, {fault}"
        if role is Role.STORE_MANAGER:
            yield from (f"{path} shows {one!r}" for one in _given_away(answer))
        if way.method != "GET":
            token = browser.token()


def _session_key(stores: Stores, role: Role | None) -> str | None:
    if role is None:
        return None
    return (
        stores.own.manager.session_key
        if role is Role.STORE_MANAGER
        else builders.a_user(role=role).session_key
    )


def _fault_of_page(
    way: Way, audience: Audience, role: Role | None, is_foreign: bool, answer: TestResponse
) -> str | None:
    status = answer.status_code
    if role is None:
        leads_to_sign_in = status == 303 and answer.headers["Location"].startswith("/sign-in")
        return None if leads_to_sign_in else "nobody is asked to sign in"
    if not audience.includes(role):
        return None if status == 403 else "is not refused"
    if is_foreign and _is_somebody_elses(way, audience, role):
        return None if status == 404 else "is somebody else's"
    if status == 403 or status >= 500:
        return "is open to them"
    opens = audience.whose is Whose.OWN_LOCATIONS or way.endpoint in WORK
    must_open = way.method == "GET" and opens
    return "should open" if must_open and status not in (200, 303) else None


def _is_somebody_elses(way: Way, audience: Audience, role: Role) -> bool:
    if audience.whose is Whose.OWN_LOCATIONS:
        return role is Role.STORE_MANAGER and way.is_foreign_to(OF_STORES)
    return audience.whose is Whose.OWN and role is not Role.ADMINISTRATOR and way.is_foreign_to(OF_PEOPLE)


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("is_foreign", [True, False], ids=["foreign", "own"])
def test_endpoints_are_open_to_whom_they_say(
    app: Flask, stores: Stores, role: Role | None, is_foreign: bool
) -> None:
    key = _key(stores, role, Scope.WRITE)
    faults = list(_faults_of_endpoints(app, stores, role, is_foreign, key))
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", list(Role))
def test_a_token_that_only_reads_changes_nothing(app: Flask, stores: Stores, role: Role) -> None:
    key = _key(stores, role, Scope.READ)
    for way in ways(app, of_api=True):
        if POLICIES[way.endpoint].scope is Scope.WRITE:
            answer = _ask(app, way, address(app, way, stores, is_foreign=False), key)
            assert answer.status_code == 403, way


def _key(stores: Stores, role: Role | None, scope: Scope) -> str | None:
    if role is None:
        return None
    user = stores.own.manager if role is Role.STORE_MANAGER else builders.a_user(role=role)
    return builders.a_token(user, scope=scope)[0]


def _ask(app: Flask, way: Way, path: str, key: str | None) -> TestResponse:
    headers = {"Authorization": f"Token {key}"} if key else {}
    body = {} if way.method == "GET" else {"json": BODIES.get(way.endpoint, {})}
    return app.test_client().open(path, method=way.method, headers=headers, **body)


def _faults_of_endpoints(
    app: Flask, stores: Stores, role: Role | None, is_foreign: bool, key: str | None
) -> Iterator[str]:
    for way in ways(app, of_api=True):
        policy = POLICIES[way.endpoint]
        if policy.scope is None:
            continue
        path = address(app, way, stores, is_foreign=is_foreign)
        answer = _ask(app, way, path, key)
        status, wanted = answer.status_code, None
        if role is None:
            wanted = 401
        elif role not in policy.roles:
            wanted = 403
        elif is_foreign and role is Role.STORE_MANAGER and way.is_foreign_to(OF_STORES):
            wanted = 404
        if (wanted is None and status in (401, 403, 500)) or (wanted is not None and status != wanted):
            yield f"{role} {way.method} {path}: {status}, not {wanted}"
        if role is Role.STORE_MANAGER:
            yield from (f"{path} shows {one!r}" for one in _given_away(answer))


def _given_away(answer: TestResponse) -> list[str]:
    text = answer.get_data(as_text=True)
    return [one for one in GIVEN_AWAY if one in text]


def test_every_form_of_a_page_needs_its_token(app: Flask, stores: Stores) -> None:
    browser = PageClient(app, builders.a_user(role="administrator").session_key)
    browser.token()
    posts = [way for way in ways(app, of_api=False) if way.method != "GET"]
    assert len(posts) > 20
    for way in posts:
        path = address(app, way, stores, is_foreign=False)
        assert browser.client.open(path, method=way.method).status_code == 400, path
        answer = browser.client.open(path, method=way.method, data={"csrf_token": "guessed"})
        assert answer.status_code == 400, path


def test_what_a_manager_finds_is_of_the_own_store(app: Flask, stores: Stores) -> None:
    """The other way round: scoping must not hide what is theirs."""
    browser = PageClient(app, stores.own.manager.session_key)
    assert "1001-1" in browser.get(f"/my-location/{stores.own.location.id}").text
    assert "SKU-1001" in browser.get("/discrepancies/").text
    assert "1002-1" in browser.get("/packages/").text
    assert "1001" in browser.get(f"/orders/{stores.own.arguments['order_id']}").text
    other = PageClient(app, stores.other.manager.session_key)
    assert "FOREIGN-1" in other.get(f"/my-location/{stores.other.location.id}").text
