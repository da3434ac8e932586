"""Stock feeds read from a file: what each row would do, and what can be wrong with one."""

from __future__ import annotations

from enum import StrEnum


class RowOutcome(StrEnum):
    """What storing a row would do. Of several rows for one place only the last is stored."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OVERWRITTEN = "overwritten"
    WRONG = "wrong"


class RowProblem(StrEnum):
    """Why a row cannot be stored."""

    NOT_JSON = "not_json"
    COLUMNS = "columns"
    MISSING = "missing"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    NOT_A_COUNT = "not_a_count"
    UNKNOWN_LOCATION = "unknown_location"
    UNKNOWN_SKU = "unknown_sku"


STORED = (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.UNCHANGED)
"""Rows that are stored: an unchanged count is an answer too, and makes the last one younger."""


def outcome_of(old: int | None, new: int) -> RowOutcome:
    """What a count in hundredths makes of the one before; None where the location never answered."""
    if old is None:
        return RowOutcome.NEW
    return RowOutcome.UNCHANGED if old == new else RowOutcome.CHANGED
