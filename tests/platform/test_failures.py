"""What comes out when something goes wrong: a page for people, JSON for scripts, never a bare trace."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from flask import Flask, abort, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app import databases, error_pages
from app.domain.errors import Invalid, NotFound, Refused
from app.web import access


def locked() -> OperationalError:
    return OperationalError(
        "UPDATE x SET secret = 'unspoken-detail'", {}, sqlite3.OperationalError("database is locked")
    )


def raising(error: BaseException) -> Callable[[], str]:
    def view() -> str:
        raise error

    return view


def aborting(status: int) -> Callable[[], str]:
    def view() -> str:
        abort(status)

    return view


FAILURES: dict[str, tuple[Callable[[], str], int, int]] = {
    # name → what the view does, status of the page, status under /api/
    "400": (aborting(400), 400, 400),
    "401": (aborting(401), 401, 401),
    "403": (aborting(403), 403, 403),
    "413": (aborting(413), 413, 413),
    "422": (aborting(422), 422, 422),
    "429": (aborting(429), 429, 429),
    "503": (aborting(503), 503, 503),
    "418": (aborting(418), 418, 418),
    "not-found": (raising(NotFound("package", 7)), 404, 404),
    "refused": (raising(Refused("already_served")), 409, 400),
    "invalid": (raising(Invalid({"reason": ["is missing"]})), 422, 400),
    "locked": (raising(locked()), 503, 503),
    "busy": (raising(databases.DatabaseBusy("busy")), 503, 503),
    "fault": (raising(ZeroDivisionError("unspoken-detail")), 500, 500),
}


@pytest.fixture(scope="module")
def failing(application: Flask) -> FlaskClient:
    """A client of an application that has a failing route for each kind."""
    from app import create_app

    made = create_app(
        {
            "DATABASE_URL": application.config["DATABASE_URL"],
            "QUEUE_URL": "memory://",
            "INSTANCE_PATH": application.instance_path,
        }
    )
    made.config["MAX_CONTENT_LENGTH"] = 1_000
    made.add_url_rule("/fails/body", "body", lambda: request.get_data(), methods=["POST"])
    opened = ["body", *(f"page-{name}" for name in FAILURES)]
    made.extensions[access.EXTENSION].update(dict.fromkeys(opened, access.Audience.ANYBODY))
    for name, (view, _, _) in FAILURES.items():
        made.add_url_rule(f"/fails/{name}", f"page-{name}", view)
        made.add_url_rule(f"/api/fails/{name}", f"api-{name}", view)
    return made.test_client()


@pytest.mark.parametrize("name", FAILURES)
def test_a_page_says_what_happened_and_carries_the_number_to_quote(failing: FlaskClient, name: str) -> None:
    answer = failing.get(f"/fails/{name}", headers={"X-Request-ID": "quoted-12345"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == FAILURES[name][1]
    assert answer.mimetype == "text/html"
    assert "<h1" in text
    assert "quoted-12345" in text
    assert answer.headers["X-Request-ID"] == "quoted-12345"
    assert "unspoken-detail" not in text
    assert "Traceback" not in text


@pytest.mark.parametrize("name", FAILURES)
def test_a_script_gets_json(failing: FlaskClient, name: str) -> None:
    answer = failing.get(f"/api/fails/{name}")
    assert answer.status_code == FAILURES[name][2]
    assert answer.mimetype == "application/json"
    body = answer.get_json()
    assert body == {"reason": ["is missing"]} if name == "invalid" else isinstance(body["detail"], str)
    assert "unspoken-detail" not in answer.get_data(as_text=True)


def test_a_busy_database_says_when_to_come_back(failing: FlaskClient) -> None:
    for path in ("/fails/locked", "/api/fails/busy"):
        assert failing.get(path).headers["Retry-After"] == "10"


def test_a_body_beyond_the_limit_is_refused(failing: FlaskClient) -> None:
    answer = failing.post("/fails/body", data={"text": "x" * 2_000})
    assert answer.status_code == 413
    assert "too large" in answer.get_data(as_text=True)


def test_an_unknown_address_is_a_designed_404(client: FlaskClient) -> None:
    page, script = client.get("/no/such/page"), client.get("/api/v1/no/such/thing/")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert (script.status_code, script.get_json()) == (404, {"detail": "Not found."})


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.delete("/healthz")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_an_unknown_host_is_refused_with_advice(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"Host": "evil.example.com"})
    assert answer.status_code == 400
    assert "PUBLIC_URL" in answer.get_data(as_text=True)


def test_the_page_comes_out_even_when_its_layout_cannot(
    failing: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_names: str, **_values: object) -> str:
        raise locked()

    monkeypatch.setattr(error_pages, "render_template", broken)
    answer = failing.get("/fails/locked")
    assert answer.status_code == 503
    assert "The database is busy" in answer.get_data(as_text=True)


def test_every_failure_has_words() -> None:
    assert {400, 403, 404, 405, 413, 422, 429, 500, 503} <= error_pages.PAGES.keys()


@pytest.mark.parametrize("name", FAILURES)
def test_htmx_gets_a_message_for_the_place_of_the_part(failing: FlaskClient, name: str) -> None:
    answer = failing.get(f"/fails/{name}", headers={"HX-Request": "true", "X-Request-ID": "quoted-12345"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == FAILURES[name][1]
    assert "data-part-error" in text and "<html" not in text
    assert "quoted-12345" in text and "unspoken-detail" not in text
