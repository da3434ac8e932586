"""How values look on pages: filters and globals of templates. Formats are Babel's, words are wording's."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from flask import Flask
from flask_babel import gettext
from markupsafe import Markup

from app import clock, wording
from app.domain.states import RecordKind
from app.web import reader as readers
from app.web.reader import reader

NOT_KNOWN = "–"
# Below this, "1 minute ago" would say too much.
JUST_NOW_SECONDS = 0.85 * 60
# Of the unit in words, as in the ages of lists: "8 days ago" beside "8 days", not "1 week ago".
FEWEST_UNITS = 2
# Pages repeat the same days and amounts, and Babel takes a twentieth of a millisecond for each.
TEXTS_KEPT = 4096
_UNITS = tuple(unit for unit in dates.TIMEDELTA_UNITS if unit[0] != "second")
_MINUS = "−"
# What people of a language say instead of the code.
_SPOKEN_CURRENCIES = {("tr", "TRY"): "TL"}
_DAY, _DAY_OF_THIS_YEAR = "d MMM y", "d MMM"
# Where they stand in the ISO form of an aware instant.
_CLOCK, _DISTANCE_FROM_UTC = slice(11, 19), slice(-6, None)


def relative_time(instant: datetime | None) -> str:
    """How long ago, or in how long, in words of the reader's language; seconds are not counted."""
    if instant is None:
        return NOT_KNOWN
    distance = instant - clock.now()
    if abs(distance.total_seconds()) < JUST_NOW_SECONDS:
        return gettext("in a moment") if distance > timedelta() else gettext("just now")
    seconds = distance // timedelta(seconds=1)
    unit, rounded = _rounded(abs(seconds))
    return _distance(unit, rounded if seconds >= 0 else -rounded, True, reader().locale)


def age(instant: datetime) -> str:
    """How long ago, in the largest unit of which there are two: 26 hours, 9 days, 3 weeks."""
    passed = clock.now() - instant
    if passed < timedelta(minutes=1):
        return gettext("just now")
    return _distance(*_rounded(passed // timedelta(seconds=1)), False, reader().locale)


def exact_time(instant: datetime | None) -> str:
    """Day and time to the second in the reader's zone, with its distance from UTC."""
    if instant is None:
        return NOT_KNOWN
    known = reader()
    return _exact(instant, known.zone, known.language)


def stamp(instant: datetime) -> Markup:
    """The attributes of its <time>: the form for machines, and the exact time for who points at it."""
    known = reader()
    return _stamp(instant, known.zone, known.language)


def short_time(instant: datetime | None) -> str:
    """Day and time to the second for tables, e.g. "19 Nov 09:13:31"; with the year unless it is this one."""
    if instant is None:
        return NOT_KNOWN
    zone = reader().zone
    local = instant.astimezone(zone)
    is_this_year = local.year == clock.now().astimezone(zone).year
    return f"{_day(local, _DAY_OF_THIS_YEAR if is_this_year else _DAY)} {local.isoformat()[_CLOCK]}"


def clock_time(instant: datetime) -> str:
    """Time of day to the second in the reader's zone, where the day is said already."""
    return instant.astimezone(reader().zone).isoformat()[_CLOCK]


def day(value: date | datetime | None) -> str:
    """The day, e.g. "19 Nov 2026"; an instant's day in the reader's zone."""
    if value is None:
        return NOT_KNOWN
    return _day(value.astimezone(reader().zone) if isinstance(value, datetime) else value, _DAY)


def iso(instant: datetime | None) -> str:
    """For machines: UTC with six digits and Z (D17); empty where there is none."""
    if instant is None:
        return ""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def hundredths(value: int | None) -> str:
    """A quantity kept as hundredths (D16), without needless zeros: 1250 → "12.5"."""
    return NOT_KNOWN if value is None else quantity(Decimal(value).scaleb(-2))


def quantity(value: Decimal | str | int | None) -> str:
    """A quantity in units, as documents carry it, without needless zeros: "-5.00" → "−5"."""
    if value is None:
        return NOT_KNOWN
    return _number(Decimal(value), reader().language)


def money(value: int | None, currency: str) -> str:
    """An amount kept as hundredths (D16), with its currency (ISO 4217) behind it: "1,299.90 TRY"."""
    if value is None:
        return NOT_KNOWN
    return _money(value, currency, reader().language)


def state_label(code: str, kind: str) -> str:
    """The name of a state of orders, packages and their items; `kind` is a RecordKind."""
    return wording.state_label(RecordKind(kind), code)


def language() -> str:
    """The language of this answer, as <html lang> wants it."""
    return reader().language.replace("_", "-")


def time_zone() -> str:
    """The name of the reader's time zone, e.g. "Europe/Istanbul"."""
    return reader().zone.key


def kept_by_language(words: Callable[..., str]) -> Callable[..., str]:
    """The words for codes, looked up once for each language."""

    @lru_cache(TEXTS_KEPT)
    def kept(_language: str, *codes: str | None) -> str:
        return words(*codes)

    return lambda *codes: kept(reader().language, *codes)


LABELS: dict[str, Callable[..., str]] = {
    "state_label": state_label,
    "own_state_label": wording.own_state_label,
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
"""Words for codes: they depend on nothing but the code and the language, and rows repeat them."""

FILTERS: dict[str, Callable[..., str]] = {
    "relative_time": relative_time,
    "age": age,
    "exact_time": exact_time,
    "stamp": stamp,
    "short_time": short_time,
    "clock_time": clock_time,
    "day": day,
    "iso": iso,
    "hundredths": hundredths,
    "quantity": quantity,
    "decimalformat": quantity,  # the name Flask-Babel gives it
    "money": money,
    "capitalized": wording.capitalized,
    **{name: kept_by_language(words) for name, words in LABELS.items()},
}
GLOBALS: dict[str, Callable[..., Any]] = {
    "language": language,
    "time_zone": time_zone,
}


def register(app: Flask) -> None:
    """Make the filters and globals known to the templates."""
    readers.install(app)
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(GLOBALS)


def _rounded(seconds: int) -> tuple[str, int]:
    """The largest unit of which there are two, or the minute, and the seconds of a whole number of them."""
    for unit, length in _UNITS:
        count = seconds / length
        if count >= FEWEST_UNITS or unit == "minute":
            break
    return unit, max(1, round(count)) * length


@lru_cache(TEXTS_KEPT)
def _distance(unit: Any, seconds: int, is_from_now: bool, locale: Locale) -> str:
    """A whole number of that unit; "ago" or "in" is said of distances from now."""
    return dates.format_timedelta(
        timedelta(seconds=seconds),
        granularity=unit,
        threshold=math.inf,
        add_direction=is_from_now,
        locale=locale,
    )


@lru_cache(TEXTS_KEPT)
def _stamp(instant: datetime, zone: ZoneInfo, language: str) -> Markup:
    return Markup('datetime="{}" title="{}"').format(iso(instant), _exact(instant, zone, language))


@lru_cache(TEXTS_KEPT)
def _exact(instant: datetime, zone: ZoneInfo, language: str) -> str:
    local = instant.astimezone(zone)
    written = local.isoformat()
    day_text = _date_text(local.year, local.month, local.day, _DAY, language)
    return f"{day_text}, {written[_CLOCK]} {written[_DISTANCE_FROM_UTC]}"


def _day(value: date, pattern: str) -> str:
    return _date_text(value.year, value.month, value.day, pattern, reader().language)


@lru_cache(TEXTS_KEPT)
def _date_text(year: int, month: int, number: int, pattern: str, locale: str) -> str:
    return dates.format_date(date(year, month, number), pattern, locale=locale)


@lru_cache(TEXTS_KEPT)
def _number(value: Decimal, locale: str) -> str:
    return numbers.format_decimal(value, "#,##0.##", locale=locale).replace("-", _MINUS)


@lru_cache(TEXTS_KEPT)
def _money(value: int, currency: str, locale: str) -> str:
    amount = Decimal(value).scaleb(-2)
    pattern = "#,##0.00\u00a0¤¤"
    text = numbers.format_currency(amount, currency, pattern, locale=locale).replace("-", _MINUS)
    return text.replace(currency, _SPOKEN_CURRENCIES.get((locale, currency), currency))
