"""How we talk to SQLite and PostgreSQL: drivers, pragmas, transactions, and what counts as "unavailable".

Reads run in the driver's autocommit. Only a connection with the option WRITES may change data; the unit of
work and the migrations set it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

# Releases from 3.7.0 to 3.51.2 can corrupt a WAL database when a checkpoint resets the log under a reader.
FIRST_SOUND_WAL = (3, 51, 3)
LOCK_WAIT_SECONDS = 10
CONNECT_WAIT_SECONDS = 5
POOL_SIZE = 20  # more than the server's threads and the worker's together

WRITES = "stocktrace_writes"
_CHANGES_DATA = re.compile(r"\s*(insert|update|delete|replace|truncate|merge)\b", re.IGNORECASE)
_SQLITE_UNAVAILABLE = ("locked", "busy", "full", "disk i/o error", "unable to open")


class DatabaseBusy(RuntimeError):
    """Another write of this process held the database for longer than LOCK_WAIT_SECONDS."""


class OutsideUnitOfWork(RuntimeError):
    """A programming error: data was about to change where no unit of work is open."""


def sqlite_module() -> ModuleType:
    """The SQLite driver: the standard library's where its SQLite is sound, else the pysqlite3 wheel's."""
    if sqlite3.sqlite_version_info >= FIRST_SOUND_WAL:
        return sqlite3
    try:
        import pysqlite3.dbapi2 as newer
    except ImportError:
        return sqlite3
    return newer if newer.sqlite_version_info >= FIRST_SOUND_WAL else sqlite3


def journal_mode(module: Any) -> str:
    """`wal` where that driver's SQLite keeps it whole, else `truncate`.

    TRUNCATE and not DELETE: with synchronous FULL its commit is synced, the unlinking of a journal is not.
    """
    return "wal" if tuple(module.sqlite_version_info) >= FIRST_SOUND_WAL else "truncate"


def engine_options(database_url: str) -> dict[str, Any]:
    """Arguments of create_engine() for that database, as Flask-SQLAlchemy's SQLALCHEMY_ENGINE_OPTIONS."""
    pooled: dict[str, Any] = {
        "pool_size": POOL_SIZE,
        "max_overflow": POOL_SIZE,
        "pool_timeout": LOCK_WAIT_SECONDS,
        # An error's text goes into the log: the values of its statement may be a customer's, or a secret.
        "hide_parameters": True,
    }
    if is_sqlite(database_url):
        # Without isolation_level the driver begins nothing by itself: the "begin" event below decides.
        connect: dict[str, Any] = {"timeout": LOCK_WAIT_SECONDS, "isolation_level": None}
        connect["check_same_thread"] = False  # the pool hands a connection to one thread at a time
        return {"module": sqlite_module(), "connect_args": connect, "poolclass": QueuePool, **pooled}
    session = f"-c timezone=UTC -c lock_timeout={LOCK_WAIT_SECONDS}s"
    connect = {"options": session, "connect_timeout": CONNECT_WAIT_SECONDS}
    connect["application_name"] = "stocktrace"
    return {"isolation_level": "AUTOCOMMIT", "pool_pre_ping": True, "connect_args": connect, **pooled}


def is_sqlite(database_url: str) -> bool:
    return make_url(database_url).get_backend_name() == "sqlite"


def file_of(database_url: str) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL."""
    return Path(make_url(database_url).database or "") if is_sqlite(database_url) else None


def prepare(engine: Engine) -> None:
    """Attach the pragmas, the write transaction and the guard against stray changes to a new engine."""
    event.listen(engine, "before_cursor_execute", _refuse_stray_change)
    if engine.dialect.name == "sqlite":
        journal = journal_mode(engine.dialect.dbapi)
        event.listen(engine, "connect", lambda connection, _record: _set_pragmas(connection, journal))
        event.listen(engine, "begin", _begin_immediate)


def write_options(dialect_name: str) -> dict[str, Any]:
    """Execution options of a connection that may change data, inside one transaction."""
    return {WRITES: True} if dialect_name == "sqlite" else {WRITES: True, "isolation_level": "READ COMMITTED"}


@contextmanager
def without_waiting(connection: Connection) -> Iterator[None]:
    """Within the block, a locked SQLite database refuses at once. Begin the transaction inside."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000}")


def count_rows_anew(connection: Connection) -> None:
    """After a bulk load: until PostgreSQL has counted, it plans for tables as small as they were before.

    A join that takes milliseconds otherwise may then take minutes. SQLite plans by rules.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE")


def is_unavailable(error: BaseException) -> bool:
    """Whether the database could not be asked (locked, full, gone), so that asking again later may work."""
    if isinstance(error, PoolTimeout | DatabaseBusy):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    original = error.orig
    if type(original).__module__.startswith("psycopg"):
        return _is_lost_postgresql(original)
    if type(original).__name__ != "OperationalError":
        return False
    return any(sign in str(original).lower() for sign in _SQLITE_UNAVAILABLE)


def _is_lost_postgresql(original: BaseException | None) -> bool:
    """psycopg's OperationalError covers a lost server, lock timeouts, deadlocks, full disks and shutdowns."""
    return any(base.__name__ == "OperationalError" for base in type(original).__mro__)


def _set_pragmas(connection: Any, journal: str) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA journal_mode = {journal}")
    # NORMAL loses acknowledged commits when the power goes.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: a transaction that began by reading cannot get it while another writes."""
    if connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _refuse_stray_change(
    connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool
) -> None:
    changes = context is not None and (context.isinsert or context.isupdate or context.isdelete)
    if not changes and not _CHANGES_DATA.match(statement):
        return
    if not connection.get_execution_options().get(WRITES):
        raise OutsideUnitOfWork(f"a change outside of a unit of work: {statement[:80]}")
