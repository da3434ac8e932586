"""The databases of the API's bench: made, migrated and filled, on SQLite and PostgreSQL, with a token."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy.engine import make_url

from app import create_app
from app.config import PROJECT_ROOT
from app.domain.access import Role, Scope
from app.extensions import db
from app.services import tokens, users
from bench import api_data
from tests.databases import postgres_server

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_KEY = Fernet.generate_key().decode()
_USERNAME, _PASSWORD = "bench", "only-while-the-bench-runs"
SIGN_IN = {"username": _USERNAME, "password": _PASSWORD}


@dataclass(frozen=True, slots=True)
class Filled:
    """A database with that many orders, and a token that opens it."""

    name: str
    url: str
    orders: int
    token: str

    @property
    def environment(self) -> dict[str, str]:
        """What every server of it is told."""
        return {"DATABASE_URL": self.url, "ENCRYPTION_KEYS": _KEY}


class SqliteDatabases:
    """Files in a folder."""

    name = SQLITE

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, name: str) -> str:
        """The address of a new, empty one."""
        self.drop(name)
        return f"sqlite:///{self._file(name)}"

    def drop(self, name: str) -> None:
        """Remove it if it is there."""
        for end in ("", "-wal", "-shm"):
            self._file(name).with_name(f"{name}.db{end}").unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.db"


class PostgresDatabases:
    """Databases of one server."""

    name = POSTGRESQL

    def __init__(self, server: str) -> None:
        self.server = server

    def make(self, name: str) -> str:
        """The address of a new, empty one."""
        self.drop(name)
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        """Remove it if it is there."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


Databases = SqliteDatabases | PostgresDatabases


@contextmanager
def places(folder: Path, wanted: list[str], server: str | None) -> Iterator[list[Databases]]:
    """Where databases are made: in `folder`, and in the PostgreSQL at `server` or one of the bench's own."""
    found: list[Databases] = [SqliteDatabases(folder)] if SQLITE in wanted else []
    if POSTGRESQL not in wanted:
        yield found
    elif server:
        address = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
        yield [*found, PostgresDatabases(address)]
    else:
        with postgres_server(folder) as address:
            yield [*found, PostgresDatabases(address)]


@contextmanager
def filled(place: Databases, orders: int, folder: Path) -> Iterator[Filled]:
    """A database of `orders` orders in that place, gone afterwards."""
    name = f"stocktrace_bench_{orders}"
    url = place.make(name)
    try:
        yield Filled(place.name, url, orders, _fill(url, orders, folder))
    finally:
        place.drop(name)


@contextmanager
def bench_folder() -> Iterator[Path]:
    """A new folder under instance/, which is never in the repository; gone afterwards."""
    instance = PROJECT_ROOT / "instance"
    instance.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=instance))
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(url: str, orders: int, folder: Path) -> str:
    """Migrate and fill it; the token."""
    overrides = {
        "DATABASE_URL": url,
        "ENCRYPTION_KEYS": _KEY,
        "QUEUE_URL": "memory://",
        "INSTANCE_PATH": folder,
    }
    app = create_app(overrides)
    with app.app_context():
        upgrade(directory=str(PROJECT_ROOT / "migrations"))
        api_data.fill(orders)
        users.create_user(_USERNAME, Role.OPERATOR, _PASSWORD)
        token = tokens.create_token(_USERNAME, Scope.READ, "bench")
        db.engine.dispose()
    return token
