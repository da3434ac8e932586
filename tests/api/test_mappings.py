"""Mappings of order items to the ERP through the API: one an item, released once (D2, D13, D14)."""

from __future__ import annotations

import json
import threading
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import func, select

from app import models
from app.api.mappings import MappingShape
from app.domain.states import RecordKind
from app.extensions import db
from app.models import AuditEntry, Fact, Mapping, Reservation
from app.queries import consistency, content_types
from tests import builders
from tests.api.client import ApiClient
from tests.contract.samples import assert_like, sample


@pytest.fixture
def item(app: Flask) -> models.OrderItem:
    """An order item with a held reservation."""
    with app.app_context():
        order = builders.an_order()
        builders.a_reservation(order.items[0], builders.a_location())
        return order.items[0]


def path(omnitron_id: object, version: str = "i1") -> str:
    return f"/api/{version}/order_items/{omnitron_id}/create_mapping/"


def states(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Reservation.state).order_by(Reservation.id)))


def mappings(app: Flask) -> list[tuple[str, bool]]:
    with app.app_context():
        wanted = select(Mapping.code, Mapping.update_stock).order_by(Mapping.id)
        return [tuple(row) for row in db.session.execute(wanted)]


@pytest.mark.parametrize("version", ["i1", "v1"])
@pytest.mark.parametrize("end", ["/", ""])
def test_the_answer_is_the_mapping_object_of_the_sample(
    app: Flask, item: models.OrderItem, version: str, end: str
) -> None:
    address = path(item.omnitron_id, version).rstrip("/") + end
    answer = ApiClient(app).ask("POST", address, json={"code": "ERP-1", "update_stock": True})
    assert answer.status_code == 201
    found = json.loads(answer.data)
    assert_like(found, sample("create_mapping"))
    with app.app_context():
        kind = content_types.content_type_id(RecordKind.ORDER_ITEM)
        stored = db.session.scalars(select(Mapping)).one()
        assert (stored.order_item_id, stored.code) == (item.id, "ERP-1")
    assert list(found.items()) == [
        ("pk", stored.id),
        ("content_type", kind),
        ("object_id", item.omnitron_id),
        ("integration_type", "external_company"),
        ("code", "ERP-1"),
    ]
    assert msgspec.json.decode(answer.data, type=MappingShape)
    kinds = ApiClient(app).get("/api/v1/content_types/", model="orderitem")["results"]
    assert [one["id"] for one in kinds] == [kind]


def test_the_reservation_is_released_unless_it_shall_stay(app: Flask, item: models.OrderItem) -> None:
    api = ApiClient(app)
    first = api.post(path(item.omnitron_id), {"code": "ERP-1", "update_stock": False}, 201)
    assert (states(app), mappings(app)) == (["held"], [("ERP-1", False)])
    assert api.post(path(item.omnitron_id), {"code": "ERP-1", "update_stock": False}, 200) == first
    assert states(app) == ["held"]
    assert api.post(path(item.omnitron_id), {"code": "ERP-1"}, 200) == first
    assert (states(app), mappings(app)) == (["released"], [("ERP-1", True)])
    assert api.post(path(item.omnitron_id), {"code": "ERP-1"}, 200) == first
    with app.app_context():
        reservation = db.session.scalars(select(Reservation)).one()
        assert reservation.release_reason == "erp_registered"
        actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert actions == ["mapping.created", "reservation.released"]


def test_another_code_is_refused_and_changes_nothing(app: Flask, item: models.OrderItem) -> None:
    api = ApiClient(app)
    api.post(path(item.omnitron_id), {"code": "ERP-1", "update_stock": False}, 201)
    found = api.post(path(item.omnitron_id), {"code": "ERP-2"}, 400)
    assert found == {"detail": "This item is registered in the ERP already, as ERP-1."}
    assert (states(app), mappings(app)) == (["held"], [("ERP-1", False)])


def test_an_unknown_item_is_not_found(app: Flask, item: models.OrderItem) -> None:
    api = ApiClient(app)
    for key in (10**9, 0, 2**63 - 1, 2**63, "abc"):
        assert api.post(path(key), {"code": "ERP-1"}, 404) == {"detail": "Not found."}
    assert item.id != item.omnitron_id
    api.post(path(item.id), {"code": "ERP-1"}, 404)
    assert mappings(app) == []


def test_a_manager_maps_nothing(app: Flask, item: models.OrderItem) -> None:
    manager = ApiClient(app, role="store_manager")
    for key in (item.omnitron_id, 10**9):
        manager.post(path(key), {"code": "ERP-1"}, 403)
    assert (states(app), mappings(app)) == (["held"], [])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "code"),
        ({"code": ""}, "code"),
        ({"code": 17}, "code"),
        ({"code": None}, "code"),
        ({"code": "x" * 256}, "code"),
        ({"code": "ERP-1", "update_stock": "yes"}, "update_stock"),
        ({"code": "ERP-1", "update_stock": None}, "update_stock"),
        (["ERP-1"], "non_field_errors"),
    ],
)
def test_what_is_no_mapping_is_refused_and_changes_nothing(
    app: Flask, item: models.OrderItem, body: Any, field: str
) -> None:
    assert list(ApiClient(app).post(path(item.omnitron_id), body, 400)) == [field]
    assert (states(app), mappings(app)) == (["held"], [])


def test_the_longest_code_is_stored_whole(app: Flask, item: models.OrderItem) -> None:
    code = "ğ" * 255
    assert ApiClient(app).post(path(item.omnitron_id), {"code": code}, 201)["code"] == code


def test_of_many_who_map_at_once_one_makes_the_mapping(app: Flask, item: models.OrderItem) -> None:
    keys = [ApiClient(app).key for _ in range(12)]
    start, told = threading.Barrier(len(keys)), []

    def map_it(key: str, number: int) -> None:
        api = ApiClient(app, key=key)
        start.wait(10)
        answer = api.ask("POST", path(item.omnitron_id), json={"code": f"ERP-{number % 2}"})
        told.append(answer.status_code)

    threads = [threading.Thread(target=map_it, args=one) for one in zip(keys, range(12), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == [200] * 5 + [201] + [400] * 6
    assert len(mappings(app)) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Fact.kind == "mapping")) == 1
        assert list(consistency.findings()) == []
