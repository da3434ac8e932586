"""Bulk actions on lists: a plan that is shown first, begun by hand, with a result for each row."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import models
from app.extensions import db
from app.services import batch_runs
from app.services.unit_of_work import unit_of_work
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop

pytestmark = pytest.mark.usefixtures("db_session")


def started(desk: PageClient, path: str, **data: object) -> Element:
    """The page of the batch that this form plans, once a worker has done it."""
    batch = desk.post(path, **data).headers["Location"]
    assert "Nothing has been done yet" in desk.get(batch).text
    assert desk.post(f"{batch}/start").status_code == 303
    batch_runs.run_batch(int(batch.rpartition("/")[2]))
    return desk.get(batch)


def package(order: models.Order) -> models.Package:
    statement = select(models.Package).where(models.Package.order_id == order.id).order_by(models.Package.id)
    db.session.expire_all()
    return db.session.scalars(statement).first()


def test_chosen_orders_are_planned_again_each_for_itself(desk: PageClient, shop: Shop) -> None:
    waits, stays, served = (
        shop.an_order(number="1001", is_served=False),
        shop.a_planned_order([(shop.missing, 9_00)], number="1002"),
        shop.an_order(number="1003"),
    )
    with unit_of_work():
        shop_stock = select(models.Stock).where(models.Stock.product_id == shop.missing.id)
        db.session.scalars(shop_stock).one().stock_count = 1_00
    ids = [waits.id, stays.id, served.id]
    page = started(desk, "/orders/bulk", act="replan", id=ids, reason="new stock")
    assert "Plan 2 orders again (not possible for 1 other)" in page.text
    assert "Served by İstanbul Kadıköy." in page.text
    assert "Still waits" in page.text
    assert package(waits).state == "600"
    assert package(stays).state == "920"


def test_all_that_match_are_given_up_without_naming_them(desk: PageClient, shop: Shop) -> None:
    for number in ("1001", "1002"):
        shop.an_order(number=number, is_served=False)
    kept = shop.an_order(number="2001", is_served=False)
    page = started(
        desk, "/orders/bulk", act="give_up", scope="all", query="q=100", reason="sold out for good"
    )
    assert "Give up on what 2 orders wait for" in page.text
    assert "sold out for good" in page.text
    left = db.session.scalars(select(models.Package.order_id).where(models.Package.state == "920")).all()
    assert list(left) == [kept.id]


def test_packages_are_given_the_commands_of_their_state(desk: PageClient, shop: Shop) -> None:
    first, second = (package(shop.an_order(number=number)) for number in ("1001", "1002"))
    offered = desk.get("/packages/?state=100").find_all("select")
    (acts,) = [one for one in offered if one.attributes["name"] == "act"]
    assert {"prepare", "pack", "refuse"} <= {one.attributes["value"] for one in acts.find_all("option")}
    page = started(desk, "/packages/bulk", act="pack", scope="all", query="state=100")
    assert "Pack: 2 packages" in page.text
    states = db.session.scalars(
        select(models.Package.state).where(models.Package.id.in_([first.id, second.id]))
    )
    assert set(states) == {"400"}


def test_waiting_packages_are_planned_again_through_their_orders(desk: PageClient, shop: Shop) -> None:
    order = shop.an_order(number="1001", is_served=False)
    answer = desk.post("/packages/bulk", act="reschedule", id=[package(order).id])
    assert "Plan 1 order again" in desk.get(answer.headers["Location"]).text


def test_what_cannot_be_planned_leads_back_with_a_reason(desk: PageClient, shop: Shop) -> None:
    here = package(shop.an_order(number="1001"))
    for path, data, said in (
        ("/orders/bulk", {"act": "replan"}, "no row fits"),
        ("/orders/bulk", {"act": "delete", "id": [1]}, "Choose what to do"),
        ("/packages/bulk", {"act": "refuse", "id": [here.id]}, "Say why"),
        ("/packages/bulk", {"act": "deliver", "id": [here.id]}, "no row fits"),
    ):
        answer = desk.post(path, **data)
        assert answer.status_code == 303
        assert said in desk.get(answer.headers["Location"]).text
    assert db.session.scalars(select(models.Batch)).all() == []


def test_rows_can_be_ticked_without_scripts(desk: PageClient, shop: Shop) -> None:
    order = shop.an_order(number="1001", is_served=False)
    page = desk.get("/orders/?q=100")
    (box,) = [one for one in page.find_all("input") if one.attributes.get("name") == "id"]
    assert (box.attributes["value"], box.attributes["form"]) == (str(order.id), "selection")
    (form,) = [one for one in page.find_all("form") if one.attributes.get("id") == "selection"]
    hidden = {one.attributes["name"]: one.attributes.get("value") for one in form.find_all("input")}
    assert hidden["query"] == "q=100"
