"""A small world with each kind of thing a page can show, told as a world script and loaded by the loader."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import select

from app import clock
from app.domain.access import Role
from app.domain.saved_views import ListCode
from app.extensions import db
from app.models import StockLocation, User
from app.services import audit, saved_views, users, world_scripts
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.furniture import furnish

USERNAME = "operator"
PASSWORD = "a long enough password"


def load() -> None:
    """Load the world and make its operator. Needs an application context."""
    world_scripts.load(msgspec.json.encode(line) for line in lines(clock.now()))
    users.create_user(USERNAME, Role.OPERATOR, PASSWORD)


def lines(now: datetime) -> list[dict[str, Any]]:
    """Three locations, two products; one order is stuck behind a stale reservation, one outside the rules."""

    def at(days: float) -> str:
        return (now - timedelta(days=days)).isoformat()

    def location(code: str, name: str, **fields: Any) -> dict[str, Any]:
        return {
            "at": at(30),
            "kind": "stock_location",
            "erp_code": code,
            "name": name,
            "stock_location_type": "store",
            **fields,
        }

    def stock(days: float, code: str, sku: str, count: str) -> dict[str, Any]:
        return {"at": at(days), "kind": "stock", "erp_code": code, "sku": sku, "stock_count": count}

    def order(days: float, number: str, omnitron_id: int, sku: str) -> dict[str, Any]:
        return {
            "at": at(days),
            "kind": "order",
            "number": number,
            "channel": "Web",
            "state": "400",
            "date_placed": at(days),
            "payment_type": "credit_card",
            "delivery_type": "standard",
            "items": [{"omnitron_id": omnitron_id, "sku": sku, "quantity": "1", "price_currency": "TRY"}],
        }

    rule = {
        "name": "warehouse first",
        "priority": 1,
        "stock_locations": ["WH1", "ST1"],
        "except_stock_locations": [],
        "stock_location_type": None,
        "order_by": "priority",
        "select_by_quota": False,
        "split": "line",
    }
    return [
        {"at": at(30), "kind": "channel", "name": "Web", "channel_type": "web"},
        {"at": at(30), "kind": "product", "sku": "TS-M", "name": "T-shirt M"},
        {"at": at(30), "kind": "product", "sku": "CAP", "name": "Cap"},
        location("WH1", "Gebze", stock_location_type="warehouse", priority=1),
        location("ST1", "Kadıköy", priority=2),
        location("ST2", "Nişantaşı", priority=3),
        {
            "at": at(30),
            "kind": "scenario",
            "name": "Web orders",
            "is_active": True,
            "priority": 1,
            "channels": ["Web"],
            "payment_types": [],
            "delivery_types": [],
            "rules": [rule],
        },
        stock(20, "WH1", "TS-M", "1"),
        stock(20, "ST1", "TS-M", "0"),
        order(15, "0990", 69001, "TS-M"),
        {"at": at(12), "kind": "mapping", "omnitron_id": 69001, "code": "ERP-1", "update_stock": False},
        stock(9, "WH1", "TS-M", "1"),
        stock(9, "ST2", "CAP", "4"),
        order(6, "1001", 70001, "TS-M"),
        order(5, "1002", 70002, "CAP"),
    ]


def furnished() -> None:
    """The same, with what people leave behind, and somebody of each role. Needs an application context."""
    load()
    with unit_of_work():
        administrator = builders.a_user("administrator", role=Role.ADMINISTRATOR.value)
        places = db.session.scalars(select(StockLocation).order_by(StockLocation.id)).all()
        manager = builders.a_user("manager", role=Role.STORE_MANAGER.value, locations=places)
    with audit.acting_as("administrator", administrator.id):
        furnish(administrator.id)
        operator = db.session.scalars(select(User.id).where(User.username == USERNAME)).one()
        saved_views.create_view(operator, ListCode.ORDERS, "Of today", "sort=-placed")
        saved_views.create_view(manager.id, ListCode.PACKAGES, "Stale", "cause=stale_reservation")
    for user in db.session.scalars(select(User).where(User.id != administrator.id)).all():
        builders.a_token(user, label="scanner")
