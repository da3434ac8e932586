"""Pulling orders by number: one result each, in the order of the request, in the vendor's words (D8)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import select

from app.api.order_pull import PulledShape
from app.extensions import db
from app.models import AuditEntry, Fact, Order
from tests import builders
from tests.api.client import ApiClient
from tests.statements import counted

PATH = "/api/v1/oms/orders/pull_from_omnitron/"


def not_connected(number: str) -> dict[str, Any]:
    said = f"Order number: {number} cannot be pulled, because no upstream is configured (OMNITRON_URL)."
    return {"order_number": number, "success": False, "errors": [said]}


def test_what_is_here_and_what_cannot_be_asked_for_is_told_in_the_order_of_the_request(app: Flask) -> None:
    with app.app_context():
        builders.an_order(number="1001", channel=builders.a_channel(name="Web Türkiye"))
    answer = ApiClient(app).ask("POST", PATH, json={"order_numbers": ["7", "1001", "5", "7"]})
    assert answer.status_code == 200
    there = {
        "order_number": "1001",
        "success": False,
        "errors": ["Order number: 1001 already exists in Web Türkiye channel!"],
    }
    assert answer.get_json() == [not_connected("7"), there, not_connected("5"), not_connected("7")]
    assert [list(one) for one in answer.get_json()] == [["order_number", "success", "errors"]] * 4
    assert msgspec.json.decode(answer.data, type=list[PulledShape])


def test_a_number_of_several_channels_is_told_for_each(app: Flask) -> None:
    with app.app_context():
        for name in ("Web", "App"):
            builders.an_order(number="1001", channel=builders.a_channel(name=name))
    found = ApiClient(app).post(PATH, {"order_numbers": ["1001"]})
    assert found[0]["errors"] == [
        "Order number: 1001 already exists in Web channel!",
        "Order number: 1001 already exists in App channel!",
    ]


def test_five_hundred_take_as_many_statements_as_one(app: Flask) -> None:
    with app.app_context():
        numbers = [builders.an_order().number for _ in range(5)]
    api, counts = ApiClient(app), []
    api.post(PATH, {"order_numbers": ["1"]})
    for wanted in (numbers[:1], [*numbers, *(str(one) for one in range(495))]):
        with counted(app) as sent:
            assert len(api.post(PATH, {"order_numbers": wanted})) == len(wanted)
        counts.append(len(sent))
    assert counts == [2, 2]


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({}, "order_numbers", "This field is required."),
        ({"order_numbers": None}, "order_numbers", "This field should be a list."),
        ({"order_numbers": "1001"}, "order_numbers", "This field should be a list."),
        ({"order_numbers": []}, "order_numbers", "This field should not be empty."),
        ({"order_numbers": ["1"] * 501}, "order_numbers", "This field is longer than 500 entries."),
        ({"order_numbers": ["1", 2]}, "order_numbers[1]", "This field should be text."),
        ({"order_numbers": [""]}, "order_numbers[0]", "This field should not be empty."),
        ({"order_numbers": ["1" * 101]}, "order_numbers[0]", "This field is longer than 100 characters."),
        (["1001"], "non_field_errors", "This field should be a JSON object."),
    ],
)
def test_what_is_no_list_of_numbers_is_refused(app: Flask, body: Any, field: str, said: str) -> None:
    assert ApiClient(app).post(PATH, body, 400) == {field: [said]}


def test_a_manager_pulls_nothing_and_nothing_is_stored(app: Flask) -> None:
    ApiClient(app, role="store_manager").post(PATH, {"order_numbers": ["1"]}, 403)
    ApiClient(app).post(PATH, {"order_numbers": ["1"]})
    with app.app_context():
        for table in (Order, Fact, AuditEntry):
            assert db.session.scalars(select(table.id)).all() == []
