"""Conditions of lists that are filtered by the values of their columns."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement


def equal_to(wanted: Mapping[Any, object]) -> list[ColumnElement[bool]]:
    """That each column has its value, by column; None asks for nothing."""
    return [column == value for column, value in wanted.items() if value is not None]
