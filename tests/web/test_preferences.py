"""Instants are shown in the reader's zone, and days begin there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests import builders
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("db_session")

LATE = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
# Zone of the person → the exact instant as it is shown, and the day it belongs to.
ZONES = {
    None: ("22 Nov 2026, 01:30:00 +03:00", "2026-11-22"),
    "Europe/Rome": ("21 Nov 2026, 23:30:00 +01:00", "2026-11-21"),
    "America/New_York": ("21 Nov 2026, 17:30:00 -05:00", "2026-11-21"),
    "Nowhere/At_All": ("22 Nov 2026, 01:30:00 +03:00", "2026-11-22"),
}


@pytest.mark.parametrize("zone", ZONES)
def test_instants_and_days_are_those_of_the_reader(app: Flask, zone: str | None) -> None:
    shown, day = ZONES[zone]
    builders.an_order(number="1001", date_placed=LATE)
    desk = PageClient(app, builders.a_user(time_zone=zone).session_key)
    page = desk.get(f"/orders/?date_from={day}&date_to={day}")
    titles = {one.attributes.get("title") for one in page.find_all("time")}
    assert shown in titles
    assert page.find_all("html")[0].attributes["data-zone"] == (
        zone if zone in ("Europe/Rome", "America/New_York") else "Europe/Istanbul"
    )


@pytest.mark.parametrize("language", [None, "en", "xx", ""])
def test_a_language_without_translation_is_english(app: Flask, language: str | None) -> None:
    desk = PageClient(app, builders.a_user(language=language).session_key)
    assert desk.get("/orders/").find_all("html")[0].attributes["lang"] == "en"
