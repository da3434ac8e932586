"""Which database is in use, how safely it is set, and whether its tables are those of this release."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import text

from app import databases
from app.extensions import db

_SYNCHRONOUS = {0: "off", 1: "normal", 2: "full", 3: "extra"}


@dataclass(frozen=True, slots=True)
class MigrationState:
    """The revision the database is at, and the one this release needs."""

    at: str | None
    needed: str | None

    @property
    def is_reached(self) -> bool:
        return self.needed is not None and self.at == self.needed


def describe_database() -> dict[str, Any]:
    """Product, version, driver and durability settings of the database in use, as it reports them itself.

    `fallback` says why SQLite runs on the rollback journal; null where it does not. Raises SQLAlchemyError
    when the database cannot be asked.
    """
    if db.engine.dialect.name == "sqlite":
        return _describe_sqlite()
    version = db.session.execute(text("SHOW server_version")).scalar_one()
    synchronous = db.session.execute(text("SHOW synchronous_commit")).scalar_one()
    return {
        "database": "postgresql",
        "version": version,
        "driver": "psycopg",
        "journal_mode": None,
        "synchronous": synchronous,
        "fallback": None,
    }


def get_migration_state() -> MigrationState:
    """Where the database's schema stands. Raises SQLAlchemyError when the database cannot be asked."""
    connection = db.session.connection()
    at = MigrationContext.configure(connection).get_current_heads()
    return MigrationState(at[0] if len(at) == 1 else None, _needed_revision(_migrations_folder()))


def _describe_sqlite() -> dict[str, Any]:
    module: Any = db.engine.dialect.dbapi
    journal = db.session.execute(text("PRAGMA journal_mode")).scalar_one()
    synchronous = db.session.execute(text("PRAGMA synchronous")).scalar_one()
    return {
        "database": "sqlite",
        "version": db.session.execute(text("SELECT sqlite_version()")).scalar_one(),
        "driver": module.__name__,
        "journal_mode": journal,
        "synchronous": _SYNCHRONOUS.get(synchronous, str(synchronous)),
        "fallback": None if journal == "wal" else _why_no_wal(module),
    }


def _why_no_wal(module: Any) -> str:
    needed = ".".join(map(str, databases.FIRST_SOUND_WAL))
    return (
        f"SQLite {module.sqlite_version} is older than {needed}, below which write-ahead logging can corrupt"
        " the file; the rollback journal is used instead. The package pysqlite3 brings a newer SQLite."
    )


@cache
def _needed_revision(folder: str) -> str | None:
    return ScriptDirectory(folder).get_current_head()


def _migrations_folder() -> str:
    return str(current_app.extensions["migrate"].directory)
