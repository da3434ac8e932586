"""How values look on pages: filters and globals of templates. Formats are Babel's, words are wording's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import (
    format_currency,
    format_date,
    format_datetime,
    format_decimal,
    format_timedelta,
    get_locale,
    get_timezone,
    gettext,
)

from app import clock, wording
from app.domain.states import RecordKind

NOT_KNOWN = "–"
# Below this, "1 minute ago" would say too much; Babel rounds up to the next unit from 85 % of it.
JUST_NOW_SECONDS = 0.85 * 60
_MINUS = "−"


def relative_time(instant: datetime | None) -> str:
    """How long ago, or in how long, in words of the reader's language; seconds are not counted."""
    if instant is None:
        return NOT_KNOWN
    distance = instant - clock.now()
    if abs(distance.total_seconds()) < JUST_NOW_SECONDS:
        return gettext("just now")
    return str(format_timedelta(distance, granularity="minute", add_direction=True))


def exact_time(instant: datetime | None) -> str:
    """Day and time to the second in the reader's zone, with its distance from UTC."""
    return NOT_KNOWN if instant is None else str(format_datetime(instant, "d MMM y, HH:mm:ss xxx"))


def short_time(instant: datetime | None) -> str:
    """Day and time to the second for tables, e.g. "19 Nov 09:13:31"; with the year unless it is this one."""
    if instant is None:
        return NOT_KNOWN
    zone = get_timezone()
    is_this_year = instant.astimezone(zone).year == clock.now().astimezone(zone).year
    return str(format_datetime(instant, "d MMM HH:mm:ss" if is_this_year else "d MMM y HH:mm:ss"))


def day(value: date | datetime | None) -> str:
    """The day, e.g. "19 Nov 2026"; an instant's day in the reader's zone."""
    return NOT_KNOWN if value is None else str(format_date(value, "d MMM y"))


def iso(instant: datetime | None) -> str:
    """For machines: UTC with six digits and Z (D17); empty where there is none."""
    return "" if instant is None else instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def hundredths(value: int | None) -> str:
    """A quantity kept as hundredths (D16), without needless zeros: 1250 → "12.5"."""
    return NOT_KNOWN if value is None else quantity(Decimal(value).scaleb(-2))


def quantity(value: Decimal | str | int | None) -> str:
    """A quantity in units, as documents carry it, without needless zeros: "-5.00" → "−5"."""
    if value is None:
        return NOT_KNOWN
    return str(format_decimal(Decimal(value), "#,##0.##")).replace("-", _MINUS)


def money(value: int | None, currency: str) -> str:
    """An amount kept as hundredths (D16), with its currency (ISO 4217) behind it: "1,299.90 TRY"."""
    if value is None:
        return NOT_KNOWN
    return str(format_currency(Decimal(value).scaleb(-2), currency, "#,##0.00\u00a0¤¤")).replace("-", _MINUS)


def state_label(code: str, kind: str) -> str:
    """The name of a state of orders, packages and their items; `kind` is a RecordKind."""
    return wording.state_label(RecordKind(kind), code)


def language() -> str:
    """The language of this answer, as <html lang> wants it."""
    locale = get_locale()
    return "en" if locale is None else str(locale).replace("_", "-")


def time_zone() -> str:
    """The name of the reader's time zone, e.g. "Europe/Istanbul"."""
    return str(get_timezone())


FILTERS: dict[str, Callable[..., str]] = {
    "relative_time": relative_time,
    "exact_time": exact_time,
    "short_time": short_time,
    "day": day,
    "iso": iso,
    "hundredths": hundredths,
    "quantity": quantity,
    "money": money,
    "state_label": state_label,
    "cause_label": wording.cause_label,
    "cause_help": wording.cause_help,
    "check_label": wording.check_label,
    "change_label": wording.change_kind_label,
    "evidence_label": wording.evidence_label,
    "stale_label": wording.stale_label,
    "live_label": wording.live_label,
    "code_label": wording.label,
    "outcome_label": wording.outcome_label,
    "trigger_label": wording.trigger_label,
    "feed_label": wording.feed_label,
    "run_outcome_label": wording.run_outcome_label,
    "upstream_state_label": wording.upstream_state_label,
    "batch_state_label": wording.batch_state_label,
    "batch_row_state_label": wording.batch_row_state_label,
}
GLOBALS: dict[str, Callable[..., Any]] = {
    "language": language,
    "time_zone": time_zone,
}


def register(app: Flask) -> None:
    """Make the filters and globals known to the templates."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(GLOBALS)
