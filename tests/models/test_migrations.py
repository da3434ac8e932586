"""The migrations: the whole way up and down, and batch alters that lose neither child rows nor triggers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from psycopg import sql
from sqlalchemy import CheckConstraint, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from app import config, create_app, databases, models
from app.extensions import Base, db
from tests import builders as build
from tests.databases import Backend

MIGRATIONS = config.PROJECT_ROOT / "migrations"

# Tables with child rows, partial indexes, checks and triggers; on SQLite each is copied and replaced.
PROBE = """
import sqlalchemy as sa
from alembic import op

revision = "probe"
down_revision = "{head}"


def upgrade() -> None:
    for table, column in (("orders", "number"), ("packages", "number"), ("audit_entries", "actor")):
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, type_=sa.String(500))
"""


@contextmanager
def _empty_database(backend: Backend, folder: Path) -> Iterator[str]:
    if backend.name == "sqlite":
        yield f"sqlite:///{folder / 'empty.db'}"
        return
    url = make_url(backend.url)
    name = f"{url.database}_empty"
    dropped = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    created = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
    admin = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(dropped)
        connection.execute(created)
        yield url.set(database=name).render_as_string(hide_password=False)
        connection.execute(dropped)


@pytest.fixture
def empty(backend: Backend, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without a single table."""
    with _empty_database(backend, tmp_path) as url:
        app = create_app({"DATABASE_URL": url, "QUEUE_URL": "memory://", "INSTANCE_PATH": tmp_path})
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def _differences() -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


def _checks_missing() -> dict[str, set[str]]:
    inspector = inspect(db.engine)
    missing = {}
    for table in Base.metadata.sorted_tables:
        found = {check["name"] for check in inspector.get_check_constraints(table.name)}
        declared = {str(one.name) for one in table.constraints if isinstance(one, CheckConstraint)}
        missing[table.name] = declared - found
    return {name: names for name, names in missing.items() if names}


def _execute(statement: str) -> None:
    options = databases.write_options(db.engine.dialect.name)
    with db.engine.connect().execution_options(**options) as connection, connection.begin():
        connection.execute(text(statement))


@pytest.mark.usefixtures("empty")
def test_migrations_lead_to_the_tables_of_the_models_and_back_to_nothing() -> None:
    upgrade()
    assert _differences() == []
    downgrade(revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    upgrade()
    assert _differences() == []


@pytest.mark.usefixtures("empty")
def test_the_check_for_forgotten_migrations_is_clean() -> None:
    upgrade()
    check()


@pytest.fixture
def altered(empty: Flask, tmp_path: Path) -> dict[str, int]:
    """Ids of rows that were there when a later migration altered their tables."""
    upgrade()
    order = build.an_order(number="1001")
    package = build.an_out_of_stock_package(order, cause="quota_full")
    build.an_audit_entry(actor="ayse")
    later = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, later, ignore=shutil.ignore_patterns("__pycache__"))
    head = ScriptDirectory(str(later)).get_current_head()
    (later / "versions" / "probe.py").write_text(PROBE.format(head=head))
    upgrade(directory=str(later))
    return {"order": order.id, "package": package.id}


def test_a_batch_alter_keeps_child_rows(altered: dict[str, int]) -> None:
    items = select(models.OrderItem.order_id, models.PackageItem.package_id).join(models.PackageItem)
    assert db.session.execute(items).all() == [(altered["order"], altered["package"])]
    with pytest.raises(IntegrityError):
        _execute(f"DELETE FROM orders WHERE id = {altered['order']}")


@pytest.mark.usefixtures("altered")
def test_a_batch_alter_keeps_the_triggers() -> None:
    for statement in ("UPDATE audit_entries SET actor = 'nobody'", "DELETE FROM audit_entries"):
        with pytest.raises(IntegrityError, match="never changed or deleted"):
            _execute(statement)


@pytest.mark.usefixtures("altered")
def test_a_batch_alter_keeps_checks_and_partial_indexes() -> None:
    assert _checks_missing() == {}
    indexes = {index["name"]: index for index in inspect(db.engine).get_indexes("packages")}
    assert {index.name for index in models.Package.__table__.indexes} <= set(indexes)
    dialect = db.engine.dialect.name
    assert "920" in str(indexes["ix_packages_queue"]["dialect_options"][f"{dialect}_where"])
    assert indexes["uq_packages_out_of_stock_order"]["unique"]
