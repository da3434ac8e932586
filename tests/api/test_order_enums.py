"""The two constant lists of types that orders may have (D9)."""

from __future__ import annotations

from flask import Flask

from app.domain.order_types import DeliveryType, PaymentType
from tests.api.client import ApiClient
from tests.statements import counted

DELIVERY = "/api/v1/oms/orders/delivery_type_enums/"
PAYMENT = "/api/v1/oms/orders/payment_type_enums/"


def test_delivery_types_are_listed_by_value_and_label(app: Flask) -> None:
    assert ApiClient(app, scope="read").get(DELIVERY) == [
        {"value": "standard", "label": "Standard"},
        {"value": "same_day", "label": "Same day"},
        {"value": "click_and_collect", "label": "Click and collect"},
    ]


def test_payment_types_are_listed_by_value_and_label(app: Flask) -> None:
    found = ApiClient(app, scope="read").get(PAYMENT.rstrip("/"))
    assert found[0] == {"value": "credit_card", "label": "Credit card"}
    assert [one["value"] for one in found] == list(PaymentType)
    assert [list(one) for one in found] == [["value", "label"]] * len(PaymentType)


def test_every_type_has_a_label_of_its_own(app: Flask) -> None:
    client = ApiClient(app)
    for path, kinds in ((DELIVERY, DeliveryType), (PAYMENT, PaymentType)):
        labels = [one["label"] for one in client.get(path)]
        assert all(labels) and len(set(labels)) == len(kinds)


def test_the_lists_are_the_same_for_everybody_and_ask_the_database_only_who_asks(app: Flask) -> None:
    manager = ApiClient(app, role="store_manager", scope="read")
    assert manager.get(DELIVERY) == ApiClient(app).get(DELIVERY)
    with counted(app) as sent:
        manager.get(DELIVERY)
    assert len(sent) <= 2, "the token, and the locations of its user"
