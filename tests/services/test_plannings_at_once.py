"""Many plannings at once never promise the same unit or the same quota slot."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Package, Reservation
from app.queries import consistency
from app.services import planning
from tests import builders

ORDERS = 24
WRITERS = 8


def plan_at_once(app: Flask, order_ids: Sequence[int]) -> list[BaseException]:
    """Plan the orders in WRITERS threads that start together; what went wrong."""
    start = threading.Barrier(WRITERS)
    raised: list[BaseException] = []

    def work(own: Sequence[int]) -> None:
        try:
            with app.app_context():
                start.wait(10)
                for order_id in own:
                    planning.plan_order(order_id, "order")
                db.session.remove()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=work, args=[order_ids[one::WRITERS]]) for one in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


@pytest.mark.usefixtures("db_session")
def test_no_unit_is_promised_twice(app: Flask) -> None:
    products = [builders.a_product() for _ in range(2)]
    location = builders.a_location()
    for product in products:
        builders.a_stock(location, product, 10_00)
    builders.a_scenario()
    # Lines in both orders, so that writers that lock one after the other would wait for each other for ever.
    orders = [
        builders.an_order(lines=[(product, 1_00) for product in products[:: 1 if number % 2 else -1]]).id
        for number in range(ORDERS)
    ]
    assert plan_at_once(app, orders) == []
    held = db.session.execute(
        select(Reservation.product_id, func.sum(Reservation.quantity)).group_by(Reservation.product_id)
    ).all()
    assert dict(held) == {product.id: 10_00 for product in products}
    waiting = db.session.execute(select(func.count()).where(Package.state == "920")).scalar()
    assert waiting == ORDERS - 10
    assert list(consistency.findings()) == []


@pytest.mark.usefixtures("db_session")
def test_no_quota_slot_is_used_twice(app: Flask) -> None:
    location = builders.a_location(max_quota=5)
    builders.a_scenario(rules=[{"select_by_quota": True}])
    orders = []
    for _ in range(ORDERS):
        # Every order has a product of its own: only the quota keeps them apart.
        product = builders.a_product()
        builders.a_stock(location, product, 1_00)
        orders.append(builders.an_order(lines=[(product, 1_00)]).id)
    assert plan_at_once(app, orders) == []
    packed = db.session.execute(select(func.count()).where(Package.state == "100")).scalar()
    assert packed == 5
    causes = db.session.execute(
        select(Package.cause, func.count()).where(Package.state == "920").group_by(Package.cause)
    ).all()
    assert dict(causes) == {"quota_full": ORDERS - 5}


@pytest.mark.usefixtures("db_session")
def test_one_order_planned_by_many_at_once_is_served_once(app: Flask) -> None:
    product = builders.a_product()
    builders.a_stock(builders.a_location(), product, 50_00)
    builders.a_scenario()
    order = builders.an_order(lines=[(product, 1_00)])
    assert plan_at_once(app, [order.id] * WRITERS) == []
    assert db.session.execute(select(func.count()).select_from(Package)).scalar() == 1
    assert db.session.execute(select(func.sum(Reservation.quantity))).scalar() == 1_00
