"""One order for each cause that a remedy mends, in the tables: a healthy shop with one thing wrong."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from app.domain.diagnosis.causes import Cause
from app.extensions import db
from app.models import Order, Package, Product, StockLocation
from app.services import planning
from tests import builders

Story = Callable[[], Order]


def a_product_at(location: StockLocation, count: int = 1_00) -> Product:
    product = builders.a_product()
    builders.a_stock(location, product, count)
    return product


def served_now() -> Order:
    location = builders.a_location()
    product = builders.a_product()
    builders.a_scenario()
    order = builders.an_order(lines=[(product, 1_00)])
    planning.plan_order(order.id, "order")
    builders.a_stock(location, product, 1_00)
    return order


def stale_reservation() -> Order:
    location = builders.a_location()
    product = a_product_at(location)
    cancelled = builders.an_order(lines=[(product, 1_00)], state="100")
    builders.a_reservation(cancelled.items[0], location)
    builders.a_scenario()
    return builders.an_order(lines=[(product, 1_00)])


def discrepancy_hold() -> Order:
    location = builders.a_location()
    product = a_product_at(location)
    builders.a_discrepancy(location, product)
    builders.a_scenario()
    return builders.an_order(lines=[(product, 1_00)])


def quota_unset() -> Order:
    product = a_product_at(builders.a_location(max_quota=None))
    builders.a_scenario(rules=[{"select_by_quota": True}])
    return builders.an_order(lines=[(product, 1_00)])


def quota_full() -> Order:
    product = a_product_at(builders.a_location(max_quota=0))
    builders.a_scenario(rules=[{"select_by_quota": True}])
    return builders.an_order(lines=[(product, 1_00)])


def location_inactive() -> Order:
    product = a_product_at(builders.a_location(is_active=False))
    builders.a_scenario()
    return builders.an_order(lines=[(product, 1_00)])


def outside_scenario() -> Order:
    product = a_product_at(builders.a_location())
    builders.a_scenario(rules=[{"locations": [builders.a_location()]}])
    return builders.an_order(lines=[(product, 1_00)])


def split_forbidden() -> Order:
    products = [a_product_at(builders.a_location()) for _ in range(2)]
    builders.a_scenario(rules=[{"split": "none"}])
    return builders.an_order(lines=[(product, 1_00) for product in products])


def no_matching_scenario() -> Order:
    product = a_product_at(builders.a_location())
    builders.a_scenario(is_active=False)
    return builders.an_order(lines=[(product, 1_00)])


def combination() -> Order:
    location = builders.a_location(is_active=False)
    product = a_product_at(location)
    builders.a_discrepancy(location, product)
    builders.a_scenario()
    return builders.an_order(lines=[(product, 1_00)])


STORIES: dict[Cause, Story] = {
    Cause.SERVED_NOW: served_now,
    Cause.STALE_RESERVATION: stale_reservation,
    Cause.DISCREPANCY_HOLD: discrepancy_hold,
    Cause.QUOTA_UNSET: quota_unset,
    Cause.QUOTA_FULL: quota_full,
    Cause.LOCATION_INACTIVE: location_inactive,
    Cause.OUTSIDE_SCENARIO: outside_scenario,
    Cause.SPLIT_FORBIDDEN: split_forbidden,
    Cause.NO_MATCHING_SCENARIO: no_matching_scenario,
    Cause.COMBINATION: combination,
}


def waiting_package(story: Story) -> Package:
    order = story()
    planning.plan_order(order.id, "order")
    return db.session.scalars(
        select(Package).where(Package.order_id == order.id, Package.state == "920")
    ).one()
