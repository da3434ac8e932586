"""The overview: its figures, where they lead, and the notice of a demo that has aged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app import clock
from app.extensions import db
from app.models import Order, Package
from app.queries import overview
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def opened(desk: PageClient) -> Element:
    with clock.at(NOON):
        return desk.get("/")


def a_waiting_order(shop: Shop, days: float, **fields: Any) -> Order:
    with clock.at(NOON - timedelta(days=days)):
        return shop.an_order(is_served=False, **fields)


def end_waiting(order: Order, days: float, state: str = "600") -> None:
    """The out-of-stock package of the order ended so many days ago."""
    ended = NOON - timedelta(days=days)
    with unit_of_work():
        db.session.execute(
            update(Package)
            .where(Package.order_id == order.id)
            .values(state=state, modified_date=ended, cause=None, cause_stale=False)
        )


def stats(page: Element) -> dict[str, Element]:
    """The single figures by their labels."""
    cards = [one for one in page.walk() if one.attributes.get("class", "").split()[:1] == ["card"]]
    return {
        one.text: card for card in cards for one in card.walk() if one.attributes.get("class") == "stat-label"
    }


def test_each_cause_has_a_bar_that_leads_to_its_packages(shop: Shop, desk: PageClient) -> None:
    for _ in range(3):
        a_waiting_order(shop, 1)
    builders.an_out_of_stock_package(cause="quota_full", cause_checked_at=NOON)
    (bars,) = [one for one in opened(desk).find_all("ul") if one.attributes.get("aria-label") == "Causes"]
    assert [one.text.split(" ")[-2] for one in bars.find_all("li")] == ["3", "1"]
    links = {one.text: one.attributes["href"] for one in bars.find_all("a")}
    assert links["Quota full"] == "/packages/?cause=quota_full"
    assert len(desk.get(links["Quota full"]).with_attribute("data-row-link")) == 1


def test_the_figures_count_what_their_lists_show(shop: Shop, desk: PageClient) -> None:
    a_waiting_order(shop, 1)
    a_waiting_order(shop, 0)
    planned = builders.an_order()
    builders.a_plan(planned)
    builders.an_out_of_stock_package(planned, cause="served_now", cause_stale=True, cause_checked_at=NOON)
    unplanned = builders.an_order(number="4711", date_placed=NOON - timedelta(days=2))
    builders.an_order(number="4712", date_placed=NOON)
    builders.an_order(state="550")
    found = stats(opened(desk))
    assert "3 packages" in found["Out of stock"].text
    assert "1 package " in found["Can be served now"].text
    assert "2 orders" in found["Never planned"].text
    assert "4711" in found["Never planned"].text
    href = found["Never planned"].attributes["href"]
    rows = [one.text for one in desk.get(href).with_attribute("data-row-link")]
    assert rows == [unplanned.number, "4712"]
    assert found["Undelivered webhooks"].attributes["href"] == "/webhooks/events/?state=undelivered"


def test_what_waits_longest_comes_first(shop: Shop, desk: PageClient) -> None:
    for days in (1, 30, 5):
        a_waiting_order(shop, days, number=f"10{days}")
    rows = [one.text for one in opened(desk).with_attribute("data-row-link")]
    assert rows == ["1030-1", "105-1", "101-1"]


def test_the_course_counts_what_was_open_at_the_end_of_each_day(shop: Shop) -> None:
    a_waiting_order(shop, 10)
    end_waiting(a_waiting_order(shop, 9), 4)
    end_waiting(a_waiting_order(shop, 8), 8 - 0.1)
    end_waiting(a_waiting_order(shop, 6), 2, state="1100")
    end_waiting(a_waiting_order(shop, 40), 30)
    with clock.at(NOON - timedelta(days=5)):
        shop.an_order()  # served at once: never out of stock
    instants = [NOON - timedelta(days=days) for days in (12, 10.5, 9.5, 7, 5, 3, 1, 0)]
    assert overview.waiting_at(instants) == [0, 0, 1, 2, 3, 2, 1, 1]


def test_looking_at_a_cause_again_does_not_move_the_course(shop: Shop) -> None:
    a_waiting_order(shop, 3)
    with unit_of_work() as work, clock.at(NOON):
        work.touch(all_products=True)
    assert overview.waiting_at([NOON - timedelta(days=4), NOON - timedelta(days=2), NOON]) == [0, 1, 1]


def test_the_course_goes_by_the_cause_of_today(shop: Shop) -> None:
    a_waiting_order(shop, 10)
    end_waiting(a_waiting_order(shop, 9), 4)
    builders.an_out_of_stock_package(cause="quota_full", created_date=NOON - timedelta(days=3))
    found = overview.courses_at([NOON - timedelta(days=days) for days in (11, 8, 3, 0)])
    assert found == {
        "out_of_stock_everywhere": [0, 1, 1, 1],
        "quota_full": [0, 0, 1, 1],
        overview.ENDED: [0, 1, 0, 0],
    }


def test_no_instants_are_no_question() -> None:
    assert overview.waiting_at([]) == []


def test_the_table_beside_the_chart_has_fourteen_days(shop: Shop, desk: PageClient) -> None:
    a_waiting_order(shop, 1)
    figure, by_cause = opened(desk).find_all("figure")
    rows = [one.text for one in figure.find_all("tbody")[0].find_all("tr")]
    assert len(rows) == 14
    assert rows[:3] == ["Today 1", "19 Nov 2026 1", "18 Nov 2026 0"]
    assert by_cause.find_all("thead")[0].text == "Day Out of stock everywhere"
    assert [one.attributes["href"] for one in by_cause.find_all("a")] == [
        "/packages/?cause=out_of_stock_everywhere"
    ]


NOTICE = "newest fact of this demo"


AGES = [("demo", 23, False), ("demo", 25, True), ("demo", 24 * 9, True), ("ayse", 99, False)]


@pytest.mark.parametrize(("user", "hours", "is_shown"), AGES)
def test_only_a_demo_that_has_aged_says_so(app: Flask, user: str, hours: int, is_shown: bool) -> None:
    desk = PageClient(app, builders.a_user(user).session_key)
    builders.a_fact(at=NOON - timedelta(hours=hours))
    text = opened(desk).text
    assert (NOTICE in text) is is_shown
    if hours == 24 * 9:
        assert "9 days old" in text
