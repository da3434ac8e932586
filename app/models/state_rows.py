"""Fills `content_types` and `states` from the list in app.domain.states. Called by migrations only."""

from datetime import UTC, datetime

from sqlalchemy import JSON, BigInteger, Connection, String, column, insert, select, table

from app.domain.states import APP_LABEL, STATE_NAMES, RecordKind
from app.models.columns import UtcDateTime

# The same instant everywhere, so that two installations answer the same.
FILLED_AT = datetime(2026, 1, 1, tzinfo=UTC)

# Not the mapped classes: an old migration must run whatever columns were added since.
_content_types = table(
    "content_types", column("id", BigInteger), column("app_label", String), column("model", String)
)
_states = table(
    "states",
    column("created_date", UtcDateTime),
    column("modified_date", UtcDateTime),
    column("name", String),
    column("translations", JSON),
    column("config", JSON),
    column("enum_class", String),
    column("enum_value", String),
    column("content_type_id", BigInteger),
)


def fill_state_rows(connection: Connection) -> None:
    """Insert the content types and states that are missing; rows that are there stay as they are."""
    _fill_content_types(connection)
    kind_ids = {row.model: row.id for row in connection.execute(select(_content_types))}
    known = {
        (row.content_type_id, row.enum_value)
        for row in connection.execute(select(_states.c.content_type_id, _states.c.enum_value))
    }
    rows = [
        {
            "created_date": FILLED_AT,
            "modified_date": FILLED_AT,
            "name": state.english,
            "translations": state.translations,
            "config": {},
            "enum_class": state.enum_class,
            "enum_value": state.enum_value,
            "content_type_id": kind_ids[state.kind],
        }
        for state in STATE_NAMES
        if (kind_ids[state.kind], state.enum_value) not in known
    ]
    if rows:
        connection.execute(insert(_states), rows)


def _fill_content_types(connection: Connection) -> None:
    known = set(connection.scalars(select(_content_types.c.model)))
    rows = [{"app_label": APP_LABEL, "model": kind.value} for kind in RecordKind if kind not in known]
    if rows:
        connection.execute(insert(_content_types), rows)
