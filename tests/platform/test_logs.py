"""Log lines: JSON, one a line, with the request's number and without anything secret."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog
from flask.testing import FlaskClient

from app import logs


def lines(capture: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capture.readouterr().err.splitlines() if line.startswith("{")]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    """The log, written to the output that this test captures."""
    logs.configure()
    return capsys


def test_a_request_is_one_line_with_its_number_and_without_its_query(
    client: FlaskClient, written: pytest.CaptureFixture[str]
) -> None:
    number = client.get("/no/such/page?customer=Hidden").headers["X-Request-ID"]
    requests = [line for line in lines(written) if line["event"] == "request"]
    assert len(requests) == 1
    assert (requests[0]["request_id"], requests[0]["path"], requests[0]["status"]) == (
        number,
        "/no/such/page",
        404,
    )
    assert isinstance(requests[0]["took_ms"], float)
    assert "Hidden" not in json.dumps(requests)


def test_questions_of_machines_are_not_logged(
    client: FlaskClient, written: pytest.CaptureFixture[str]
) -> None:
    client.get("/healthz")
    client.get("/metrics")
    assert lines(written) == []


def test_lines_of_libraries_have_the_same_form(written: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("some.library").warning("a %s of theirs", "line")
    (line,) = lines(written)
    assert (line["event"], line["level"], line["logger"]) == ("a line of theirs", "warning", "some.library")


def test_requests_that_wait_their_turn_write_no_line_each(written: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("waitress.queue").warning("Task queue depth is %d", 42)
    assert lines(written) == []


def test_a_line_that_cannot_be_written_breaks_nothing(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.configure()
    gone = io.StringIO()
    gone.close()
    monkeypatch.setattr("sys.stderr", gone)
    assert client.get("/no/such/page").status_code == 404


def test_secrets_are_masked_wherever_they_are_named(written: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("test").warning(
        "signed_in",
        password="hidden",
        auth_token="hidden",
        headers={"Authorization": "Token hidden", "Accept": "text/html"},
        user="ayse",
        secret_key=None,
    )
    (line,) = lines(written)
    assert "hidden" not in json.dumps(line)
    assert line["headers"] == {"Authorization": "********", "Accept": "text/html"}
    assert (line["user"], line["secret_key"]) == ("ayse", None)
