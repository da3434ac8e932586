"""Runs the migrations on the application's database: all pending ones in one transaction.

A batch alter on SQLite copies the table: with foreign keys on, dropping the old one would delete its child
rows, and its triggers go with it. So foreign keys are off meanwhile and checked before the commit, and
triggers are made anew.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, TypeDecorator, text

import app.models  # noqa: F401  the metadata knows the tables of imported modules only
from app import databases
from app.extensions import Base, db
from app.models.triggers import create_triggers

# Two servers started at once upgrade one after the other. SQLite's write lock does the same.
UPGRADE_LOCK = 7_205_759_403_792_793
# Tables of the task queue, which it makes itself when it lives in the same database.
FOREIGN_TABLE_PREFIX = "huey_"


class BrokenReferences(RuntimeError):
    """A migration left rows that refer to nothing; it was undone."""


def run() -> None:
    """Run what the command asks for, and leave the connection as it was."""
    with db.engine.connect() as connection:
        connection.execution_options(**databases.write_options(connection.dialect.name))
        _set_foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                _migrate(connection)
        finally:
            _set_foreign_keys(connection, "ON")


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
    applied: list[Any] = []
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=_is_ours,
        render_item=_render_stored_type,
        on_version_apply=lambda **version: applied.append(version),
        **current_app.extensions["migrate"].configure_args,
    )
    context.run_migrations()
    if applied:
        create_triggers(connection)
        _check_references(connection)


def _set_foreign_keys(connection: Connection, state: str) -> None:
    """Outside of any transaction, where alone SQLite obeys it."""
    if connection.dialect.name == "sqlite":
        driver_connection = connection.connection.driver_connection
        assert driver_connection is not None  # it was just connected
        driver_connection.execute(f"PRAGMA foreign_keys = {state}")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            found = "; ".join(f"{row[0]} row {row[1]} → {row[2]}" for row in broken[:10])
            raise BrokenReferences(f"{len(broken)} rows refer to nothing: {found}")


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return not (kind == "table" and (name or "").startswith(FOREIGN_TABLE_PREFIX))


def _render_stored_type(kind: str, item: Any, _context: Any) -> str | bool:
    """Our own column types as the type they are stored in: old migrations must not change with the code."""
    return f"sa.{item.impl_instance!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


if context.is_offline_mode():
    raise SystemExit("Migrations need the database: they check what they did. Run them without --sql.")
run()
