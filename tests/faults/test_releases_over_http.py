"""Many clients release the same reservations at once, over HTTP and straight on SQLite: each once, no 5xx.

`--long` uses 50 clients and 1,000 reservations, the usual run 8 and 100. Figures are printed with `-s`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from app.domain.access import Role, Scope
from tests import builders
from tests.databases import Backend
from tests.faults import held_worlds, release_client
from tests.faults.sites import a_site
from tests.processes import in_processes

pytestmark = pytest.mark.faults

PATIENCE_SECONDS = 3 * 3_600


@pytest.fixture
def tier(request: pytest.FixtureRequest) -> tuple[int, int]:
    """How many clients, and how many reservations."""
    return (50, 1_000) if request.config.getoption("--long") else (8, 100)


def run_at_once(commands: list[list[str]]) -> list[str]:
    """Start all, wait for all; the last line each printed. None is left behind, whatever happens."""
    with ExitStack() as stack:
        running = [stack.enter_context(_started(one)) for one in commands]
        outputs = [process.communicate(timeout=PATIENCE_SECONDS) for process in running]
    assert [process.returncode for process in running] == [0] * len(running), outputs
    return [out.strip().splitlines()[-1] for out, _ in outputs]


@contextmanager
def _started(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_clients_over_http_release_each_once(
    app: Flask, backend: Backend, tmp_path: Path, tier: tuple[int, int]
) -> None:
    clients, count = tier
    held_worlds.load(app, count)
    with app.app_context():
        token, _ = builders.a_token(builders.a_user(role=Role.OPERATOR.value), scope=Scope.WRITE.value)
    with a_site(backend, tmp_path) as site:
        script = str(Path(release_client.__file__))
        fixed = [str(site.port), token, str(count)]
        started = time.monotonic()
        told = run_at_once([[sys.executable, script, *fixed, str(seed)] for seed in range(clients)])
        took = time.monotonic() - started
    seen = sum((Counter(json.loads(line)) for line in told), Counter[str]())
    print(f"\n{backend.name}: {clients} clients × {count}: {dict(seen)} in {took:.1f} s")
    assert seen == {"200 released": clients * count}
    books = held_worlds.books(app)
    assert len(books.released) == count
    assert books.are_whole, books


def test_four_processes_straight_on_sqlite_release_each_once(
    app: Flask, backend: Backend, tmp_path: Path, tier: tuple[int, int]
) -> None:
    if backend.name != "sqlite":
        pytest.skip("on PostgreSQL the processes of gunicorn are the several ones")
    _, count = tier
    held_worlds.load(app, count)
    started = time.monotonic()
    told = in_processes("release_all", 4, backend.url, tmp_path, count)
    print(f"\nstraight: 4 processes × {count} in {time.monotonic() - started:.1f} s")
    assert sum(told) == count
    books = held_worlds.books(app)
    assert len(books.released) == count
    assert books.are_whole, books
