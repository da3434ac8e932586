"""Single rows in and out of a table, by statements that are built once. Decides nothing.

Building a statement costs several times as much as running it, and a loaded world has tens of thousands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Insert, RowMapping, Select, Table, Update, bindparam, insert, select, update

from app.domain.errors import Invalid
from app.extensions import run

Values = Mapping[str, Any]


def add(table: Table, values: Values) -> int:
    """The id of the new row."""
    found: int = run(_insert(table), dict(values)).scalar_one()
    return found


def add_all(table: Table, rows: Sequence[Values]) -> list[int]:
    """The ids of the new rows, in that order. All rows name the same columns."""
    return list(run(_insert_in_order(table), [dict(row) for row in rows]).scalars())


def change(table: Table, row_id: int, values: Values) -> None:
    """Set these columns of one row."""
    run(_update(table), {"row_id": row_id, **values})


def find(table: Table, column: str, key: object) -> RowMapping | None:
    """The row whose `column`, which is unique, is `key`."""
    return run(_select(table, column), {"key": key}).mappings().one_or_none()


def refuse_taken(table: Table, column: str, key: object, own_id: int | None) -> None:
    """Raises Invalid when another row than `own_id` has that key in a unique column."""
    if key is None:
        return
    other = find(table, column, key)
    if other is not None and other["id"] != own_id:
        raise Invalid({column: [f"is {key}, which another one has"]})


@lru_cache
def _insert(table: Table) -> Insert:
    return insert(table).returning(table.c.id)


@lru_cache
def _insert_in_order(table: Table) -> Insert:
    return insert(table).returning(table.c.id, sort_by_parameter_order=True)


@lru_cache
def _update(table: Table) -> Update:
    return update(table).where(table.c.id == bindparam("row_id"))


@lru_cache
def _select(table: Table, column: str) -> Select[Any]:
    return select(table).where(table.c[column] == bindparam("key"))
