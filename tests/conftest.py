"""Fixtures of all tests: the application, a client and a session, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from tests import surroundings
from tests.databases import Backend, PostgresDatabase, SqliteFile, make_run_folder, postgres_server
from tests.run_order import (  # noqa: F401 - pytest finds its hooks here
    pytest_addoption,
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_generate_tests,
    pytest_sessionstart,
    pytest_xdist_auto_num_workers,
)

RUN_FOLDER = "STOCKTRACE_TEST_FOLDER"  # from the process that was started to the workers


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[RUN_FOLDER] = str(make_run_folder())
        # Hundreds of processes are started: without kept bytecode each would compile the product anew.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    surroundings.forget_own_settings()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ[RUN_FOLDER], ignore_errors=True)


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
    with pytest.MonkeyPatch.context() as patch:
        surroundings.know_no_hosts(patch)
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
    application.extensions["queue"].flush()
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
