"""Triggers: those that keep the audit log as it was written, and, through counter_triggers.py, all others.

Batch migrations on SQLite rebuild tables and lose their triggers: every upgrade ends with create_triggers().
"""

from collections.abc import Mapping

from sqlalchemy import Connection, inspect, text

from app.models import counter_triggers

KEPT_TABLES = ("audit_entries",)
"""Tables whose rows only ever arrive."""

_SQLITE = (
    "DROP TRIGGER IF EXISTS keep_{table}_{event}",
    "CREATE TRIGGER keep_{table}_{event} BEFORE {event} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table}: rows are never changed or deleted'); END",
)

_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION refuse_change_of_kept_row() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '%: rows are never changed or deleted', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    "DROP TRIGGER IF EXISTS keep_{table}_{event} ON {table}",
    "CREATE TRIGGER keep_{table}_{event} BEFORE {event} ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_kept_row()",
)

_STATEMENTS: Mapping[str, tuple[str, ...]] = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
_EVENTS: Mapping[str, tuple[str, ...]] = {
    "sqlite": ("update", "delete"),
    "postgresql": ("update", "delete", "truncate"),
}


def create_triggers(connection: Connection) -> None:
    """Create what is missing and renew what is there, within the caller's transaction.

    Does nothing for a table that does not exist, as after a downgrade to the empty database.
    """
    dialect = connection.dialect.name
    present = set(inspect(connection).get_table_names())
    for table in KEPT_TABLES:
        if table not in present:
            continue
        for event in _EVENTS[dialect]:
            for statement in _STATEMENTS[dialect]:
                connection.execute(text(statement.format(table=table, event=event)))
    counter_triggers.create(connection, present)
