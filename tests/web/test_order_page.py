"""The page of one order: what belongs to it, by which rules it was planned, and what was recorded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app import clock
from app.extensions import db
from app.models import Order, Package, Stock
from app.services import planning
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def part(page: Element, name: str) -> Element:
    """The card of that id."""
    (card,) = [one for one in page.with_attribute("id") if one.attributes["id"] == name]
    return card


def opened(desk: PageClient, order: Order) -> Element:
    return desk.get(f"/orders/{order.id}")


def test_the_head_says_who_ordered_what_kind_of_order(shop: Shop, desk: PageClient) -> None:
    carrier = builders.a_cargo_company(name="Hızlı Kargo")
    city = builders.a_city(builders.a_country(name="Türkiye"), name="İstanbul")
    where = {"city_id": city.id, "country_id": city.country_id, "line": "Bağdat Caddesi 1"}
    address = builders.an_address(shop.customer, **where)
    order = shop.an_order(
        number="1001", cargo_company_id=carrier.id, address=address, amount=120_00, shipping_amount=20_00
    )
    page = opened(desk, order)
    assert page.find_all("h1")[0].text == "Order 1001"
    for word in ("Hızlı Kargo", "120.00", "20.00"):
        assert word in part(page, "about").text
    for word in ("Işıl Çağlar", "isil@example.com", "Bağdat Caddesi 1", "İstanbul, Türkiye", "the same"):
        assert word in part(page, "customer").text


def test_an_order_that_only_has_what_it_must_have_is_shown(desk: PageClient) -> None:
    order = builders.an_order(state="200")
    page = opened(desk, order)
    assert "Not planned" in part(page, "scenario").text
    assert "No packages" in part(page, "packages").text
    assert "Nothing recorded" in part(page, "history").text


def test_amounts_have_their_currency_and_add_up(shop: Shop, desk: PageClient) -> None:
    order = builders.an_order(channel=shop.channel, lines=[], state="200", currency="eur")
    for amount in (10_50, 4_25):
        builders.an_item(order, shop.product, price=amount, net_amount=amount)
    total = part(opened(desk, order), "items").find_all("tfoot")[0].text
    assert "14.75" in total
    assert "EUR" in total or "€" in total


def test_a_package_says_where_it_is_and_why(shop: Shop, desk: PageClient) -> None:
    order = shop.a_planned_order([(shop.product, 2_00), (shop.missing, 1_00)], number="1002")
    cards = part(opened(desk, order), "packages").find_all("article")
    served, waiting = sorted(cards, key=lambda card: card.find_all("h3")[0].text)
    assert "İstanbul Kadıköy" in served.text
    assert "2 × T-shirt M" in served.text
    assert "Out of stock everywhere" in waiting.text
    assert "1 × T-shirt L" in waiting.text
    assert "Why is it out of stock?" in waiting.text
    for card in cards:
        assert [one for one in card.find_all("a") if one.attributes["href"].endswith("/explanation")]


def test_commands_are_offered_while_something_can_still_happen(shop: Shop, desk: PageClient) -> None:
    order = shop.an_order()
    assert "Prepare" in part(opened(desk, order), "packages").text
    with unit_of_work():
        db.session.execute(update(Package).values(state="550"))
    assert "Commands" not in part(opened(desk, order), "packages").text


def test_the_rules_stand_in_the_order_in_which_they_were_tried(shop: Shop, desk: PageClient) -> None:
    first = builders.a_location("EMPTY", name="Empty shelf")
    builders.a_stock(first, shop.product, 0)
    rules = [
        {"name": "last", "priority": 30, "select_by_quota": True},
        {"name": "first", "priority": 10, "locations": [first]},
        {"name": "second", "priority": 20, "locations": [shop.location]},
    ]
    builders.a_scenario(name="Fast", priority=1, rules=rules)
    card = part(opened(desk, shop.an_order()), "scenario")
    said = [one.text for one in card.find_all("ol")[0].children if isinstance(one, Element)]
    assert [text.split()[0] for text in said] == ["first", "second", "last"]
    for text, words in zip(said, ("served nothing", "served 1 line", "not reached"), strict=True):
        assert words in text
    assert "1 × T-shirt M → İstanbul Kadıköy" in said[1]
    assert "“Fast”" in card.text


def test_the_rules_are_those_of_the_attempt_not_those_of_today(shop: Shop, desk: PageClient) -> None:
    order = shop.an_order()
    with unit_of_work():
        db.session.execute(update(type(shop.scenario)).values(name="Renamed"))
    assert "“Online”" in part(opened(desk, order), "scenario").text


def test_an_order_that_matched_no_scenario_says_so(shop: Shop, desk: PageClient) -> None:
    other = builders.a_channel(name="Outlet")
    order = builders.an_order(channel=other)
    planning.plan_order(order.id, "order")
    assert "No matching scenario" in part(opened(desk, order), "scenario").text


def test_attempts_say_why_they_were_made_and_what_came_of_them(shop: Shop, desk: PageClient) -> None:
    with clock.at(NOON):
        order = shop.an_order(is_served=False, number="1003")
    with clock.at(NOON + timedelta(hours=1)):
        planning.plan_order(order.id, "replan")
    with unit_of_work():
        missing = Stock.product_id == shop.missing.id
        db.session.execute(update(Stock).where(missing).values(stock_count=5_00))
    with clock.at(NOON + timedelta(hours=2)):
        planning.plan_order(order.id, "remedy")
    page = opened(desk, order)
    rows = part(page, "plan").find_all("tbody")[0].find_all("tr")
    for row, words in zip(rows, ("remedy applied", "no new package", "1003-1"), strict=True):
        assert words in row.text
    assert "1003-2" in rows[0].text
    assert "now in 1003-2" in part(page, "packages").find_all("article")[-1].text


def test_reservations_can_be_linked_to(shop: Shop, desk: PageClient) -> None:
    order = shop.an_order()
    released = {"state": "released", "released_date": NOON, "release_reason": "operator"}
    reservation = builders.a_reservation(order.items[0], shop.location, **released)
    page = opened(desk, order)
    row = part(page, f"reservation-{reservation.id}")
    for word in ("Released", "by an operator", "TS-M", "İstanbul Kadıköy"):
        assert word in row.text
    assert "Held" in part(page, "reservations").text


def test_the_erps_id_and_refusals_are_shown(shop: Shop, desk: PageClient) -> None:
    order = shop.an_order()
    builders.a_mapping(order.items[0], code="ERP-4183")
    package = db.session.scalars(select(Package.id)).one()
    item = builders.a_package(order, state="600").items[0]
    builders.a_refusal(item, shop.location, reason="Closed early")
    page = opened(desk, order)
    assert "ERP-4183" in part(page, "items").text
    assert "Closed early" in part(page, "refusals").text
    assert f"package-{package}" in {one.attributes["id"] for one in page.with_attribute("id")}


def test_the_history_tells_recorded_moments_newest_first(shop: Shop, desk: PageClient) -> None:
    with clock.at(NOON):
        order = shop.an_order(number="1004", is_served=False)
    body = {"number": "1004", "state": "450"}
    builders.a_fact("order_state", at=NOON + timedelta(hours=1), order_id=order.id, body=body, actor="mehmet")
    asked = NOON + timedelta(hours=2)
    builders.a_fact("replan", at=asked, order_id=order.id, body={"number": "1004"}, actor="ayse")
    with clock.at(asked):
        planning.plan_order(order.id, "replan")
    entries = [one.text for one in part(opened(desk, order), "history").find_all("li")]
    for text, words in zip(
        entries,
        (
            "Attempt 2 to plan planned again, ayse",
            "Order became Preparing mehmet",
            "Package 1004-1 made: out of stock",
            "Attempt 1 to plan became plannable",
            "Order arrived with 1 line, Approved",
        ),
        strict=True,
    ):
        assert text.startswith(words)


def test_long_histories_and_hostile_texts_are_shown_as_text(shop: Shop, desk: PageClient) -> None:
    hostile = "<script>alert(1)</script>{{ 7 * 7 }}"
    order = shop.an_order(notes=hostile, tracking_number=hostile)
    page = opened(desk, order)
    assert hostile in page.text
