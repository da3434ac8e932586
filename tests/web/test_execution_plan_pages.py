"""Execution plans as pages: the list with its filters, and one plan with its attempts as they were tried."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock, models
from app.extensions import db
from app.services import planning
from app.services.unit_of_work import unit_of_work
from app.web.execution_plans import ATTEMPTS_SHOWN
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def numbers(page: Element) -> list[str]:
    """The orders of the plans that a list shows."""
    return [one.text for one in page.with_attribute("data-row-link")]


def plan_of(order: models.Order) -> int:
    return db.session.scalars(
        select(models.ExecutionPlan.id).where(models.ExecutionPlan.order_id == order.id)
    ).one()


def attempt(page: Element, number: int) -> Element:
    (card,) = [one for one in page.with_attribute("id") if one.attributes["id"] == f"attempt-{number}"]
    return card


def planned_again(order: models.Order, at: datetime) -> None:
    with clock.at(at):
        planning.plan_order(order.id, "replan")


def test_the_list_is_newest_first_and_narrowed_by_what_is_asked(shop: Shop, desk: PageClient) -> None:
    with clock.at(NOON - DAY):
        shop.an_order(number="1001")
    with clock.at(NOON):
        shop.an_order(number="1002", is_served=False)
        other = builders.an_order(channel=builders.a_channel(name="Outlet"), number="1003")
        planning.plan_order(other.id, "order")
    assert numbers(desk.get("/execution-plans/")) == ["1003", "1002", "1001"]
    for parameters, wanted in (
        ("state=completed", ["1001"]),
        (f"scenario={shop.scenario.id}", ["1002", "1001"]),
        ("order_number=1003", ["1003"]),
        ("date_from=2026-11-20", ["1003", "1002"]),
        ("date_to=2026-11-19", ["1001"]),
        ("state=nonsense&scenario=x", ["1003", "1002", "1001"]),
    ):
        assert numbers(desk.get(f"/execution-plans/?{parameters}")) == wanted, parameters
    assert "No plan fits" in desk.get("/execution-plans/?order_number=4711").text


def test_a_row_says_how_often_it_was_tried_and_what_waits(shop: Shop, desk: PageClient) -> None:
    order = shop.an_order(number="1001", is_served=False)
    planned_again(order, clock.now())
    (row,) = desk.get("/execution-plans/").find_all("tbody")[0].find_all("tr")
    for words in ("Pending", "Web Türkiye", "Online", "2", "Out of stock everywhere", "1 line"):
        assert words in row.text


def test_each_attempt_shows_its_rules_as_they_were_and_what_changed(shop: Shop, desk: PageClient) -> None:
    with clock.at(NOON):
        order = shop.an_order(is_served=False)
    with unit_of_work():
        db.session.execute(update(models.Scenario).values(name="Renamed"))
        is_missing = models.Stock.product_id == shop.missing.id
        db.session.execute(update(models.Stock).where(is_missing).values(stock_count=5_00))
    planned_again(order, NOON + DAY)
    page = desk.get(f"/execution-plans/{plan_of(order)}/")
    first, second = attempt(page, 1), attempt(page, 2)
    assert "Online" in first.text and "served nothing" in first.text
    assert "0 of 1 locations can serve: 1 not enough stock." in first.text
    assert "Renamed" in second.text and "served 1 line" in second.text
    assert "1 × T-shirt L → İstanbul Kadıköy" in second.text
    assert "had changed since attempt 1" in second.text
    links = [one.attributes["href"] for one in first.find_all("a")]
    assert any(link.endswith("/explanation?at=1") for link in links)


def test_an_attempt_that_saw_the_same_facts_says_so(shop: Shop, desk: PageClient) -> None:
    with clock.at(NOON):
        order = shop.an_order(is_served=False)
    planned_again(order, NOON + DAY)
    page = desk.get(f"/execution-plans/{plan_of(order)}/")
    assert "Nothing had changed since attempt 1, so it decided the same" in attempt(page, 2).text


def test_an_attempt_without_scenario_says_so(desk: PageClient) -> None:
    order = builders.an_order(channel=builders.a_channel(name="Outlet"))
    planning.plan_order(order.id, "order")
    assert "No active scenario was for orders" in desk.get(f"/execution-plans/{plan_of(order)}/").text


def test_many_attempts_are_shown_some_at_a_time(app: Flask, shop: Shop, desk: PageClient) -> None:
    with clock.at(NOON):
        order = shop.an_order(is_served=False)
    path = f"/execution-plans/{plan_of(order)}/"
    with counted(app) as few:
        desk.get(path)
    for number in range(ATTEMPTS_SHOWN + 1):
        planned_again(order, NOON + timedelta(hours=1 + number))
    with counted(app) as many:
        page = desk.get(path)
    assert len(many) == len(few)
    assert "Attempt 3" in page.text and "Attempt 2" not in page.text
    # The oldest shown is compared with the one before it, which is not shown.
    assert "since attempt 2" in attempt(page, 3).text
    (older,) = [one.attributes["href"] for one in page.find_all("a") if one.attributes.get("rel") == "next"]
    assert "Attempt 2" in desk.get(older).text
    assert "Attempt 12" not in desk.get(older).text


def test_order_and_package_lead_to_the_plan(shop: Shop, desk: PageClient) -> None:
    order = shop.an_order(is_served=False)
    package = db.session.scalars(select(models.Package)).one()
    for path in (f"/orders/{order.id}", f"/packages/{package.id}/explanation"):
        links = [one.attributes.get("href", "") for one in desk.get(path).find_all("a")]
        assert any(link.startswith(f"/execution-plans/{plan_of(order)}/") for link in links), path
    assert [one for one in desk.get("/").find_all("a") if one.attributes["href"] == "/execution-plans/"]


def test_an_unknown_plan_is_not_found(desk: PageClient) -> None:
    desk.get("/execution-plans/4711/", status=404)
