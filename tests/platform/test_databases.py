"""How connections behave: pragmas in force, the fallback of an old SQLite, what counts as unavailable."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError, TimeoutError
from sqlalchemy.orm import Session

from app import create_app, databases
from app.extensions import db
from tests.databases import Backend

OLD_SQLITE = tuple(sqlite3.sqlite_version_info) < databases.FIRST_SOUND_WAL


def pragma(session: Any, name: str) -> Any:
    return session.execute(text(f"PRAGMA {name}")).scalar_one()


def test_sqlite_is_durable_and_keeps_its_references(db_session: Session, backend: Backend) -> None:
    if backend.name != "sqlite":
        pytest.skip("about SQLite")
    assert pragma(db_session, "journal_mode") == databases.journal_mode(databases.sqlite_module())
    assert pragma(db_session, "synchronous") == 2  # FULL
    assert pragma(db_session, "foreign_keys") == 1
    assert pragma(db_session, "busy_timeout") == 10_000


def test_postgresql_speaks_utc_and_does_not_wait_for_ever(db_session: Session, backend: Backend) -> None:
    if backend.name != "postgresql":
        pytest.skip("about PostgreSQL")
    assert db_session.execute(text("SHOW timezone")).scalar_one() == "UTC"
    assert db_session.execute(text("SHOW lock_timeout")).scalar_one() == "10s"
    assert db_session.execute(text("SELECT txid_current_if_assigned()")).scalar_one() is None


def test_a_read_holds_no_transaction_open(app: Flask, backend: Backend) -> None:
    """Otherwise a slow page would keep SQLite's log from being cleaned and see an old world."""
    with app.app_context():
        db.session.execute(text("SELECT 1 FROM states"))
        driver = db.session.connection().connection.driver_connection
        if backend.name == "sqlite":
            assert driver.in_transaction is False
        else:
            assert driver.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_who_still_writes_between_two_tests_leaves_nothing_to_the_next(
    app: Flask, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend.name != "sqlite":
        pytest.skip("about files that are replaced")
    late = create_engine(app.config["DATABASE_URL"])
    copy = shutil.copyfile

    def copy_beside_a_late_writer(*paths: Path) -> None:
        with late.begin() as connection:
            connection.execute(
                text("INSERT INTO content_types (id, app_label, model) VALUES (999, 'a', 'b')")
            )
        copy(*paths)

    monkeypatch.setattr(shutil, "copyfile", copy_beside_a_late_writer)
    backend.restore(app)
    with app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM content_types WHERE id = 999")).scalar_one() == 0
        assert pragma(db.session, "integrity_check") == "ok"
    late.dispose()


def test_the_sound_sqlite_is_preferred_to_the_linked_one() -> None:
    module: Any = databases.sqlite_module()
    if OLD_SQLITE and module is sqlite3:
        pytest.skip("pysqlite3 is not installed here")
    assert tuple(module.sqlite_version_info) >= databases.FIRST_SOUND_WAL


def test_without_the_wheel_the_linked_sqlite_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pysqlite3.dbapi2", None)
    assert databases.sqlite_module() is sqlite3


@pytest.mark.parametrize(
    ("version", "journal"),
    [((3, 7, 0), "truncate"), ((3, 51, 2), "truncate"), ((3, 51, 3), "wal"), ((3, 53, 4), "wal")],
)
def test_write_ahead_logging_needs_a_release_that_does_not_corrupt_it(
    version: tuple[int, ...], journal: str
) -> None:
    assert databases.journal_mode(SimpleNamespace(sqlite_version_info=version)) == journal


@pytest.mark.skipif(not OLD_SQLITE, reason="the linked SQLite is sound here")
def test_on_the_linked_old_sqlite_the_rollback_journal_is_in_force(tmp_path: Path) -> None:
    engine = create_engine(
        f"sqlite:///{tmp_path}/old.db", module=sqlite3, connect_args={"isolation_level": None}
    )
    databases.prepare(engine)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "truncate"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    engine.dispose()


@pytest.mark.skipif(not OLD_SQLITE, reason="the linked SQLite is sound here")
def test_readyz_says_that_the_fallback_is_in_use_and_why(tmp_path: Path) -> None:
    app = create_app(
        {
            "INSTANCE_PATH": tmp_path,
            "QUEUE_URL": "memory://",
            "SQLALCHEMY_ENGINE_OPTIONS": {"module": sqlite3},
        }
    )
    state = app.test_client().get("/readyz").get_json()
    assert (state["driver"], state["journal_mode"], state["synchronous"]) == ("sqlite3", "truncate", "full")
    assert "3.51.3" in state["fallback"]
    assert "pysqlite3" in state["fallback"]
    with app.app_context():
        db.engine.dispose()


def wrapped(kind: type[DBAPIError], original: BaseException) -> DBAPIError:
    return kind("SELECT 1", {}, original)


@pytest.mark.parametrize(
    "error",
    [
        wrapped(OperationalError, sqlite3.OperationalError("database is locked")),
        wrapped(OperationalError, sqlite3.OperationalError("database table is locked")),
        wrapped(OperationalError, sqlite3.OperationalError("database or disk is full")),
        wrapped(OperationalError, sqlite3.OperationalError("disk I/O error")),
        wrapped(OperationalError, sqlite3.OperationalError("unable to open database file")),
        wrapped(OperationalError, psycopg.OperationalError("connection refused")),
        wrapped(OperationalError, psycopg.errors.AdminShutdown("terminating connection")),
        wrapped(OperationalError, psycopg.errors.LockNotAvailable("lock timeout")),
        wrapped(OperationalError, psycopg.errors.DeadlockDetected("deadlock")),
        wrapped(OperationalError, psycopg.errors.DiskFull("no space left")),
        TimeoutError("no free connection"),
        databases.DatabaseBusy("busy"),
    ],
    ids=str,
)
def test_a_database_that_may_answer_later_is_unavailable(error: BaseException) -> None:
    assert databases.is_unavailable(error)


@pytest.mark.parametrize(
    "error",
    [
        wrapped(OperationalError, sqlite3.OperationalError("no such table: orders")),
        wrapped(IntegrityError, sqlite3.IntegrityError("UNIQUE constraint failed")),
        wrapped(IntegrityError, psycopg.errors.UniqueViolation("duplicate key")),
        wrapped(ProgrammingError, psycopg.errors.UndefinedTable("no such table")),
        ValueError("a fault of ours"),
    ],
    ids=str,
)
def test_a_fault_of_ours_is_not_blamed_on_the_database(error: BaseException) -> None:
    assert not databases.is_unavailable(error)
