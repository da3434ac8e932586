"""Audit entries arrive and stay: the database itself refuses to change or delete them."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app import databases, models
from app.extensions import db
from app.models.triggers import create_triggers
from tests.builders import an_audit_entry

pytestmark = pytest.mark.usefixtures("db_session")


def _execute(*statements: str) -> None:
    options = databases.write_options(db.engine.dialect.name)
    with db.engine.connect().execution_options(**options) as connection, connection.begin():
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'nobody'",
        "DELETE FROM audit_entries",
        "UPDATE audit_entries SET reason = NULL WHERE id = 1",
    ],
)
def test_an_entry_is_neither_changed_nor_deleted(statement: str) -> None:
    an_audit_entry(actor="ayse", reason="counted twice")
    with pytest.raises(IntegrityError, match="never changed or deleted"):
        _execute(statement)
    assert db.session.scalars(select(models.AuditEntry.actor)).all() == ["ayse"]


def test_the_table_cannot_be_emptied_at_once() -> None:
    if db.engine.dialect.name == "sqlite":
        return  # SQLite has no TRUNCATE; its DELETE is refused above
    an_audit_entry()
    with pytest.raises(IntegrityError, match="never changed or deleted"):
        _execute("TRUNCATE audit_entries")


def test_making_the_triggers_again_changes_nothing() -> None:
    options = databases.write_options(db.engine.dialect.name)
    for _ in range(2):
        with db.engine.connect().execution_options(**options) as connection, connection.begin():
            create_triggers(connection)
    an_audit_entry()
    with pytest.raises(IntegrityError):
        _execute("DELETE FROM audit_entries")
    assert db.session.scalar(select(func.count()).select_from(models.AuditEntry)) == 1
