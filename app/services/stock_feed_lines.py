"""Reads the rows of a stock feed from CSV or NDJSON, one at a time: values as text, or what is wrong.

CSV has a header that names erp_code, sku and stock_count; commas, semicolons and tabs are understood.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain
from typing import IO, Any

from app.domain.errors import Refused
from app.domain.stock_feeds import RowProblem
from app.services.documents.values import Count

FIELDS = ("erp_code", "sku", "stock_count")
LONGEST = {"erp_code": 100, "sku": 255, "stock_count": 40}
LONGEST_LINE = 10_000
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One row: usable when it has a count; else `problem`, with the field it is in."""

    line: int
    erp_code: str = ""
    sku: str = ""
    count: int | None = None
    problem: RowProblem | None = None
    field: str | None = None


def read_lines(stream: IO[bytes]) -> Iterator[FeedLine]:
    """The rows in their order. Raises Refused `feed_empty`, and `feed_header` naming what a CSV lacks."""
    text = TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    numbered = ((number, line) for number, line in enumerate(_lines(text), start=1) if line.strip())
    first = next(numbered, None)
    if first is None:
        raise Refused("feed_empty")
    if first[1].lstrip().startswith("{"):
        yield from (_json_line(number, line) for number, line in chain([first], numbered))
    else:
        yield from _csv_lines(first[1], numbered)


def _lines(text: IO[str]) -> Iterator[str]:
    """Lines of bounded length: of a longer one the rest comes as lines of their own, which are wrong."""
    while line := text.readline(LONGEST_LINE):
        yield line


def _csv_lines(header: str, numbered: Iterator[tuple[int, str]]) -> Iterator[FeedLine]:
    delimiter = max(",;\t", key=header.count)
    names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter))]
    missing = [name for name in FIELDS if name not in names]
    if missing:
        raise Refused("feed_header", missing=", ".join(missing))
    for number, line in numbered:
        cells = next(csv.reader([line], delimiter=delimiter), [])
        if len(cells) != len(names):
            yield FeedLine(number, problem=RowProblem.COLUMNS)
        else:
            yield _checked(number, dict(zip(names, cells, strict=True)))


def _json_line(number: int, line: str) -> FeedLine:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return FeedLine(number, problem=RowProblem.NOT_JSON)
    if not isinstance(found, dict):
        return FeedLine(number, problem=RowProblem.NOT_JSON)
    return _checked(number, found)


def _checked(number: int, given: Mapping[str, Any]) -> FeedLine:
    texts = {name: _text(given.get(name)) for name in FIELDS}
    code, sku = (texts[name][: LONGEST[name]].replace("\x00", _UNREADABLE) for name in ("erp_code", "sku"))
    for name, value in texts.items():
        problem = _problem(name, value)
        if problem is not None:
            return FeedLine(number, code, sku, None, problem, name)
    try:
        return FeedLine(number, code, sku, int(Count.read(texts["stock_count"])))
    except ValueError:
        return FeedLine(number, code, sku, None, RowProblem.NOT_A_COUNT, "stock_count")


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool | list | dict):
        return ""
    return str(value).strip()


def _problem(name: str, value: str) -> RowProblem | None:
    if not value:
        return RowProblem.MISSING
    if len(value) > LONGEST[name]:
        return RowProblem.TOO_LONG
    is_broken = _UNREADABLE in value or not value.isprintable()
    return RowProblem.UNREADABLE if is_broken else None
