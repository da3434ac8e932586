"""The stock timeline of a place as the chart script wants it: numbers and marks, no words of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext

from app import clock
from app.queries import places
from app.queries.explanations import AttemptFacts


def chart(place: places.Place, attempts: Sequence[AttemptFacts] = ()) -> dict[str, Any]:
    """Stock, reserved and available at the place over 30 days, and marks for attempts and mappings."""
    now = clock.now()
    movements = places.movements(place, now)
    stock = [_units(one.stock_count) for one in movements]
    reserved = [_units(one.reservation_count) for one in movements]
    free = [
        None if one.stock_count is None else _units(one.stock_count - one.reservation_count)
        for one in movements
    ]
    first = movements[0].at if movements else now
    marks = [
        _mark(one.date, "attempt", gettext("Attempt %(number)s", number=one.number))
        for one in attempts
        if one.date >= first
    ]
    marks += [
        _mark(one.at, one.kind, gettext("%(order)s registered", order=one.label))
        for one in places.markers(place, now)
    ]
    return {
        "x": [one.at.timestamp() for one in movements],
        "series": [
            {"key": "stock", "label": gettext("Stock"), "values": stock},
            {"key": "reserved", "label": gettext("Reserved"), "values": reserved},
            {"key": "available", "label": gettext("Available"), "values": free},
        ],
        "markers": marks,
        "rows": list(zip((one.at for one in movements), stock, reserved, free, strict=True)),
    }


def _units(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / 100


def _mark(at: datetime, kind: str, label: str) -> dict[str, Any]:
    return {"x": at.timestamp(), "kind": kind, "label": label}
