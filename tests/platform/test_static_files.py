"""Static files: compressed, kept by version, with the same headers as everything else."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask, url_for
from werkzeug.test import Client

from app import static_files

STYLE = "body { color: navy; }\n" * 40


@pytest.fixture
def site(tmp_path: Path) -> Flask:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "site.css").write_text(STYLE)
    (folder / "face.woff2").write_bytes(b"wOF2" * 100)
    app = Flask(__name__, static_folder=str(folder), instance_path=str(tmp_path / "instance"))
    static_files.install(app, {"X-Content-Type-Options": "nosniff"})
    return app


def address(site: Flask, filename: str) -> str:
    with site.test_request_context():
        return url_for("static", filename=filename)


def test_a_link_carries_the_version_of_its_content(site: Flask, tmp_path: Path) -> None:
    first = address(site, "site.css")
    (tmp_path / "static" / "site.css").write_text("changed")
    again = Flask(__name__, static_folder=str(tmp_path / "static"), instance_path=str(tmp_path / "instance"))
    static_files.install(again, {})
    assert first.startswith("/static/site.css?v=")
    assert address(again, "site.css") != first


def test_what_is_asked_for_by_version_is_kept_for_a_year(site: Flask) -> None:
    answer = Client(site).get(address(site, "site.css"), buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == static_files.KEPT_BY_VERSION
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"].startswith("text/css")


@pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000", "?w=1"])
def test_without_the_present_version_it_is_kept_for_an_hour(site: Flask, query: str) -> None:
    answer = Client(site).get("/static/site.css" + query, buffered=True)
    assert answer.headers["Cache-Control"] == "max-age=3600, public"


def test_a_browser_that_can_gets_it_compressed(site: Flask) -> None:
    answer = Client(site).get("/static/site.css", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.data).decode() == STYLE
    plain = Client(site).get("/static/site.css", buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert plain.get_data(as_text=True) == STYLE


def test_what_is_compressed_already_is_sent_as_it_is(site: Flask) -> None:
    answer = Client(site).get("/static/face.woff2", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert "Content-Encoding" not in answer.headers


def test_an_unchanged_file_is_not_sent_again(site: Flask) -> None:
    tag = Client(site).get("/static/site.css", buffered=True).headers["ETag"]
    answer = Client(site).get(address(site, "site.css"), headers={"If-None-Match": tag}, buffered=True)
    assert (answer.status_code, answer.data) == (304, b"")


def test_a_missing_file_is_nothing(site: Flask) -> None:
    assert Client(site).get("/static/none.css", buffered=True).status_code == 404
    assert address(site, "none.css") == "/static/none.css"
