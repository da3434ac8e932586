"""The manners of the API, held to by every route: who may ask, and which addresses there are."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.services import tokens
from tests import builders
from tests.api.client import ApiClient, look_at
from tests.api.routes import BODIES, LISTS, Route, everything_stored, routes
from tests.contract.worlds import a_small_world

NO_CREDENTIALS = {"detail": "Authentication credentials were not provided."}
INVALID = {"detail": "Invalid token."}
NOT_ALLOWED = {"detail": "You do not have permission to perform this action."}
NOT_FOUND = {"detail": "Not found."}
ORDERS = "/api/v1/oms/orders/"


@pytest.fixture
def key(app: Flask) -> str:
    """An administrator's key that may write, in a small world."""
    with app.app_context():
        return a_small_world()


def guarded(app: Flask) -> list[Route]:
    return [route for route in routes(app) if route.policy.scope is not None]


def refused_everywhere(app: Flask, said: dict[str, str], **options: Any) -> None:
    """Every route that wants a token answers 401, and nothing is stored."""
    client, before = app.test_client(), everything_stored(app)
    asked = guarded(app)
    assert len(asked) > 20
    for route in asked:
        answer = client.open(route.path, method=route.method, json=BODIES.get(route.path), **options)
        look_at(answer)
        assert (answer.status_code, answer.get_json()) == (401, said), route
        assert answer.headers["WWW-Authenticate"] == "Token"
    assert everything_stored(app) == before


def test_every_route_that_reads_a_body_and_every_list_is_held_to_the_manners(app: Flask) -> None:
    """Whoever adds one adds it to tests/api/routes.py."""
    posts = {route.path for route in routes(app) if route.method == "POST"} - {"/api/i1/auth/login/"}
    assert posts == set(BODIES)
    answers = app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    pages = {re.sub(r"{[^}]+}", "1", path) for path, methods in answers.items() if _is_paged(methods)}
    assert pages == set(LISTS)


def _is_paged(methods: dict[str, Any]) -> bool:
    return any(one["name"] == "page_size" for one in methods.get("get", {}).get("parameters", ()))


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("header", [None, "", "Token", "Token ", "Bearer abc", "Basic YTpi", "abc"])
def test_without_a_token_nothing_opens(app: Flask, header: str | None) -> None:
    refused_everywhere(app, NO_CREDENTIALS, headers={} if header is None else {"Authorization": header})


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("wrong", ["abc", "x" * 5_000, "a b", "ğ", "%00", "' OR 1=1 --"])
def test_with_a_wrong_token_nothing_opens(app: Flask, wrong: str) -> None:
    header = f"Token {wrong}".encode().decode("latin-1")
    refused_everywhere(app, INVALID, headers={"Authorization": header})


def test_a_revoked_token_opens_nothing_from_that_moment_on(app: Flask, key: str) -> None:
    api = ApiClient(app, key=key)
    api.get(ORDERS)
    with app.app_context():
        made, token = builders.a_token(builders.a_user(), scope="write")
        ApiClient(app, key=made).get(ORDERS)
        tokens.revoke_token(token.id)
    refused_everywhere(app, INVALID, headers={"Authorization": f"Token {made}"})


@pytest.mark.usefixtures("key")
def test_an_expired_token_opens_nothing_from_that_instant_on(app: Flask) -> None:
    ends = datetime(2026, 11, 20, 8, tzinfo=UTC)
    with app.app_context():
        made, _ = builders.a_token(builders.a_user(), scope="write", expires_date=ends)
    with clock.at(ends - timedelta(microseconds=1)):
        ApiClient(app, key=made).get(ORDERS)
    with clock.at(ends):
        refused_everywhere(app, INVALID, headers={"Authorization": f"Token {made}"})


@pytest.mark.usefixtures("key")
def test_the_token_of_somebody_who_left_opens_nothing(app: Flask) -> None:
    with app.app_context():
        made, _ = builders.a_token(builders.a_user(is_active=False), scope="write")
    refused_everywhere(app, INVALID, headers={"Authorization": f"Token {made}"})


@pytest.mark.usefixtures("key")
def test_a_cookie_alone_opens_nothing(app: Flask) -> None:
    with app.app_context():
        user = builders.a_user(role="administrator")
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = user.session_key, True
    assert browser.get("/orders/").status_code == 200, "it is signed in on the pages"
    for route in guarded(app):
        answer = browser.open(route.path, method=route.method, json=BODIES.get(route.path))
        assert (answer.status_code, answer.get_json()) == (401, NO_CREDENTIALS), route


@pytest.mark.parametrize("kind", ["Token", "token", "TOKEN"])
def test_the_word_before_the_token_may_be_written_in_any_case(app: Flask, key: str, kind: str) -> None:
    answer = app.test_client().get(ORDERS, headers={"Authorization": f"{kind} {key}"})
    assert answer.status_code == 200


@pytest.mark.usefixtures("key")
def test_a_token_that_reads_writes_nothing(app: Flask) -> None:
    reader, before = ApiClient(app, role="administrator", scope="read"), everything_stored(app)
    writes = [route for route in guarded(app) if route.method != "GET"]
    assert len(writes) >= 9
    for route in writes:
        answer = reader.ask(route.method, route.path, json=BODIES.get(route.path))
        assert (answer.status_code, answer.get_json()) == (403, NOT_ALLOWED), route
    assert {**everything_stored(app), "users": ()} == {**before, "users": ()}


@pytest.mark.usefixtures("key")
def test_a_role_that_has_no_business_there_is_refused_before_anything_is_read(app: Flask) -> None:
    manager = ApiClient(app, role="store_manager")
    closed = [route for route in guarded(app) if "store_manager" not in route.policy.roles]
    assert closed
    for route in closed:
        answer = manager.ask(route.method, route.path, data=b"{", content_type="application/json")
        assert (answer.status_code, answer.get_json()) == (403, NOT_ALLOWED), route


def test_every_address_answers_with_and_without_the_slash_at_its_end(app: Flask, key: str) -> None:
    api = ApiClient(app, key=key)
    for route in routes(app):
        if route.method == "GET":
            with_slash, without = (api.ask("GET", path) for path in (route.path, route.path.rstrip("/")))
            assert (with_slash.status_code, without.status_code) in ((200, 200), (404, 404)), route
            assert _without_addresses(with_slash.data) == _without_addresses(without.data), route
        else:
            wrong = {"data": b"{", "content_type": "application/json"}
            path = route.path.replace("/1/", "/987654321/")
            answers = [api.ask(route.method, one, **wrong) for one in (path, path.rstrip("/"))]
            assert answers[0].status_code == answers[1].status_code != 308, route
            assert answers[0].data == answers[1].data, route


def _without_addresses(data: bytes) -> bytes:
    return data.replace(b"/?", b"?")


def test_another_method_is_told_which_there_are(app: Flask, key: str) -> None:
    api, before = ApiClient(app, key=key), everything_stored(app)
    methods: dict[str, set[str]] = {}
    for route in routes(app):
        methods.setdefault(route.path, set()).add(route.method)
    for path, known in methods.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - known:
            answer = api.ask(method, path)
            assert (answer.status_code, answer.get_json()) == (
                405,
                {"detail": f'Method "{method}" not allowed.'},
            )
            allowed = {one.strip() for one in answer.headers["Allow"].split(",")}
            assert allowed - {"HEAD", "OPTIONS"} == known, path
    assert everything_stored(app) == before


def test_what_is_no_address_is_not_found(app: Flask, key: str) -> None:
    api = ApiClient(app, key=key)
    paths = ["/api/", "/api/v2/oms/orders/", "/api/v1/oms/order/", f"{ORDERS}abc/", f"{ORDERS}-1/"]
    for path in [*paths, f"{ORDERS}{2**63}/", f"{ORDERS}{10**40}/short/", f"{ORDERS}1%00/", "/api/v1/../v1/"]:
        assert api.get(path, 404) == NOT_FOUND


def test_an_unknown_record_is_not_found(app: Flask, key: str) -> None:
    api, before = ApiClient(app, key=key), everything_stored(app)
    for route in guarded(app):
        if "/1/" in route.path:
            path = route.path.replace("/1/", "/987654321/")
            answer = api.ask(route.method, path, json=BODIES.get(route.path, {}))
            assert (answer.status_code, answer.get_json()) == (404, NOT_FOUND), route
    assert everything_stored(app) == before


def test_the_addresses_of_other_pages_are_those_of_the_host_that_was_asked(app: Flask, key: str) -> None:
    api = ApiClient(app, key=key)
    for path in LISTS:
        assert_own_addresses(api, path)


def assert_own_addresses(api: ApiClient, path: str) -> None:
    forged = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "ftp",
        "Forwarded": "host=evil.example",
    }
    found = api.read(api.ask("GET", f"{path}?limit=1&limit=1", headers=forged), 200)
    for address in (found["next"], found["previous"]):
        assert address is None or address.startswith(f"http://localhost{path}?limit=1")
    for host in ("evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example", ""):
        answer = api.ask("GET", path, headers={"Host": host})
        assert answer.status_code == 400
        assert b"evil" not in answer.data


def test_the_addresses_of_other_pages_are_those_of_the_public_one_where_it_is_set(
    app: Flask, key: str
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], public_url="https://desk.example.com")
    found = ApiClient(app, key=key).get(ORDERS, limit=1, number__in="1001,1002")
    assert found["next"] == f"https://desk.example.com{ORDERS}?limit=1&number__in=1001%2C1002&page=2"
