"""Lines of a world script: from bytes to a typed document, and back.

Whether what a line names exists is not asked here, but by the acts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

import msgspec

from app.domain.errors import Invalid
from app.services import strict_json
from app.services.documents import events, master_data, orders, reasons, values
from app.services.documents.values import Document, Instant

MAX_LINE_BYTES = 1024 * 1024

KINDS: Mapping[str, type[Document]] = {
    "channel": master_data.ChannelDocument,
    "product": master_data.ProductDocument,
    "cargo_company": master_data.CargoCompanyDocument,
    "stock_location": master_data.StockLocationDocument,
    "scenario": master_data.ScenarioDocument,
    "stock": events.StockDocument,
    "order": orders.OrderDocument,
    "reservation": events.ReservationDocument,
    "reservation_release": events.ReservationReleaseDocument,
    "mapping": events.MappingDocument,
    "discrepancy": events.DiscrepancyDocument,
    "discrepancy_clear": events.DiscrepancyClearDocument,
    "order_state": events.OrderStateDocument,
    "package_command": events.PackageCommandDocument,
    "replan": events.ReplanDocument,
}


class BadLine(Invalid):
    """A line that cannot be used: its number, the field (None: the line as a whole) and the reason."""

    def __init__(self, line: int, field: str | None, reason: str) -> None:
        super().__init__({field or "line": [reason]})
        self.line = line
        self.field = field
        self.reason = reason

    def __str__(self) -> str:
        return f"line {self.line}: {self.field or 'the line'} {self.reason}"


@dataclass(frozen=True, slots=True)
class WorldLine:
    """One fact: its place in the script, when it happened, and what."""

    number: int
    at: datetime
    kind: str
    document: Document


def split_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a file, one at a time in memory. Raises BadLine for one longer than MAX_LINE_BYTES."""
    number = 0
    while raw := stream.readline(MAX_LINE_BYTES + 2):
        number += 1
        _refuse_long(number, raw)
        yield raw


def read_lines(lines: Iterable[bytes]) -> Iterator[WorldLine]:
    """The facts in order; blank lines are passed over. Raises BadLine for the first that cannot be used."""
    for number, raw in enumerate(lines, start=1):
        _refuse_long(number, raw)
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if raw.strip():
            yield read_line(number, raw)


def read_line(number: int, raw: bytes) -> WorldLine:
    """One line. Raises BadLine."""
    try:
        found = strict_json.read(raw)
    except ValueError as error:
        raise BadLine(number, None, str(error)) from error
    if not isinstance(found, dict):
        raise BadLine(number, None, "should be a JSON object")
    at, kind = _at(number, found), _kind(number, found)
    try:
        return WorldLine(number, at, kind, values.read(KINDS[kind], found))
    except msgspec.ValidationError as error:
        field, reason = reasons.explained(str(error))
        raise BadLine(number, field, reason) from error


def write_line(at: datetime, kind: str, body: Mapping[str, Any]) -> bytes:
    """The line of a recorded fact, with its line feed."""
    return msgspec.json.encode({"at": Instant.of(at).write(), "kind": kind, **body}) + b"\n"


def _refuse_long(number: int, raw: bytes) -> None:
    if len(raw.rstrip(b"\r\n")) > MAX_LINE_BYTES:
        raise BadLine(number, None, f"is longer than {MAX_LINE_BYTES:,} bytes")


def _at(number: int, found: dict[str, Any]) -> datetime:
    if "at" not in found:
        raise BadLine(number, "at", "is missing")
    try:
        return Instant.read(found.pop("at"))
    except (ValueError, OverflowError) as error:
        raise BadLine(number, "at", str(error)) from error


def _kind(number: int, found: dict[str, Any]) -> str:
    if "kind" not in found:
        raise BadLine(number, "kind", "is missing")
    kind = found.pop("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadLine(number, "kind", f"is none of {', '.join(KINDS)}")
    return kind
