"""The queue of out-of-stock packages: what it holds, how it is narrowed down, how fresh its causes are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from app import clock
from app.extensions import db
from app.models import Order, Package, PackageItem
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def packages(page: Element) -> list[str]:
    return [one.text for one in page.with_attribute("data-row-link")]


def an_old_order(shop: Shop, days: int, **fields: object) -> Order:
    """An out-of-stock order that was planned so many days ago."""
    with clock.at(NOON - timedelta(days=days)):
        return shop.an_order(is_served=False, **fields)


def change_package(order: Order, **values: object) -> None:
    with unit_of_work():
        db.session.execute(update(Package).where(Package.order_id == order.id).values(**values))


def opened(desk: PageClient, query: str = "") -> Element:
    with clock.at(NOON):
        return desk.get(f"/packages/?{query}")


def test_what_waits_longest_stands_first(shop: Shop, desk: PageClient) -> None:
    for days in (1, 9, 4):
        an_old_order(shop, days, number=f"10{days}")
    shop.an_order(number="served")
    assert packages(opened(desk)) == ["109-1", "104-1", "101-1"]
    assert packages(opened(desk, "sort=age")) == ["101-1", "104-1", "109-1"]
    assert packages(opened(desk, "sort=order")) == ["101-1", "104-1", "109-1"]


@pytest.fixture
def queue(shop: Shop) -> None:
    other = builders.a_channel(name="Outlet")
    an_old_order(shop, 1, number="101")
    an_old_order(shop, 9, number="109")
    shop.an_order(number="served")
    product = builders.a_product("VASE-1", name="Vase")
    order = builders.an_order(number="201", channel=other, lines=[(product, 3_00)])
    builders.an_out_of_stock_package(order, number="201-1", cause="no_matching_scenario", created_date=NOON)


FILTERS = {
    "": ["109-1", "101-1", "201-1"],
    "cause=no_matching_scenario": ["201-1"],
    "cause=quota_full": [],
    "sku=VASE-1": ["201-1"],
    "sku=vase": ["201-1"],
    "sku=ts-": ["109-1", "101-1"],
    "sku=%25": [],
    "age=3": ["109-1"],
    "age=14": [],
    "state=100": ["served-1"],
    "state=600": [],
    "state=920": ["109-1", "101-1", "201-1"],
}


@pytest.mark.usefixtures("queue")
def test_a_filter_finds_the_packages_it_names(desk: PageClient) -> None:
    for query, wanted in FILTERS.items():
        assert packages(opened(desk, query)) == wanted, query


@pytest.mark.usefixtures("queue")
def test_channel_and_location_are_chosen_by_name(desk: PageClient) -> None:
    ids = {one.text: one.attributes["value"] for one in opened(desk).find_all("option")}
    assert packages(opened(desk, f"channel={ids['Outlet']}")) == ["201-1"]
    there = ids["ST-001 İstanbul Kadıköy"]
    assert packages(opened(desk, f"state=100&location={there}")) == ["served-1"]


@pytest.mark.usefixtures("queue")
def test_the_strip_counts_each_cause_and_stays_while_one_is_chosen(desk: PageClient) -> None:
    for query in ("", "cause=no_matching_scenario"):
        page = opened(desk, query)
        strip = [one for one in page.walk() if one.attributes.get("class") == "quick-filter"]
        assert [one.text for one in strip] == ["Out of stock everywhere 2", "No matching scenario 1"]
    assert strip[1].attributes["href"] == "/packages/", "the chosen one is left by its own link"


def test_a_cause_that_may_have_changed_says_so(shop: Shop, desk: PageClient) -> None:
    order = an_old_order(shop, 1)
    assert "may have changed" not in labels(opened(desk))
    change_package(order, cause_stale=True)
    assert "may have changed" in labels(opened(desk))


def test_a_verdict_that_waits_for_answers_is_marked(shop: Shop, desk: PageClient) -> None:
    change_package(an_old_order(shop, 1), cause="no_stock_answer", cause_determined=False)
    assert "not certain yet" in labels(opened(desk))


def test_a_package_that_was_not_explained_yet_says_so(shop: Shop, desk: PageClient) -> None:
    change_package(an_old_order(shop, 1), cause=None, cause_determined=None, cause_checked_at=None)
    assert opened(desk).text.count("Not explained yet") == 2, "in the strip and in the row"


def labels(page: Element) -> set[str]:
    return {one.attributes["aria-label"] for one in page.with_attribute("aria-label")}


def test_the_heading_follows_what_is_listed(shop: Shop, desk: PageClient) -> None:
    shop.an_order(number="401")
    whole, part = desk.get("/packages/?state=100"), desk.get_part("/packages/?state=100")
    assert whole.find_all("h1")[0].text == "Packages"
    (heading,) = part.with_attribute("hx-swap-oob")
    assert (heading.attributes["id"], heading.text) == ("list-heading", "Packages")
    assert part.find_all("title")[0].text == whole.find_all("title")[0].text


def test_a_cause_means_nothing_for_what_is_not_out_of_stock(shop: Shop, desk: PageClient) -> None:
    shop.an_order(number="402")
    assert packages(opened(desk, "state=100&cause=quota_full")) == ["402-1"]


def test_each_row_leads_to_its_investigation_and_its_order(shop: Shop, desk: PageClient) -> None:
    order = an_old_order(shop, 1)
    page = opened(desk)
    (link,) = page.with_attribute("data-row-link")
    assert link.attributes["href"].endswith("/explanation")
    assert f"/orders/{order.id}" in {one.attributes.get("href") for one in page.find_all("a")}
    desk.get(link.attributes["href"])


def test_a_line_that_is_served_elsewhere_is_no_longer_shown(shop: Shop, desk: PageClient) -> None:
    order = an_old_order(shop, 1, number="301")
    item = builders.an_item(order, builders.a_product("GONE", name="Gone"))
    package_id = db.session.scalars(select(Package.id)).one()
    keys = {"package_id": package_id, "order_item_id": item.id, "product_id": item.product_id}
    with unit_of_work():
        db.session.execute(insert(PackageItem).values(**keys, quantity=1_00, state="600"))
    assert "GONE" not in opened(desk).text
    assert packages(opened(desk, "sku=GONE")) == []


def test_the_filter_by_cause_is_answered_by_its_index(app: Flask, shop: Shop, desk: PageClient) -> None:
    an_old_order(shop, 1)
    with counted(app) as sent:
        opened(desk, "cause=out_of_stock_everywhere")
    (statement,) = [one for one in sent if "GROUP BY packages.cause" in one]
    assert "packages.state = '920'" in statement, "written out, so that the partial index fits"
