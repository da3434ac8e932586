"""The builders of other tests build what they say, and their snapshots outlive the session."""

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from app import models
from app.extensions import db
from app.services.unit_of_work import unit_of_work
from tests import builders as build


def test_a_snapshot_is_read_outside_of_any_context(app: Flask) -> None:
    with app.app_context():
        order = build.an_order(lines=[(build.a_product("TS-M"), 2_00), (build.a_product(), 1_00)])
        package = build.a_package(order)
    assert [item.quantity for item in order.items] == [2_00, 1_00]
    assert [item.order_item_id for item in package.items] == [item.id for item in order.items]
    assert order.state == "400"


def test_a_snapshot_holds_what_is_stored(app: Flask) -> None:
    with app.app_context():
        order = build.an_order(lines=[(build.a_product("TS-M", images=["/a.svg"]), 2_00)])
        package = build.an_out_of_stock_package(order)
        for row in (order, *order.items, package, *package.items, build.a_customer(), build.a_location()):
            columns = inspect(type(row)).column_attrs.keys()
            stored = db.session.get_one(type(row), row.id)
            assert {name: getattr(row, name) for name in columns} == {
                name: getattr(stored, name) for name in columns
            }


def test_builders_join_the_open_unit_of_work(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), unit_of_work():
            build.an_order()
            raise ZeroDivisionError
        assert db.session.scalar(select(func.count()).select_from(models.Order)) == 0


def test_every_builder_stores_a_row(app: Flask) -> None:
    with app.app_context():
        district = build.a_district(latitude=None)
        customer = build.a_customer()
        address = build.an_address(customer, district_id=district.id, city_id=district.city_id)
        order = build.an_order(
            customer_id=customer.id,
            shipping_address_id=address.id,
            cargo_company_id=build.a_cargo_company().id,
        )
        location = build.a_located_location("40.80", "29.43", stock_location_type="warehouse")
        item = order.items[0]
        build.a_stock(location, build.a_product(images=["/a.svg", "/b.svg"]), 0)
        scenario = build.a_scenario(
            channels=[build.a_channel()], rules=[{"locations": [location]}, {"excluded": [location]}]
        )
        plan = build.a_plan(order)
        attempt = build.an_attempt(plan, scenario_id=scenario.id, scenario_name=scenario.name)
        package = build.an_out_of_stock_package(order, attempt_id=attempt.id)
        build.a_plan_item(plan, item, package_item_id=package.items[0].id)
        build.a_reservation(item, location)
        build.a_mapping(item)
        build.a_refusal(package.items[0], location)
        build.a_discrepancy(location, build.a_product())
        build.a_log_entry(attempt, order, location)
        key, token = build.a_token(build.a_user(role="store_manager", locations=[location]))
        build.a_fact(order_id=order.id, body={"number": order.number})
        assert token.prefix == key[:8]
        assert db.session.scalar(select(func.count()).select_from(models.RuleLocation)) == 2
