"""Fixtures of all tests: the application, a client and a session, on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from tests.databases import Backend, PostgresDatabase, SqliteFile, make_run_folder, postgres_server

RUN_FOLDER = "STOCKTRACE_TEST_FOLDER"  # from the process that was started to the workers
BACKENDS = ("sqlite", "postgresql")
# Where tests take seconds. They come first, so that no worker has a long one left when the others are done.
SLOW_FIRST = (
    "tests/accuracy/",
    "tests/browser/",
    "tests/contract/",
    "tests/faults/",
    "tests/access/",
    "tests/demo/test_loaded_demo.py",
    "tests/services/test_upstream_sync.py",
    "tests/services/test_releases_at_once.py",
    "tests/services/test_writers_at_once.py",
    "tests/platform/test_commands.py",
    "tests/api/test_rate_limits.py",
    "tests/api/test_stock_feed.py",
    "tests/models/test_migrations.py",
    "tests/world/test_round_trip.py",
    "tests/domain/test_parity.py",
    "tests/domain/test_remedy_properties.py",
    "tests/domain/test_planner_properties.py",
    "tests/domain/test_replanning.py",
)
# What a test leaves behind is small; a look through everything after each 700 objects is not.
CALM_COLLECTOR = (20_000, 10, 10)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--databases", default=",".join(BACKENDS), help="of sqlite,postgresql: where to run")
    parser.addoption("--long", action="store_true", help="the long tier of the fault tests")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[RUN_FOLDER] = str(make_run_folder())
        # Hundreds of processes are started: without kept bytecode each would compile the product anew.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    gc.set_threshold(*CALM_COLLECTOR)
    _forget_own_settings()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ[RUN_FOLDER], ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests before short ones, one database after the other: changing over takes a worker seconds."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[int, bool]:
    backend = item.callspec.params.get("backend") if hasattr(item, "callspec") else None
    return BACKENDS.index(backend or BACKENDS[0]), not item.nodeid.startswith(SLOW_FIRST)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Modules and thousands of tests stay to the end: the collector need not look at them again."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that needs the application runs once on each database; in a browser, on the first alone.

    Thousands of generated requests go to the last one, PostgreSQL, which takes less than SQLite does.
    """
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--databases").split(",")
        if "browser" in metafunc.definition.path.parts:
            chosen = chosen[:1]
        elif metafunc.definition.path.name == "test_schemathesis.py":
            chosen = chosen[-1:]
        metafunc.parametrize("backend", chosen, indirect=True, scope="session")


def _forget_own_settings() -> None:
    """The developer's own settings must not decide what tests see."""
    from app.config import Settings

    for field in fields(Settings):
        os.environ.pop(field.name.upper(), None)


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """A folder shared by the workers of this run."""
    return Path(os.environ[RUN_FOLDER])


@pytest.fixture(scope="session")
def worker() -> str:
    """The name of this worker, for what it must not share."""
    return os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest, run_folder: Path, worker: str) -> Iterator[Backend]:
    """A migrated database of this worker's own."""
    if request.param == "sqlite":
        yield SqliteFile(run_folder, worker)
        return
    with postgres_server(run_folder) as server:
        database = PostgresDatabase(server, run_folder, worker)
        yield database
        database.drop()


@pytest.fixture(scope="session")
def cheap_passwords() -> Iterator[None]:
    """Whoever signs in does so at once; a tenth of a second each is minutes in all."""
    from tests import password_costs

    with pytest.MonkeyPatch.context() as patch:
        password_costs.pay(password_costs.CHEAP, patch)
        yield


@pytest.fixture
def dear_passwords(cheap_passwords: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as in the product, for tests of what that costs."""
    from tests import password_costs

    password_costs.pay(password_costs.DEAR, monkeypatch)


@pytest.fixture(scope="session")
def no_name_server() -> Iterator[None]:
    """Hosts of the world are unknown at once: what a name server says, and when, must not matter."""
    look_up = socket.getaddrinfo

    def look_up_here(host: Any, *arguments: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host or "")
        if "." in name.strip(".") and not name.replace(".", "").isdigit():
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", look_up_here)
        yield


@pytest.fixture(scope="session")
def application(
    backend: Backend, run_folder: Path, worker: str, cheap_passwords: None, no_name_server: None
) -> Iterator[Flask]:
    """The application on that database, made once. Tests use `app`, which puts it back afterwards."""
    from app import create_app
    from app.extensions import db
    from tests.clients import IsolatedClient

    made = create_app(
        {
            "DATABASE_URL": backend.url,
            "QUEUE_URL": "memory://",
            "INSTANCE_PATH": run_folder / f"instance-{worker}",
            "TESTING": True,
        }
    )
    made.test_client_class = IsolatedClient
    # Each worker makes an application for each database: templates are compiled once for all of them.
    made.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(run_folder))
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def app(application: Flask, backend: Backend) -> Iterator[Flask]:
    """The application with an empty database: what a test commits and configures is undone after it."""
    from app.extensions import limiter

    config, extensions = dict(application.config), dict(application.extensions)
    yield application
    application.config.clear()
    application.config.update(config)
    application.extensions.clear()
    application.extensions.update(extensions)
    with application.app_context():
        limiter.reset()
    backend.restore(application)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a cookie."""
    return app.test_client()


@pytest.fixture
def db_session(app: Flask) -> Iterator[object]:
    """An open application context with its database session, for tests below the pages."""
    from app.extensions import db

    with app.app_context():
        yield db.session
        db.session.remove()
