"""Columns as the text that answers hold, made by the database: no object for each value on the way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, Text, cast
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _InstantText(FunctionElement[str]):
    inherit_cache = True
    name = "instant_text"
    type = String()


def instant_text(column: ColumnElement[Any]) -> ColumnElement[str]:
    """An instant in ISO 8601, in UTC with six digits and Z (D17); NULL stays."""
    return _InstantText(column)


def json_text(column: ColumnElement[Any]) -> ColumnElement[str]:
    """A JSON column as it is stored."""
    return cast(column, Text)


@compiles(_InstantText, "postgresql")
def _formatted(element: _InstantText, compiler: SQLCompiler, **options: Any) -> str:
    """Every connection speaks UTC (databases.py)."""
    column = compiler.process(element.clauses, **options)
    return f"""to_char({column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


@compiles(_InstantText, "sqlite")
def _completed(element: _InstantText, compiler: SQLCompiler, **options: Any) -> str:
    """Stored as text of fixed width (models/columns.py), which lacks only two letters."""
    return f"replace({compiler.process(element.clauses, **options)}, ' ', 'T') || 'Z'"
