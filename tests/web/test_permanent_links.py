"""A permanent link goes on showing the facts that an attempt saw, whatever becomes of the world."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app import clock, models
from app.extensions import db
from app.services import planning
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
OF_TODAY = ("changed_since_plan",)


def a_waiting_package(shop: Shop) -> models.Package:
    """Two lines: one held by a stale reservation, one reported missing at a second location."""
    second = builders.a_location("ST-002", name="Ankara", max_quota=3)
    builders.a_stock(second, shop.missing, 1_00)
    scarce = builders.a_product("SC-1", name="Scarf")
    builders.a_stock(shop.location, scarce, 1_00)
    builders.a_discrepancy(second, shop.missing)
    cancelled = builders.an_order(lines=[(scarce, 1_00)], state="100")
    builders.a_reservation(cancelled.items[0], shop.location)
    with clock.at(NOON):
        order = shop.a_planned_order([(scarce, 1_00), (shop.missing, 1_00)], number="1001")
    waiting = models.Package.state == "920"
    return db.session.scalars(
        select(models.Package).where(models.Package.order_id == order.id, waiting)
    ).one()


def another_world(shop: Shop) -> None:
    """Stock, quotas, reservations, reports, rules, names and locations are all as they were not before."""
    with unit_of_work(), clock.at(NOON + timedelta(days=2)):
        db.session.execute(update(models.Stock).values(stock_count=77_00, answered_date=clock.now()))
        changed = {"name": "Elsewhere", "is_active": False, "max_quota": 9, "priority": 99}
        db.session.execute(update(models.StockLocation).values(**changed))
        db.session.execute(delete(models.InventoryDiscrepancy))
        db.session.execute(
            update(models.Reservation).values(
                state="released", released_date=clock.now(), release_reason="operator"
            )
        )
        db.session.execute(update(models.Rule).values(name="Another rule", split="quantity", priority=5))
        db.session.execute(update(models.Scenario).values(name="Another scenario", is_active=False))
    builders.a_scenario(name="Newest", priority=1)
    builders.a_stock(builders.a_location("ST-009", name="New place"), shop.missing, 9_00)


def parts(page: Element) -> dict[str, str]:
    """What the page says of the facts: the verdict, the matrix, and who holds the units."""
    matrix = next(one for one in page.with_attribute("id") if one.attributes["id"] == "matrix")
    verdict = next(
        one for one in page.find_all("section") if one.attributes.get("aria-labelledby") == "verdict"
    )
    told = [one.text for one in verdict.walk() if one.tag in ("p", "li") and "sees" not in one.text]
    table = [one.text for one in matrix.find_all("tr")]
    return {"verdict": "\n".join(told), "matrix": "\n".join(table)}


def document(desk: PageClient, package: models.Package, at: str) -> dict[str, Any]:
    """The same as JSON, without what is about today."""
    found = desk.client.get(f"/packages/{package.id}/explanation.json?at={at}").get_json()
    return {name: value for name, value in found.items() if name not in OF_TODAY}


@pytest.mark.parametrize("at", ["plan", "1"])
def test_the_facts_stay_though_the_world_becomes_another(shop: Shop, desk: PageClient, at: str) -> None:
    package = a_waiting_package(shop)
    path = f"/packages/{package.id}/explanation?at={at}"
    with clock.at(NOON + timedelta(days=1)):
        before, told = document(desk, package, at), parts(desk.get(path))
    another_world(shop)
    with clock.at(NOON + timedelta(days=3)):
        assert document(desk, package, at) == before
        assert parts(desk.get(path)) == told
        now = document(desk, package, "now")
    assert "İstanbul Kadıköy" in told["matrix"] and "Elsewhere" not in told["matrix"]
    assert now["lines"] != before["lines"]


def test_a_later_attempt_leaves_the_first_as_it_was(shop: Shop, desk: PageClient) -> None:
    package = a_waiting_package(shop)
    before = document(desk, package, "1")
    another_world(shop)
    with clock.at(NOON + timedelta(days=3)):
        planning.plan_order(package.order_id, "replan")
    after = document(desk, package, "1")
    of_package = ("state", "served_by", "at")
    assert {name: after[name] for name in after if name not in of_package} == {
        name: before[name] for name in before if name not in of_package
    }


def test_the_page_offers_the_link_of_the_attempt(shop: Shop, desk: PageClient) -> None:
    package = a_waiting_package(shop)
    links = {
        one.text: one.attributes["href"]
        for one in desk.get(f"/packages/{package.id}/explanation").find_all("a")
    }
    assert links["Permanent link"] == f"/packages/{package.id}/explanation?at=1"


def test_how_fresh_the_kept_cause_is_is_said_as_of_today(shop: Shop, desk: PageClient) -> None:
    package = a_waiting_package(shop)
    with clock.at(NOON + timedelta(days=1)):
        assert "checked 24 hours ago" in desk.get(f"/packages/{package.id}/explanation?at=1").text


def test_print_carries_where_and_when(shop: Shop, desk: PageClient) -> None:
    package = a_waiting_package(shop)
    with clock.at(NOON + timedelta(days=1)):
        page = desk.get(f"/packages/{package.id}/explanation?at=1")
    (foot,) = [one for one in page.find_all("footer") if one.attributes.get("class") == "print-foot"]
    assert f"/packages/{package.id}/explanation?at=1" in foot.text
    assert "Facts as of 20 Nov 2026, 15:00:00 +03:00" in foot.text
    assert "printed 21 Nov 2026" in foot.text
    assert [one for one in page.find_all("button") if "data-print" in one.attributes]
