"""Headers of every answer: what browsers are forbidden, how long they keep it, and its number."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import create_app

ANSWERS = ("/healthz", "/readyz", "/metrics", "/no/such/page", "/api/no/such/thing")


def policy_of(header: str) -> dict[str, list[str]]:
    directives = (part.split() for part in header.split(";"))
    return {words[0]: words[1:] for words in directives if words}


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_forbids_what_our_pages_never_do(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = policy_of(headers["Content-Security-Policy"])
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"].upper() == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers
    assert "Server" not in headers


def test_https_is_insisted_on_where_people_use_it(tmp_path: Path) -> None:
    app = create_app(
        {"PUBLIC_URL": "https://desk.example.com", "INSTANCE_PATH": tmp_path, "QUEUE_URL": "memory://"}
    )
    answer = app.test_client().get("/healthz", headers={"Host": "desk.example.com"})
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_pictures_of_others_are_shown_only_when_allowed(tmp_path: Path) -> None:
    app = create_app(
        {"IMAGE_ORIGINS": "https://cdn.example.com", "INSTANCE_PATH": tmp_path, "QUEUE_URL": "memory://"}
    )
    policy = policy_of(app.test_client().get("/healthz").headers["Content-Security-Policy"])
    assert policy["img-src"] == ["'self'", "https://cdn.example.com"]


def test_every_request_has_a_number(client: FlaskClient) -> None:
    first, second = (client.get("/healthz").headers["X-Request-ID"] for _ in range(2))
    assert first != second
    assert len(first) == 32


def test_a_number_given_by_a_proxy_is_kept_and_a_forged_one_is_not(client: FlaskClient) -> None:
    assert (
        client.get("/healthz", headers={"X-Request-ID": "edge-0001.a"}).headers["X-Request-ID"]
        == "edge-0001.a"
    )
    for forged in ("short", "x" * 65, 'a"}{"event":"forged"', "<script>alert(1)"):
        answer = client.get("/healthz", headers={"X-Request-ID": forged})
        assert answer.headers["X-Request-ID"] != forged


def test_what_a_page_says_itself_is_kept_and_said_once(client: FlaskClient) -> None:
    headers = client.get("/pictures/lm-tabl-tea.svg").headers
    assert headers.getlist("Content-Security-Policy") == ["default-src 'none'; sandbox"]
    (kept,) = headers.getlist("Cache-Control")
    assert "immutable" in kept
