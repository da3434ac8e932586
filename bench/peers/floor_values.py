"""How the floor writes instants, amounts and degrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

Raw = msgspec.Raw


def fixed(value: int | None, digits: int = 2) -> str | None:
    """A whole number as a text with that many decimals."""
    if value is None:
        return None
    whole, part = divmod(abs(value), 10**digits)
    return f"{'-' if value < 0 else ''}{whole}.{part:0{digits}}"


def instant_of(database_name: str) -> Callable[[Any], str | None]:
    """The writer of instants of that database: SQLite gives text of fixed width, PostgreSQL UTC datetimes."""
    return _from_text if database_name == "sqlite" else _from_datetime


def _from_text(value: str | None) -> str | None:
    return None if value is None else f"{value[:10]}T{value[11:]}Z"


def _from_datetime(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(timespec="microseconds")[:26] + "Z"
