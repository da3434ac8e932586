"""No planted secret comes out: on no page for any role, in no export, answer, error, log or stored row."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.api.endpoints import POLICIES
from app.domain.access import Role, Scope
from app.extensions import db
from app.models import AuditEntry, Fact, WebhookEvent
from tests import builders
from tests.access import canaries
from tests.access.canaries import SECRETS, found_in
from tests.access.stores import Stores, two_stores
from tests.access.test_matrix import ENDS_SESSION, Way, _ask, address, ways
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def planted(app: Flask, db_session: object) -> canaries.Planted:
    return canaries.plant(app)


@pytest.fixture
def stores(planted: canaries.Planted) -> Stores:
    found = two_stores(channel_id=planted.channel_id)
    found.shared["user_id"] = 1
    return found


def test_a_secret_is_found_in_every_form() -> None:
    """The search itself: what it cannot find proves nothing."""
    import base64
    from urllib.parse import quote

    for name, secret in SECRETS.items():
        for text in (secret, quote(secret), json.dumps(secret), secret.encode().hex()):
            assert name in found_in(f"before {text} after")
        for front in ("", "x", "xy"):
            assert name in found_in(base64.b64encode(f"{front}{secret} after".encode()).decode())
    assert found_in("nothing of that kind") == []


@pytest.mark.parametrize("role", [None, *Role])
def test_no_page_shows_a_secret(
    app: Flask, stores: Stores, role: Role | None, capsys: pytest.CaptureFixture[str]
) -> None:
    user = stores.own.manager if role is Role.STORE_MANAGER else builders.a_user(role=role or "operator")
    browser = PageClient(app, user.session_key if role else None)
    faults = [
        f"{way.method} {way.rule.rule}: {found}"
        for way in ways(app, of_api=False)
        if way.endpoint not in ENDS_SESSION
        for found in _on_page(app, browser, way, stores)
    ]
    assert not faults, "\n".join(faults)
    assert found_in(capsys.readouterr().err) == [], "and no log line"


def _on_page(app: Flask, browser: PageClient, way: Way, stores: Stores) -> Iterator[str]:
    path = address(app, way, stores, is_foreign=False)
    data = {"csrf_token": browser.token()} if way.method != "GET" else None
    answer = browser.client.open(path, method=way.method, data=data)
    yield from found_in(answer.get_data(as_text=True) + str(answer.headers))


@pytest.mark.parametrize("role", list(Role))
def test_no_answer_of_the_api_shows_a_secret(
    app: Flask, stores: Stores, role: Role, capsys: pytest.CaptureFixture[str]
) -> None:
    user = stores.own.manager if role is Role.STORE_MANAGER else builders.a_user(role=role)
    key = builders.a_token(user, scope=Scope.WRITE)[0]
    for way in ways(app, of_api=True):
        if POLICIES[way.endpoint].scope is not None and way.method != "DELETE":
            answer = _ask(app, way, address(app, way, stores, is_foreign=False), key)
            assert found_in(answer.get_data(as_text=True) + str(answer.headers)) == [], way
    assert found_in(capsys.readouterr().err) == [], "and no log line"


def test_signing_in_and_failing_leaves_no_secret_behind(
    app: Flask, planted: canaries.Planted, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = PageClient(app)
    wrong = browser.post("/sign-in", username=planted.username, password=SECRETS["wrong password"])
    assert wrong.status_code == 422
    assert found_in(wrong.get_data(as_text=True)) == []
    body = {"username": planted.username, "password": SECRETS["wrong password"]}
    answer = browser.client.post("/api/v1/auth/login/", json=body)
    assert (answer.status_code, found_in(answer.get_data(as_text=True))) == (400, [])
    signed_in = browser.post("/sign-in", username=planted.username, password=SECRETS["password of a person"])
    assert signed_in.status_code == 303
    headers = {"Authorization": f"Token {planted.key}"}
    assert browser.client.get("/api/v1/oms/orders/", headers=headers).status_code == 200
    assert found_in(capsys.readouterr().err) == []


def test_an_unexpected_error_tells_no_secret(
    app: Flask,
    planted: canaries.Planted,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> str:
        password = SECRETS["password of a channel"]
        raise RuntimeError("broke while a secret was at hand", len(password))

    monkeypatch.setitem(app.view_functions, "tokens.index", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    browser = PageClient(app, builders.a_user().session_key)
    for path in ("/tokens/", "/no/such/page", "/orders/999999999"):
        assert found_in(browser.client.get(path).get_data(as_text=True)) == []
    written = capsys.readouterr().err
    assert "broke while" in written
    assert found_in(written) == []


def test_what_is_stored_for_people_and_receivers_holds_no_secret(stores: Stores) -> None:
    for model in (AuditEntry, Fact, WebhookEvent):
        table = model.__table__
        rows = db.session.execute(select(table)).mappings().all()
        assert rows, f"there is something to look at in {table}"
        for row in rows:
            for column, value in row.items():
                text = value.decode() if isinstance(value, bytes) else json.dumps(value, default=str)
                assert found_in(text) == [], f"{table}.{column}"
