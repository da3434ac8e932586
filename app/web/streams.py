"""Downloads of any length: sent while they are read, so that memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

import msgspec
from flask import Response, stream_with_context

from app.web.csv_cells import csv_lines

LINES_AT_ONCE = 200


def csv_stream(name: str, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Response:
    """A CSV file of that name."""
    return _download(name, "text/csv", csv_lines(chain([head], _begun(rows))))


def json_stream(name: str, records: Iterable[object]) -> Response:
    """A file with one JSON array, a record a line."""
    return _download(name, "application/json", _array(_begun(records)))


def _array(records: Iterator[object]) -> Iterator[str]:
    yield "["
    before = "\n"
    for record in records:
        yield before + msgspec.json.encode(record).decode()
        before = ",\n"
    yield "\n]\n"


def _begun(rows: Iterable[Any]) -> Iterator[Any]:
    """The same, its first already read: what fails at once still gets an answer that says so."""
    rest = iter(rows)
    first = list(islice(rest, 1))
    return chain(first, rest)


def _download(name: str, mimetype: str, lines: Iterator[str]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(_joined(lines)), mimetype=mimetype, headers=headers)


def _joined(lines: Iterator[str]) -> Iterator[str]:
    """Many lines in one piece: each piece is a write to the network."""
    while several := list(islice(lines, LINES_AT_ONCE)):
        yield "".join(several)
