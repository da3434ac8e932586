"""From values to answers: JSON in the one form that the contract knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from flask import Response

from app.documents import fixed, instant

_ENCODER = msgspec.json.Encoder()

__all__ = ["amount", "fixed", "instant", "json_answer", "text"]


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """`value` is a Struct, a mapping, a list or msgspec.Raw; None is an answer without a body."""
    if value is None:
        answer = Response(status=status)
        answer.headers.pop("Content-Type", None)
    else:
        answer = Response(_ENCODER.encode(value), status=status, mimetype="application/json")
    answer.headers.update(headers or {})
    return answer


def text(moment: datetime) -> str:
    """An instant that is always there, as `instant` writes it."""
    return instant(moment) or ""


def amount(hundredths: int) -> str:
    """A quantity that is always there, as `fixed` writes it."""
    return fixed(hundredths) or ""
