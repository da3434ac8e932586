"""Planning an order stores attempt, packages, reservations and log together, and keeps the books whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.extensions import db
from app.models import (
    ExecutionPlan,
    ExecutionPlanItem,
    Order,
    OrderItem,
    Package,
    PackageItem,
    PlanAttempt,
    Product,
    Reservation,
    Stock,
    StockLocation,
    StockLogEntry,
)
from app.queries import consistency
from app.queries.explanations import explain_package
from app.services import causes, execution_plans, planning
from app.services.unit_of_work import unit_of_work
from tests import builders, statements

pytestmark = pytest.mark.usefixtures("db_session")


def a_shop(*stock: int, needed: int = 1_00, lines: int = 1) -> tuple[Order, Product, list[StockLocation]]:
    """An order of one product and a location for each stock count, all in one rule."""
    product = builders.a_product()
    locations = [builders.a_location(priority=position) for position, _ in enumerate(stock)]
    for location, count in zip(locations, stock, strict=True):
        builders.a_stock(location, product, count)
    builders.a_scenario()
    return builders.an_order(lines=[(product, needed)] * lines), product, locations


def packages_of(order: Order) -> Sequence[Package]:
    return db.session.scalars(select(Package).where(Package.order_id == order.id).order_by(Package.id)).all()


def items_of(package: Package) -> Sequence[PackageItem]:
    return db.session.scalars(
        select(PackageItem).where(PackageItem.package_id == package.id).order_by(PackageItem.id)
    ).all()


def plan_of(order: Order) -> ExecutionPlan:
    return db.session.scalars(select(ExecutionPlan).where(ExecutionPlan.order_id == order.id)).one()


def set_stock(location: StockLocation, product: Product, count: int) -> None:
    with unit_of_work() as work:
        db.session.execute(
            update(Stock)
            .where(Stock.stock_location_id == location.id, Stock.product_id == product.id)
            .values(stock_count=count, answered_date=clock.now())
        )
        work.touch(product_ids=[product.id])


def test_a_served_line_becomes_a_package_with_its_reservation(app: Flask) -> None:
    order, _, (location,) = a_shop(3_00, needed=2_00)
    planning.plan_order(order.id, "order")
    (package,) = packages_of(order)
    (item,) = items_of(package)
    held = db.session.scalars(select(Reservation)).one()
    assert (package.state, package.stock_location_id) == ("100", location.id)
    assert package.number == f"{order.number}-1"
    assert (held.package_item_id, held.quantity, held.stock_location_id) == (item.id, 2_00, location.id)
    assert plan_of(order).state == "completed"


def test_an_unserved_line_goes_into_one_out_of_stock_package_with_a_cause(app: Flask) -> None:
    order, _, _ = a_shop(0)
    planning.plan_order(order.id, "order")
    (package,) = packages_of(order)
    assert (package.state, package.stock_location_id, package.cause) == (
        "920",
        None,
        "out_of_stock_everywhere",
    )
    assert plan_of(order).state == "pending"
    assert db.session.scalars(select(Reservation)).all() == []


def test_planning_again_keeps_the_waiting_item_until_it_is_served(app: Flask) -> None:
    order, product, (location,) = a_shop(0)
    planning.plan_order(order.id, "order")
    planning.plan_order(order.id, "replan")
    (waiting,) = packages_of(order)
    (old,) = items_of(waiting)
    set_stock(location, product, 1_00)
    planning.plan_order(order.id, "replan")
    db.session.expire_all()
    before, after = packages_of(order)
    (new,) = items_of(after)
    (moved,) = items_of(before)
    assert (before.state, before.cause, moved.id, moved.state) == ("600", None, old.id, "600")
    assert moved.superseded_by_id == new.id
    assert after.state == "100"
    numbers = db.session.scalars(select(PlanAttempt.number).order_by(PlanAttempt.id)).all()
    assert list(numbers) == [1, 2, 3]
    assert plan_of(order).state == "completed"


def test_a_line_split_within_itself_has_a_plan_item_for_each_piece(app: Flask) -> None:
    product = builders.a_product()
    for count in (1_00, 2_00):
        builders.a_stock(builders.a_location(), product, count)
    builders.a_scenario(rules=[{"split": "quantity"}])
    order = builders.an_order(lines=[(product, 3_00)])
    planning.plan_order(order.id, "order")
    pieces = db.session.scalars(select(ExecutionPlanItem.quantity).order_by(ExecutionPlanItem.quantity)).all()
    assert list(pieces) == [1_00, 2_00]
    assert [package.state for package in packages_of(order)] == ["100", "100"]


def test_a_returned_piece_waits_and_is_planned_as_the_rest_of_its_line(app: Flask) -> None:
    product = builders.a_product()
    locations = [builders.a_location(priority=position) for position in range(2)]
    for location in locations:
        builders.a_stock(location, product, 1_00)
    builders.a_scenario(rules=[{"split": "quantity"}])
    order = builders.an_order(lines=[(product, 2_00)])
    planning.plan_order(order.id, "order")
    (first, _) = packages_of(order)
    (item,) = items_of(first)
    with unit_of_work():
        db.session.execute(update(Package).where(Package.id == first.id).values(state="600"))
        db.session.execute(update(PackageItem).where(PackageItem.id == item.id).values(state="600"))
        execution_plans.return_lines([item.id])
        planning.plan_order(order.id, "refuse")
    waiting = packages_of(order)[-1]
    assert waiting.state == "920"
    assert [one.quantity for one in items_of(waiting)] == [1_00]
    assert list(consistency.findings()) == []


def test_lines_that_are_no_longer_plannable_are_withdrawn(app: Flask) -> None:
    order, _, _ = a_shop(0)
    planning.plan_order(order.id, "order")
    with unit_of_work():
        db.session.execute(update(Order).where(Order.id == order.id).values(state="100"))
        db.session.execute(update(OrderItem).where(OrderItem.order_id == order.id).values(state="100"))
    assert planning.plan_order(order.id, "order") is None
    db.session.expire_all()
    (package,) = packages_of(order)
    assert (package.state, package.cause) == ("600", None)
    assert plan_of(order).state == "cancelled"


def test_an_order_that_becomes_plannable_again_is_opened_again(app: Flask) -> None:
    order, _, _ = a_shop(0)
    planning.plan_order(order.id, "order")
    for state, reopen in (("100", False), ("400", True)):
        with unit_of_work():
            db.session.execute(update(Order).where(Order.id == order.id).values(state=state))
            db.session.execute(update(OrderItem).where(OrderItem.order_id == order.id).values(state=state))
            planning.plan_order(order.id, "order", reopen=reopen)
    db.session.expire_all()
    assert [package.state for package in packages_of(order)] == ["600", "920"]
    assert plan_of(order).state == "pending"


@pytest.mark.parametrize("state", ["50", "100", "200", "300", "350", "500", "550", "600"])
def test_an_order_in_another_state_is_not_planned(app: Flask, state: str) -> None:
    order = builders.an_order(state=state)
    assert planning.plan_order(order.id, "order") is None
    assert db.session.scalars(select(ExecutionPlan)).all() == []


def test_the_log_has_a_row_for_every_admitted_location_that_answered(app: Flask) -> None:
    product = builders.a_product()
    admitted, silent, outside = (builders.a_location() for _ in range(3))
    builders.a_stock(admitted, product, 1_00)
    builders.a_stock(outside, product, 9_00)
    builders.a_scenario(rules=[{"locations": [admitted, silent]}])
    order = builders.an_order(lines=[(product, 2_00)])
    attempt_id = planning.plan_order(order.id, "order")
    (row,) = db.session.scalars(select(StockLogEntry)).all()
    assert (row.attempt_id, row.stock_location_id) == (attempt_id, admitted.id)
    assert (row.stock_count, row.reservation_count, row.quantity) == (1_00, 0, 1_00)


def test_the_attempt_is_explained_as_it_was_whatever_happens_later(app: Flask) -> None:
    order, product, (location,) = a_shop(0)
    planning.plan_order(order.id, "order")
    (package,) = packages_of(order)
    then = explain_package(package.id, "plan", clock.now())
    set_stock(location, product, 5_00)
    now = explain_package(package.id, "now", clock.now())
    again = explain_package(package.id, "1", clock.now())
    assert then.explanation.cause == again.explanation.cause == "out_of_stock_everywhere"
    assert now.explanation.cause == "served_now"
    assert [(one.kind, one.then, one.now) for one in now.changed_since] == [("stock", 0, 5_00)]


def test_a_changed_fact_refreshes_the_kept_cause(app: Flask) -> None:
    order, product, (location,) = a_shop(0)
    with clock.at(clock.now() - timedelta(hours=2)):
        planning.plan_order(order.id, "order")
    set_stock(location, product, 5_00)
    db.session.expire_all()
    (package,) = packages_of(order)
    assert (package.cause, package.cause_stale) == ("served_now", False)
    assert package.cause_checked_at is not None
    assert clock.now() - package.cause_checked_at < timedelta(minutes=1)


def test_more_packages_than_an_act_refreshes_are_marked_and_left_to_the_worker(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = builders.a_product()
    location = builders.a_location()
    builders.a_stock(location, product, 0)
    builders.a_scenario()
    orders = [builders.an_order(lines=[(product, 1_00)]) for _ in range(4)]
    for order in orders:
        planning.plan_order(order.id, "order")
    monkeypatch.setattr(causes, "REFRESHED_AT_ONCE", 1)
    set_stock(location, product, 1_00)
    db.session.expire_all()
    stale = [package.cause_stale for order in orders for package in packages_of(order)]
    assert stale == [True, True, True, True]
    assert causes.refresh_stale() == 4
    db.session.expire_all()
    assert {package.cause for order in orders for package in packages_of(order)} == {"served_now"}


def test_a_new_package_is_explained_at_once_however_many_wait_for_its_product(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = builders.a_product()
    builders.a_stock(builders.a_location(), product, 0)
    builders.a_scenario()
    monkeypatch.setattr(causes, "REFRESHED_AT_ONCE", 1)
    for _ in range(3):
        order = builders.an_order(lines=[(product, 1_00)])
        planning.plan_order(order.id, "order")
        db.session.expire_all()
        (package,) = packages_of(order)
        assert (package.cause, package.cause_stale) == ("out_of_stock_everywhere", False)


def test_marking_and_explaining_send_the_same_statements_for_any_number_of_packages(app: Flask) -> None:
    product = builders.a_product()
    location = builders.a_location()
    builders.a_stock(location, product, 0)
    builders.a_scenario()
    sent_for = []
    for more in (3, 50):  # more than are explained at once
        for _ in range(more):
            planning.plan_order(builders.an_order(lines=[(product, 1_00)]).id, "order")
        with statements.counted(app) as sent:
            set_stock(location, product, 0)
        sent_for.append(sent)
    few, many = sent_for
    assert len([one for one in many if one.startswith("UPDATE packages")]) == 1
    assert len(many) <= len(few) + 1, "a worker is called for the rest"


@pytest.mark.parametrize("read_first", [0, causes.UNMARKED_READ_FIRST])
def test_of_many_that_are_marked_those_are_marked_again_that_were_explained_meanwhile(
    app: Flask, monkeypatch: pytest.MonkeyPatch, read_first: int
) -> None:
    first, product, (location,) = a_shop(0)
    waits_for_another = builders.an_order(lines=[(builders.a_product(), 1_00)])
    planning.plan_order(waits_for_another.id, "order")
    monkeypatch.setattr(causes, "REFRESHED_AT_ONCE", 1)
    monkeypatch.setattr(causes, "UNMARKED_READ_FIRST", read_first)
    orders = [first, *(builders.an_order(lines=[(product, 1_00)]) for _ in range(3))]
    for order in orders:
        planning.plan_order(order.id, "order")
    set_stock(location, product, 0)
    assert causes.refresh_stale(limit=2) == 2
    set_stock(location, product, 1_00)
    db.session.expire_all()
    assert all(package.cause_stale for order in orders for package in packages_of(order))
    assert [package.cause_stale for package in packages_of(waits_for_another)] == [False]
    assert causes.refresh_stale() == 4
    db.session.expire_all()
    assert {package.cause for order in orders for package in packages_of(order)} == {"served_now"}


def test_books_are_whole_after_many_plannings(app: Flask) -> None:
    products = [builders.a_product() for _ in range(3)]
    locations = [builders.a_location(priority=position, max_quota=2) for position in range(3)]
    for position, location in enumerate(locations):
        for product in products:
            builders.a_stock(location, product, position * 2_00)
    builders.a_scenario(rules=[{"select_by_quota": True, "split": "none"}, {"split": "quantity"}])
    for count in range(8):
        lines = [(product, (count % 3 + 1) * 1_00) for product in products[: count % 3 + 1]]
        planning.plan_order(builders.an_order(lines=lines).id, "order")
    assert list(consistency.findings()) == []
