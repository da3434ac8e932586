"""What machines are told about the process and its database."""

from flask import Flask
from flask.testing import FlaskClient

from tests.databases import Backend


def test_healthz_answers_without_asking_the_database(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_readyz_says_which_database_is_in_use_and_that_its_schema_is_reached(
    client: FlaskClient, backend: Backend
) -> None:
    answer = client.get("/readyz")
    state = answer.get_json()
    assert answer.status_code == 200, state
    assert state["database"] == backend.name
    assert state["migrations"]["reached"] is True
    assert state["migrations"]["at"] == state["migrations"]["needed"]
    assert {"version", "driver", "journal_mode", "synchronous", "fallback"} <= state.keys()


def test_readyz_is_503_while_the_database_cannot_be_reached(app: Flask) -> None:
    from app import create_app

    lost = create_app(
        {
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
            "QUEUE_URL": "memory://",
            "INSTANCE_PATH": app.instance_path,
        }
    )
    answer = lost.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert lost.test_client().get("/healthz").status_code == 200


def test_metrics_count_requests_by_route_and_not_by_address(client: FlaskClient) -> None:
    client.get("/healthz")
    text = client.get("/metrics").get_data(as_text=True)
    assert "flask_http_request_duration_seconds" in text
    assert 'url_rule="/healthz"' in text
