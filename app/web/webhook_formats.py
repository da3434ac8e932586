"""How webhooks and their deliveries look on pages: filters of templates. Words are wording's."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from babel.units import format_unit
from flask import Flask
from flask_babel import ngettext

from app import clock
from app.domain.json_differences import ABSENT
from app.web.json_view import shown
from app.web.reader import reader
from app.wording import webhooks as words

LONGEST_VALUE = 200
KILOBYTE = 1_000


def target_text(url: str) -> str:
    """Where it goes: host and path, without what every address begins with."""
    parts = urlsplit(url)
    shown = f"{parts.netloc}{parts.path}".rstrip("/")
    return shown if parts.scheme == "https" else f"http://{shown}"


def json_text(value: Any) -> str:
    """A JSON value in one line, shortened; a dash where there is none."""
    if value is ABSENT:
        return "–"
    text = shown(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def is_past(instant: datetime) -> bool:
    """Whether that moment has come."""
    return instant <= clock.now()


def byte_size(count: int) -> str:
    """How long a body is, in the reader's notation: "113 bytes", "1.2 kB"."""
    if count < KILOBYTE:
        return ngettext("%(num)s byte", "%(num)s bytes", count)
    size = Decimal(count) / KILOBYTE
    return str(format_unit(size, "digital-kilobyte", "short", "#,##0.#", locale=reader().locale))


FILTERS: dict[str, Callable[..., Any]] = {
    "target_text": target_text,
    "json_text": json_text,
    "is_past": is_past,
    "byte_size": byte_size,
    "attempt_outcome_label": words.outcome_label,
    "off_label": words.off_label,
    "event_type_label": words.event_type_label,
    "event_state_label": words.event_state_label,
    "schedule_label": words.schedule_label,
    "duration_text": words.duration_text,
    "milliseconds": words.milliseconds_text,
    "attempts_text": words.attempts_text,
}


def register(app: Flask) -> None:
    """Make the filters known to the templates."""
    app.jinja_env.filters.update(FILTERS)
