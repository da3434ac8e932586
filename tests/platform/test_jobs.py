"""Background tasks: the queue of QUEUE_URL, and a nudge that never breaks the act it follows."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from flask import Flask, current_app
from huey import MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey

from app import jobs
from app.services import causes, wake
from tests.databases import Backend


def test_the_queue_is_the_one_its_address_names(tmp_path: Path, backend: Backend) -> None:
    assert isinstance(jobs.build_queue(f"sqlite:///{tmp_path / 'queue.db'}"), SqliteHuey)
    assert isinstance(jobs.build_queue("redis://127.0.0.1:6379/0"), RedisHuey)
    assert isinstance(jobs.build_queue("memory://"), MemoryHuey)
    if backend.name == "postgresql":
        assert isinstance(jobs.build_queue(backend.url), PostgresHuey)


def test_the_sqlite_queue_does_without_the_unsafe_log(tmp_path: Path) -> None:
    queue = jobs.build_queue(f"sqlite:///{tmp_path / 'queue.db'}")
    assert queue.storage.conn.execute("PRAGMA journal_mode").fetchone()[0] == "truncate"
    queue.storage.close()


def test_an_unreachable_queue_does_not_keep_us_from_starting() -> None:
    assert isinstance(jobs.build_queue("postgresql+psycopg://nobody@127.0.0.1:9/none"), PostgresHuey)


def test_a_woken_worker_refreshes_causes_in_an_application_context(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Flask, int]] = []

    def refresh_stale(limit: int) -> int:
        seen.append((current_app._get_current_object(), limit))  # type: ignore[attr-defined]
        return 0

    monkeypatch.setattr(causes, "refresh_stale", refresh_stale)
    with app.app_context():
        wake.worker()
    worker = jobs.start_worker(app.extensions["queue"])
    try:
        until = time.monotonic() + 10
        while not seen and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        worker.stop(graceful=True)
    assert set(seen) == {(app, jobs.REFRESH_AT_ONCE)}  # twice where a minute begins just now


def test_a_worker_that_ends_does_not_wait_for_ever_for_its_task(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def stuck(limit: int) -> int:
        begun.set()
        may_go_on.wait(20)
        ended.set()
        return 0

    monkeypatch.setattr(causes, "refresh_stale", stuck)
    monkeypatch.setattr(jobs, "TASKS_END_WITHIN", 0.2)
    with app.app_context():
        wake.worker()
    worker = jobs.start_worker(app.extensions["queue"])
    assert begun.wait(10)
    worker.stop(graceful=True)
    assert not ended.is_set()
    may_go_on.set()
    assert ended.wait(10)


def test_an_unreachable_queue_is_logged_and_nothing_more(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise ConnectionError("nobody there")

    monkeypatch.setattr(app.extensions["queue"].storage, "enqueue", refuse)
    with app.app_context():
        wake.worker()
