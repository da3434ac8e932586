"""The database is locked, full or gone for a while: a clear 503, and everything works again by itself."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import create_app, databases
from app.domain.access import Role, Scope
from app.extensions import csrf, db
from app.models import Channel
from app.services.unit_of_work import unit_of_work
from app.web import access
from tests import builders
from tests.databases import Backend, own_postgres
from tests.faults import held_worlds
from tests.faults.sites import a_site as a_served_site

pytestmark = pytest.mark.faults

LOCKED_SECONDS = 15
WRITERS = 10
MOST_TRIES = 20


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


def test_who_writes_while_sqlite_is_locked_for_fifteen_seconds_is_told_to_come_again_and_loses_nothing(
    app: Flask, backend: Backend, tmp_path: Path
) -> None:
    if backend.name != "sqlite":
        pytest.skip("PostgreSQL has no lock on the whole database")
    held_worlds.load(app, WRITERS)
    with app.app_context():
        token, _ = builders.a_token(builders.a_user(role=Role.OPERATOR.value), scope=Scope.WRITE.value)
    with a_served_site(backend, tmp_path) as site, ThreadPoolExecutor(WRITERS) as threads:
        other = databases.sqlite_module().connect(
            backend.url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
        )
        other.execute("BEGIN IMMEDIATE")
        writing = [threads.submit(released, site.port, token, one) for one in range(1, WRITERS + 1)]
        if databases.journal_mode(databases.sqlite_module()) == "wal":
            assert asked(site.port, token, "GET", "/api/v1/oms/reservations/")[0] == 200
        time.sleep(LOCKED_SECONDS)
        other.execute("ROLLBACK")
        other.close()
        told = [one.result() for one in writing]
    print(f"\nlocked for {LOCKED_SECONDS} s: {Counter(status for one in told for status in one)}")
    assert all(statuses[-1] == 200 and set(statuses[:-1]) <= {503} for statuses in told), told
    # Who found no free thread begins to wait when others are sent away, and may see the lock go.
    assert sum(503 in statuses for statuses in told) >= WRITERS // 2, told
    books = held_worlds.books(app)
    assert len(books.released) == WRITERS
    assert books.are_whole, books


def released(port: int, token: str, reservation: int) -> list[int]:
    """The statuses that a client got which tries again for as long as it is told to."""
    path, statuses = f"/api/v1/oms/reservations/{reservation}/release/", []
    while not statuses or (statuses[-1] == 503 and len(statuses) < MOST_TRIES):
        status, retry_after, body = asked(port, token, "POST", path, {"reason": "while it was locked"})
        statuses.append(status)
        assert status != 503 or (retry_after == "10" and "database is busy" in body.lower()), body
    return statuses


def asked(port: int, token: str, method: str, path: str, body: object = None) -> tuple[int, str | None, str]:
    """Status, Retry-After and body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers["Retry-After"], text


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
