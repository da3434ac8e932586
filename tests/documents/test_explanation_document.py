"""The explanation's document has the shape that scripts and the page rely on (diagnosis.md, section 5)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.documents import explanation_document
from app.extensions import db
from app.models import Package, Product
from app.queries.explanations import explain_package
from app.services import planning
from app.services.remedies import apply_remedy
from tests import builders
from tests.explanation_fields import DOCUMENT

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
COUNT = re.compile(r"-?\d+\.\d\d")

LINE = ["order_item", "sku", "needed", "cause", "summary", "locations"]
LOCATION = [
    "erp_code",
    "name",
    "in_rule",
    "rule",
    "check",
    "stock_count",
    "reservation_count",
    "quantity",
    "answered_at",
    "evidence",
]


@pytest.fixture
def story(app: Flask) -> Iterator[Package]:
    """The seed's sample: one unit counted, more reserved than there is, by orders the ERP has registered."""
    with app.test_request_context():
        now = clock.now()
        gebze = builders.a_location("WH1", name="Gebze", priority=1)
        silent = builders.a_location("ST1", name="Kadıköy", priority=2)
        builders.a_location("ST2", name="Nişantaşı")
        product = builders.a_product("TS-M", name="T-shirt M")
        builders.a_stock(gebze, product, 1_00, answered_date=now - timedelta(days=2))
        old = builders.an_order(number="0990", lines=[(product, 1_00)], state="550")
        reserved = now - timedelta(days=9)
        builders.a_reservation(old.items[0], gebze, reserved_date=reserved)
        builders.a_mapping(old.items[0], created_date=now - timedelta(days=6))
        builders.a_scenario(name="Web", rules=[{"name": "warehouses", "locations": [gebze, silent]}])
        order = builders.an_order(number="1001", lines=[(product, 1_00)])
        planning.plan_order(order.id, "order")
        yield db.session.scalars(select(Package).where(Package.state == "920")).one()
        db.session.remove()


def document(package: Package, at: str = "now") -> dict[str, Any]:
    return explanation_document(explain_package(package.id, at, clock.now()))


def test_keys_come_in_the_documented_order(story: Package) -> None:
    found = document(story)
    assert list(found) == DOCUMENT
    assert list(found["lines"][0]) == LINE
    assert list(found["lines"][0]["locations"][0]) == LOCATION
    assert list(found["because"][0]) == ["code", "text", "evidence"]
    assert list(found["because"][0]["evidence"][0]) == ["kind", "id", "url"]
    json.dumps(found)


def test_the_sentence_names_product_number_place_reason_and_fix(story: Package) -> None:
    text = document(story)["sentence"]
    for word in ("T-shirt M", "Gebze", "0990", "6 days ago", "serves this package"):
        assert word in text
    assert "_" not in text


def test_counts_are_fixed_point_strings_and_instants_have_six_digits(story: Package) -> None:
    found = document(story)
    (line,) = found["lines"]
    gebze = line["locations"][0]
    assert (gebze["stock_count"], gebze["reservation_count"], gebze["quantity"]) == ("1.00", "1.00", "0.00")
    assert COUNT.fullmatch(line["needed"])
    for value in (found["explained_at"], found["planned_at"], gebze["answered_at"]):
        assert INSTANT.fullmatch(value)


def test_numbers_of_a_silent_location_are_null(story: Package) -> None:
    silent = next(one for one in document(story)["lines"][0]["locations"] if one["erp_code"] == "ST1")
    assert silent["check"] == "no_stock_answer"
    assert [silent[key] for key in ("stock_count", "reservation_count", "quantity", "answered_at")] == [
        None
    ] * 4


def test_every_location_is_counted_once(story: Package) -> None:
    for line in document(story)["lines"]:
        assert sum(line["summary"]["by_check"].values()) == line["summary"]["locations"] == 3


def test_the_remedy_names_its_target(story: Package) -> None:
    (remedy,) = document(story)["remedies"]
    held = document(story)["lines"][0]["locations"][0]["evidence"][0]
    assert held["stale"] == "erp_registered"
    assert remedy["changes"] == [
        {"kind": "release_reservation", "erp_code": "WH1", "sku": "TS-M", "reservations": [held["id"]]}
    ]
    assert (remedy["cause"], remedy["proved"], remedy["served_by"]) == ("stale_reservation", True, ["WH1"])


def test_the_plan_keeps_saying_what_it_said_after_the_remedy(story: Package) -> None:
    before = document(story, "1")
    apply_remedy(story.id, before["remedies"][0]["key"])
    after = document(story, "1")
    for key in ("cause", "lines", "remedies", "sentence"):
        assert after[key] == before[key]


def test_a_served_package_says_by_whom_and_has_no_cause(story: Package) -> None:
    apply_remedy(story.id, document(story)["remedies"][0]["key"])
    found = document(story)
    assert (found["state"], found["cause"], found["remedies"]) == ("600", None, [])
    assert [one["erp_code"] for one in found["served_by"]] == ["WH1"]
    assert "Gebze" in found["sentence"]


def test_what_changed_since_the_plan_is_listed_then_and_now(story: Package) -> None:
    assert document(story)["changed_since_plan"] == []
    wanted = db.session.scalars(select(Product).where(Product.sku == "TS-M")).one()
    other = builders.a_product("OTHER")
    builders.a_stock(builders.a_location("WH8"), other, 5_00)
    builders.a_stock(builders.a_location("WH9", is_active=False), wanted, 5_00)
    assert document(story)["changed_since_plan"] == [
        {"kind": "stock", "erp_code": "WH9", "sku": "TS-M", "then": None, "now": "5.00"},
        {"kind": "location_added", "erp_code": "WH9", "then": None, "now": True},
    ]
