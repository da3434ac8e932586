"""Cells of a CSV file that no spreadsheet takes for a formula."""

from collections.abc import Iterable
from typing import Any

DANGEROUS_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_row(cells: Iterable[Any]) -> list[Any]:
    """The cells with an apostrophe before text that a spreadsheet would run. Numbers stay numbers."""
    return [_safe(cell) for cell in cells]


def _safe(cell: Any) -> Any:
    if isinstance(cell, str) and cell.startswith(DANGEROUS_STARTS) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()
