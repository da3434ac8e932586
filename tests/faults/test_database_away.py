"""The database is locked, full or gone for a while: a clear 503, and everything works again by itself."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import create_app, databases
from app.extensions import csrf, db
from app.models import Channel
from app.services.unit_of_work import unit_of_work
from app.web import access
from tests.databases import Backend, own_postgres

pytestmark = pytest.mark.faults


def add_channel() -> str:
    with unit_of_work():
        db.session.add(Channel(name=f"Channel {time.monotonic_ns()} {'x' * 200}"))
    return "stored"


def count_channels() -> str:
    return str(db.session.scalar(select(func.count()).select_from(Channel)))


def a_site(url: str, instance_path: Path) -> Flask:
    """The application with one page that writes and one that reads."""
    app = create_app({"DATABASE_URL": url, "QUEUE_URL": "memory://", "INSTANCE_PATH": instance_path})
    app.add_url_rule("/probe/write", view_func=csrf.exempt(add_channel), methods=["POST"])
    app.add_url_rule("/probe/read", view_func=count_channels)
    probes = (add_channel.__name__, count_channels.__name__)
    app.extensions[access.EXTENSION].update(dict.fromkeys(probes, access.Audience.ANYBODY))
    return app


@pytest.fixture
def site(app: Flask, backend: Backend) -> Iterator[Flask]:
    made = a_site(backend.url, Path(app.instance_path))
    yield made
    with made.app_context():
        db.engine.dispose()


def test_a_locked_sqlite_is_a_503_for_writes_while_reads_go_on(
    site: Flask, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend.name != "sqlite":
        pytest.skip("PostgreSQL has no lock on the whole database")
    monkeypatch.setattr(databases, "LOCK_WAIT_SECONDS", 0.2)
    other = databases.sqlite_module().connect(backend.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    client = site.test_client()
    refused = client.post("/probe/write")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert "database is busy" in refused.get_data(as_text=True)
    if databases.journal_mode(databases.sqlite_module()) == "wal":
        assert client.get("/probe/read").text == "0"
    other.execute("ROLLBACK")
    other.close()
    assert client.post("/probe/write").text == "stored"
    assert client.get("/probe/read").text == "1"


def test_a_full_disk_is_a_503_and_nothing_is_half_stored(site: Flask, backend: Backend) -> None:
    if backend.name != "sqlite":
        pytest.skip("a disk cannot be filled for one PostgreSQL database")
    client = site.test_client()
    with site.app_context():  # the pool hands out the connection that was last given back
        driver = db.session.connection().connection.driver_connection
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count = {pages}")
    stored = 0
    while (answer := client.post("/probe/write")).status_code == 200:
        stored += 1
    assert answer.status_code == 503
    assert client.get("/probe/read").text == str(stored)
    with site.app_context():
        db.engine.dispose()
    assert client.post("/probe/write").text == "stored"
    assert client.get("/probe/read").text == str(stored + 1)


@pytest.fixture
def lonely_server(run_folder: Path, worker: str) -> Iterator[Any]:
    """A PostgreSQL that can be stopped without disturbing other tests."""
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("a server that was given to us is not ours to stop")
    server = own_postgres(run_folder, f"lonely-{worker}")
    yield server
    server.cleanup()


def test_a_restarted_postgresql_is_a_503_meanwhile_and_then_works_again(
    lonely_server: Any, tmp_path: Path
) -> None:
    site = a_site(lonely_server.get_uri(), tmp_path)
    with site.app_context():
        upgrade()
    client = site.test_client()
    assert client.post("/probe/write").text == "stored"
    lonely_server.stop()
    for _ in range(2):
        assert client.post("/probe/write").status_code == 503
        assert client.get("/probe/read").status_code == 503
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
    lonely_server.ensure_postgres_running()
    assert client.get("/readyz").status_code == 200
    assert client.post("/probe/write").text == "stored"
    assert client.get("/probe/read").text == "2"
    with site.app_context():
        db.engine.dispose()
