"""The address of a picture answers with it to anybody, for a long time, and with nothing that runs."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.demo.picture_page import pictures


@pytest.fixture
def browser() -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(pictures)
    return app.test_client()


def test_a_picture_is_shown_without_signing_in_and_kept_by_the_browser(browser: FlaskClient) -> None:
    answer = browser.get("/pictures/ts-crew-wht.svg")
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
    assert answer.text.startswith("<svg ")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


def test_a_picture_opened_on_its_own_may_do_nothing(browser: FlaskClient) -> None:
    policy = browser.get("/pictures/lm-tabl-tea.svg").headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; sandbox"


@pytest.mark.parametrize("name", ["nothing", "ts-crew-mst", "TS-CREW-WHT", "%2e%2e%2fapp"])
def test_there_is_no_other_picture(browser: FlaskClient, name: str) -> None:
    assert browser.get(f"/pictures/{name}.svg").status_code == 404
