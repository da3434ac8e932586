"""The triggers that keep the counters (counters.py), for both databases.

Row triggers on SQLite, where one writer at a time changes a counter's only row. Statement triggers on
PostgreSQL, where each statement adds rows of its own and every 256th row folds those that nobody holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

from app.models.columns import table
from app.models.counters import (
    BLOCK_BITS,
    COUNTED_LISTS,
    SPAN_BITS,
    VERSIONED_TABLES,
    CountedList,
    Counter,
)

EVENTS = ("insert", "update", "delete")
_TABLE = table(Counter).name
_SQLITE_STEP = "(random() & 1073741823) + 1"
_POSTGRESQL_STEP = "(random() * 1073741823)::bigint + 1"


def create(connection: Connection, present: set[str]) -> None:
    """Create or renew the triggers of tables that are `present`, and count anew.

    Counting makes good what changed while a migration had taken the triggers away.
    """
    if _TABLE not in present:
        return
    dialect = connection.dialect.name
    lists = [one for one in COUNTED_LISTS if one.table in present]
    versioned = {kind: name for kind, name in VERSIONED_TABLES.items() if kind in present}
    made = _sqlite(lists, versioned) if dialect == "sqlite" else _postgresql(lists, versioned)
    for statement in (*made, *_recounted(dialect, lists), *_moved(dialect, set(versioned.values()))):
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    """Take the triggers away, before their table goes."""
    if connection.dialect.name == "postgresql":
        counts = [f"count_{one.table}_{event}" for one in COUNTED_LISTS for event in (*EVENTS, "truncate")]
        for function in (*counts, "move_version", "fold_counters"):
            connection.execute(text(f"DROP FUNCTION IF EXISTS {function} CASCADE"))
        return
    for kind in (*(one.table for one in COUNTED_LISTS), *VERSIONED_TABLES):
        for event in EVENTS:
            connection.execute(text(f"DROP TRIGGER IF EXISTS count_{kind}_{event}"))


def suspend(connection: Connection) -> None:
    """Stop counting until resume(), in one transaction that lets nobody else write.

    SQLite's row triggers cost a tenth of a loaded world's time; PostgreSQL's go by statement and stay.
    """
    if connection.dialect.name == "sqlite":
        drop(connection)


def resume(connection: Connection) -> None:
    """Count anew what changed since suspend(), and go on counting."""
    if connection.dialect.name == "sqlite":
        create(connection, set(inspect(connection).get_table_names()))


def key_of(dialect: str, one: CountedList, row: str = "") -> str:
    """What a row is counted by, as a whole number; `row` is "NEW." or "OLD." inside a row trigger."""
    if one.date is None:
        return f"{row}id"
    if dialect == "sqlite":
        return f"CAST(strftime('%s', {row}{one.date}) AS INTEGER)"
    return f"floor(extract(epoch FROM {row}{one.date}))::bigint"


def _recounted(dialect: str, lists: list[CountedList]) -> Iterator[str]:
    for one in lists:
        yield f"DELETE FROM {_TABLE} WHERE name IN ('{one.blocks}', '{one.spans}')"
        for name, bits in one.sums:
            yield (
                f"INSERT INTO {_TABLE} (name, block, n) "
                f"SELECT '{name}', {key_of(dialect, one)} >> {bits} AS block, count(*) "
                f"FROM {one.table} GROUP BY block"
            )


def _moved(dialect: str, names: set[str]) -> Iterator[str]:
    step = _SQLITE_STEP if dialect == "sqlite" else _POSTGRESQL_STEP
    for name in sorted(names):
        if dialect == "sqlite":
            yield from _sqlite_steps(name, "0", step)
        else:
            yield f"INSERT INTO {_TABLE} (name, block, n) VALUES ('{name}', 0, {step})"


def _sqlite(lists: list[CountedList], versioned: dict[str, str]) -> Iterator[str]:
    for one in lists:
        arrived = [*_sqlite_counts(one, "NEW.", "1")]
        gone = [*_sqlite_counts(one, "OLD.", "-1")]
        yield from _sqlite_trigger(one.table, "insert", arrived)
        yield from _sqlite_trigger(one.table, "delete", gone)
        changing = f"update OF {one.date or 'id'}"
        yield from _sqlite_trigger(one.table, "update", [*gone, *arrived], changing)
    for kind, name in versioned.items():
        for event in EVENTS:
            yield from _sqlite_trigger(kind, event, [*_sqlite_steps(name, "0", _SQLITE_STEP)])


def _sqlite_counts(one: CountedList, row: str, step: str) -> Iterator[str]:
    key = key_of("sqlite", one, row)
    yield from _sqlite_steps(one.blocks, f"{key} >> {BLOCK_BITS}", step)
    yield from _sqlite_steps(one.spans, f"{key} >> {SPAN_BITS}", step)


def _sqlite_steps(name: str, block: str, step: str) -> Iterator[str]:
    """An upsert in two statements: the index is not unique, because on PostgreSQL rows repeat."""
    yield f"UPDATE {_TABLE} SET n = n + {step} WHERE name = '{name}' AND block = {block}"
    yield f"INSERT INTO {_TABLE} (name, block, n) SELECT '{name}', {block}, {step} WHERE changes() = 0"


def _sqlite_trigger(kind: str, event: str, steps: list[str], when: str = "") -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS count_{kind}_{event}"
    body = "; ".join(steps)
    yield f"CREATE TRIGGER count_{kind}_{event} AFTER {when or event} ON {kind} BEGIN {body}; END"


_FOLD = f"""
CREATE OR REPLACE FUNCTION fold_counters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Rows that another transaction is folding are left to it; their sum is the same either way.
    WITH crowded AS (SELECT name, block FROM {_TABLE} GROUP BY name, block HAVING count(*) > 1),
    free AS (SELECT id FROM {_TABLE} JOIN crowded USING (name, block) FOR UPDATE OF {_TABLE} SKIP LOCKED),
    gone AS (DELETE FROM {_TABLE} WHERE id IN (SELECT id FROM free) RETURNING name, block, n)
    INSERT INTO {_TABLE} (name, block, n) SELECT name, block, sum(n) FROM gone GROUP BY name, block;
    RETURN NULL;
END $$
"""
_MOVE = f"""
CREATE OR REPLACE FUNCTION move_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {_TABLE} (name, block, n) VALUES (TG_ARGV[0], 0, {_POSTGRESQL_STEP});
    RETURN NULL;
END $$
"""
_COUNT = """
CREATE OR REPLACE FUNCTION count_{table}_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH blocks AS (
        SELECT key >> {block_bits} AS block, sum(n) AS n FROM ({changed}) AS changed GROUP BY 1
    )
    INSERT INTO {counters} (name, block, n)
    SELECT '{blocks}', block, n FROM blocks WHERE n <> 0
    UNION ALL
    SELECT '{spans}', block >> {span_bits}, sum(n) FROM blocks GROUP BY 2 HAVING sum(n) <> 0;
    RETURN NULL;
END $$
"""
_FORGET = """
CREATE OR REPLACE FUNCTION count_{table}_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM {counters} WHERE name IN ('{blocks}', '{spans}');
    RETURN NULL;
END $$
"""
# What a statement of that kind leaves behind, and what the rows it touched count for.
_ARRIVED, _GONE = "NEW TABLE AS arrived", "OLD TABLE AS gone"
_PLUS, _MINUS = "SELECT {key} AS key, 1 AS n FROM arrived", "SELECT {key} AS key, -1 AS n FROM gone"
_CHANGES = {
    "insert": (f"REFERENCING {_ARRIVED}", _PLUS),
    "update": (f"REFERENCING {_ARRIVED} {_GONE}", f"{_PLUS} UNION ALL {_MINUS}"),
    "delete": (f"REFERENCING {_GONE}", _MINUS),
}


def _postgresql(lists: list[CountedList], versioned: dict[str, str]) -> Iterator[str]:
    yield _FOLD
    fold = f"AFTER INSERT ON {_TABLE} FOR EACH ROW WHEN (NEW.id % 256 = 0) EXECUTE FUNCTION fold_counters()"
    yield f"CREATE OR REPLACE TRIGGER count_{_TABLE}_fold {fold}"
    yield _MOVE
    for kind, name in versioned.items():
        moved = "FOR EACH STATEMENT EXECUTE FUNCTION move_version"
        events = "INSERT OR UPDATE OR DELETE OR TRUNCATE"
        yield f"CREATE OR REPLACE TRIGGER count_{kind}_change AFTER {events} ON {kind} {moved}('{name}')"
    for one in lists:
        yield from _postgresql_counts(one)


def _postgresql_counts(one: CountedList) -> Iterator[str]:
    names = {"table": one.table, "counters": _TABLE, "blocks": one.blocks, "spans": one.spans}
    bits = {"block_bits": BLOCK_BITS, "span_bits": SPAN_BITS - BLOCK_BITS}
    for event, (referencing, changed) in _CHANGES.items():
        if event == "update" and one.date is None:
            continue  # ids never change, and orders are changed all the time
        changed = changed.format(key=key_of("postgresql", one))
        yield _COUNT.format(**names, **bits, event=event, changed=changed)
        yield _postgresql_trigger(one.table, event, referencing)
    yield _FORGET.format(**names)
    yield _postgresql_trigger(one.table, "truncate", "")


def _postgresql_trigger(kind: str, event: str, referencing: str) -> str:
    return (
        f"CREATE OR REPLACE TRIGGER count_{kind}_{event} AFTER {event} ON {kind} {referencing} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION count_{kind}_{event}()"
    )
