"""The search box: what it finds, how it may be typed, and what a store manager finds."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import builders
from tests.access.stores import GIVEN_AWAY, two_stores
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop, a_shop

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def shop(db_session: object) -> Shop:
    made = a_shop()
    made.an_order(number="1001")
    made.an_order(number="1002", is_served=False)
    builders.an_order(channel=made.channel, number="AB-7")
    return made


def hits(page: Element) -> set[tuple[str, str]]:
    return {(one.text, one.attributes["href"].split("?")[0]) for one in page.with_attribute("data-row-link")}


def names(page: Element) -> list[str]:
    return sorted(one for one, _ in hits(page))


FOUND = {
    "100": ["1001", "1001-1", "1002", "1002-1"],
    "1002-": ["1002-1"],
    "ab-": ["AB-7"],
    "ts-": ["TS-L", "TS-M"],
    "ışıl": ["Işıl Çağlar"],
    "ISIL caglar": ["Işıl Çağlar"],
    "ÇAĞLAR IŞIL": ["Işıl Çağlar"],
    "istanbul": ["İstanbul Kadıköy"],
    "İSTANBUL kadikoy": ["İstanbul Kadıköy"],
    "ISTANBUL": ["İstanbul Kadıköy"],
    "st-001": ["İstanbul Kadıköy"],
    "zz": [],
    "%": [],
    "1": [],
    "'\"<script>": [],
    "\\": [],
}


@pytest.mark.usefixtures("shop")
def test_things_are_found_however_they_are_typed(desk: PageClient) -> None:
    for text, wanted in FOUND.items():
        answer = desk.client.get("/search/", query_string={"q": text})
        assert answer.status_code == 200, text
        page = desk.looked_at(answer, text)
        assert names(page) == wanted, text
        part = desk.client.get(
            "/search/suggestions", query_string={"q": text}, headers={"HX-Request": "true"}
        )
        suggested = desk.looked_at(part, text, is_part=True).find_all("a")
        assert len(suggested) == len(wanted), text


def test_every_hit_leads_to_a_page(desk: PageClient, shop: Shop) -> None:
    for text in ("1001-", "100", "ts-m", "isil", "kadikoy"):
        for one in desk.get(f"/search/?q={text}").with_attribute("data-row-link"):
            desk.get(one.attributes["href"])


def test_a_whole_order_number_leads_straight_to_the_order(desk: PageClient, shop: Shop) -> None:
    answer = desk.client.get("/search/?q=+1001+")
    assert answer.status_code == 303
    assert "1001" in desk.get(answer.headers["Location"]).text
    builders.an_order(channel=builders.a_channel(name="Outlet"), number="1001")
    assert names(desk.get("/search/?q=1001")) == ["1001", "1001", "1001-1"]


def test_a_manager_finds_what_is_of_the_own_store(app: Flask) -> None:
    stores = two_stores()
    browser = PageClient(app, stores.own.manager.session_key)
    for text in ("FOREIGN", "Yabancı", "ST-B", "SKU"):
        page = browser.get(f"/search/?q={text}")
        assert not [one for one in hits(page) if one[0].startswith(("FOREIGN", "Yabancı", "ST-B"))]
        for one in page.with_attribute("data-row-link"):
            browser.get(one.attributes["href"])
    assert (
        browser.client.get("/search/?q=1001")
        .headers["Location"]
        .endswith(str(stores.own.arguments["order_id"]))
    )
    assert len(names(browser.get("/search/?q=ayse"))) == 1
    found = [one.text for one in browser.get("/orders/").with_attribute("data-row-link")]
    assert sorted(found) == ["1001", "1002"]
    for path in ("/orders/", "/orders/export.csv", "/orders/export.json"):
        text = browser.client.get(path).get_data(as_text=True)
        assert not [one for one in GIVEN_AWAY if one in text], path
