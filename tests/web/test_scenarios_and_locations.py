"""Scenarios and locations, as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from tests import builders
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_scenarios_stand_in_the_order_in_which_they_are_looked_at(desk: PageClient) -> None:
    builders.a_scenario(name="last", priority=None)
    builders.a_scenario(name="second", priority=20, is_active=False)
    builders.a_scenario(name="first", priority=10)
    page = desk.get("/scenarios/")
    assert [one.text for one in page.with_attribute("data-row-link")] == ["first", "second", "last"]
    assert page.text.count("Switched off") == 1


def test_a_scenario_says_which_orders_it_is_for(desk: PageClient) -> None:
    channel = builders.a_channel(name="Web Türkiye")
    conditions = {"payment_types": ["credit_card", "wallet"], "delivery_types": []}
    scenario = builders.a_scenario(name="Online", channels=[channel], **conditions)
    text = desk.get(f"/scenarios/{scenario.id}").text
    for words in ("Channels Web Türkiye", "Payment credit card , wallet", "Delivery any"):
        assert words in text


RULES = {
    "every location": ({}, ["Every location", "By priority", "Split by line"]),
    "a type": ({"stock_location_type": "store"}, ["Every store"]),
    "quota": ({"select_by_quota": True}, ["Only with free quota"]),
    "distance": ({"order_by": "distance", "split": "quantity"}, ["Nearest first", "Split within a line"]),
    "nothing split": ({"split": "none"}, ["All from one location"]),
}


def test_a_rule_is_said_in_words(desk: PageClient) -> None:
    for name, (rule, words) in RULES.items():
        scenario = builders.a_scenario(rules=[rule])
        text = desk.get(f"/scenarios/{scenario.id}").text.casefold()
        assert [one for one in words if one.casefold() not in text] == [], name


def test_a_rule_names_its_locations_and_counts_many(desk: PageClient) -> None:
    places = [builders.a_location(name=f"Shop {number}") for number in range(7)]
    rules = [
        {"name": "few", "locations": places[:2], "excluded": places[2:3], "priority": 1},
        {"name": "many", "locations": places, "priority": 2},
    ]
    scenario = builders.a_scenario(rules=rules)
    page = desk.get(f"/scenarios/{scenario.id}")
    assert "Only Shop 0, Shop 1" in page.text
    assert "Except Shop 2" in page.text
    assert [one.text for one in page.find_all("summary") if "Only" in one.text] == ["Only 7 locations"]


def test_a_scenario_without_rules_says_what_that_means(desk: PageClient) -> None:
    scenario = builders.a_scenario(rules=[])
    assert "ask no location" in desk.get(f"/scenarios/{scenario.id}").text


def test_a_location_says_how_busy_it_is_and_when_it_last_answered(desk: PageClient) -> None:
    place = builders.a_location("ST-1", name="Kadıköy", max_quota=2, priority=5)
    builders.a_location("ST-2", name="Nişantaşı", is_active=False)
    product = builders.a_product()
    builders.a_stock(place, product, 1_00, answered_date=NOON - timedelta(hours=3))
    for state in ("100", "300", "400", "550", "600"):
        builders.a_package(location=place, state=state)
    with clock.at(NOON):
        rows = desk.get("/locations/").find_all("tbody")[0].find_all("tr")
    busy, off = (row.text for row in rows)
    for words in ("5 ST-1", "Kadıköy", "2 of 2", "full", "3 hours ago"):
        assert words in busy
    assert rows[0].find_all("td")[-2].text == "3", "what is packed is open, too, but uses no quota"
    for words in ("Switched off", "no quota", "never"):
        assert words in off
