"""CSV files whose cells no spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from flask import Response

from app.web.formats import iso

DANGEROUS_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_row(cells: Iterable[Any]) -> list[Any]:
    """The cells with an apostrophe before text that a spreadsheet would run. Numbers stay numbers."""
    return [_safe(cell) for cell in cells]


def csv_answer(name: str, rows: Iterable[Iterable[Any]]) -> Response:
    """The rows as a file of that name. Instants are written for machines."""
    text = io.StringIO()
    csv.writer(text).writerows(safe_row(row) for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The rows as lines of such a file, one after another: none of them is kept."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow(safe_row(row))
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _safe(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return iso(cell)
    if isinstance(cell, str) and cell.startswith(DANGEROUS_STARTS) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()
