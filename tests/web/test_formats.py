"""Formats of values on pages: in both languages, in the reader's zone, never more digits than needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask, request
from flask_babel import Babel

from app import clock
from app.web import formats

NOW = datetime(2026, 11, 19, 6, 14, 7, 250_000, tzinfo=UTC)


@pytest.fixture
def site() -> Flask:
    """An application with the filters and nothing else; ?in= chooses the language."""
    site = Flask(__name__)
    site.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Istanbul"
    Babel(site, locale_selector=lambda: request.args.get("in", "en"))
    formats.register(site)
    return site


@pytest.fixture
def in_english(site: Flask) -> Iterator[Flask]:
    with site.test_request_context("/"), clock.at(NOW):
        yield site


@pytest.fixture
def in_turkish(site: Flask) -> Iterator[Flask]:
    with site.test_request_context("/?in=tr"), clock.at(NOW):
        yield site


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=-50), "just now"),
        (timedelta(seconds=50), "in a moment"),
        (timedelta(seconds=-51), "1 minute ago"),
        (timedelta(minutes=-40), "40 minutes ago"),
        (timedelta(hours=-3), "3 hours ago"),
        (timedelta(minutes=-90), "90 minutes ago"),
        (timedelta(hours=-23), "23 hours ago"),
        (timedelta(days=-5), "5 days ago"),
        (timedelta(days=-8), "8 days ago"),
        (timedelta(days=-14), "2 weeks ago"),
        (timedelta(minutes=10), "in 10 minutes"),
    ],
)
def test_a_relative_time_counts_no_seconds(in_english: Flask, distance: timedelta, words: str) -> None:
    assert formats.relative_time(NOW + distance) == words


def test_times_are_those_of_the_readers_zone(in_english: Flask) -> None:
    late = datetime(2026, 11, 18, 22, 30, tzinfo=UTC)
    assert formats.exact_time(NOW) == "19 Nov 2026, 09:14:07 +03:00"
    assert formats.short_time(late) == "19 Nov 01:30:00"
    assert formats.day(late) == "19 Nov 2026"
    assert formats.day(date(2026, 11, 18)) == "18 Nov 2026"


def test_a_short_time_names_the_year_when_it_is_another(in_english: Flask) -> None:
    assert formats.short_time(datetime(2025, 12, 31, 20, tzinfo=UTC)) == "31 Dec 2025 23:00:00"
    assert formats.short_time(datetime(2025, 12, 31, 22, tzinfo=UTC)) == "1 Jan 01:00:00"


def test_machines_get_six_digits_and_utc(in_english: Flask) -> None:
    assert formats.iso(NOW) == "2026-11-19T06:14:07.250000Z"
    assert formats.iso(None) == ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (100, "1"), (1250, "12.5"), (1205, "12.05"), (-500, "−5"), (123_456_700, "1,234,567")],
)
def test_hundredths_lose_needless_zeros(in_english: Flask, value: int, shown: str) -> None:
    assert formats.hundredths(value) == shown


def test_quantities_of_documents_are_shown_the_same_way(in_english: Flask) -> None:
    assert formats.quantity("-5.00") == "−5"
    assert formats.quantity(Decimal("2.50")) == "2.5"


def test_money_carries_its_currency(in_english: Flask) -> None:
    assert formats.money(129_990, "TRY") == "1,299.90\u00a0TRY"
    assert formats.money(-5, "EUR") == "−0.05\u00a0EUR"


def test_turkish_has_its_own_notation(in_turkish: Flask) -> None:
    assert formats.hundredths(123_450) == "1.234,5"
    assert formats.money(129_990, "TRY") == "1.299,90\u00a0TL"
    assert formats.exact_time(NOW) == "19 Kas 2026, 09:14:07 +03:00"
    assert formats.relative_time(NOW - timedelta(hours=3)) == "3 saat önce"
    assert formats.state_label("920", "package") == "Stokta Yok"
    assert formats.language() == "tr"


@pytest.mark.parametrize(
    "shown",
    [
        formats.relative_time,
        formats.exact_time,
        formats.short_time,
        formats.day,
        formats.hundredths,
        formats.quantity,
    ],
)
def test_what_is_not_known_is_a_dash(in_english: Flask, shown: object) -> None:
    assert callable(shown)
    assert shown(None) == formats.NOT_KNOWN


def test_templates_know_every_filter(in_english: Flask) -> None:
    assert in_english.jinja_env.from_string(
        "{{ 250|hundredths }} {{ '920'|state_label('package') }}"
    ).render() == ("2.5 Out of Stock")
