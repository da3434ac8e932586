"""Which answers are compressed, and for whom."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask, Response
from werkzeug.test import TestResponse

from app import compression

TEXT = "<p>an order line</p>\n" * 500


@pytest.fixture
def site() -> Flask:
    app = Flask(__name__)
    compression.install(app)
    app.add_url_rule("/long", "long", lambda: TEXT)
    app.add_url_rule("/short", "short", lambda: "short")
    app.add_url_rule("/rows", "rows", lambda: Response((TEXT for _ in range(2)), mimetype="text/csv"))
    app.add_url_rule("/picture", "picture", lambda: Response(b"x" * 5_000, mimetype="image/png"))
    app.add_url_rule("/failed", "failed", lambda: (TEXT, 500))
    return app


def asked(site: Flask, path: str, accepted: str = "gzip, br") -> TestResponse:
    return site.test_client().get(path, headers={"Accept-Encoding": accepted}, buffered=True)


def test_a_long_page_is_compressed_and_says_so(site: Flask) -> None:
    answer = asked(site, "/long")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(TEXT) / 10
    assert gzip.decompress(answer.data).decode() == TEXT


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity"])
def test_who_cannot_read_it_gets_it_plain(site: Flask, accepted: str) -> None:
    answer = asked(site, "/long", accepted)
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.get_data(as_text=True) == TEXT


@pytest.mark.parametrize("path", ["/short", "/rows", "/picture", "/failed"])
def test_what_is_short_streamed_compressed_already_or_failed_is_left_alone(site: Flask, path: str) -> None:
    assert "Content-Encoding" not in asked(site, path).headers
