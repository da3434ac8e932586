"""The vendor's public Python SDK, as it comes from PyPI, against a served application."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from omnisdk.exceptions import ValidationError
from omnisdk.omnitron.client import OmnitronApiClient
from omnisdk.omnitron.endpoints import ContentTypeEndpoint, OmnitronApiEndpoint, OrderItemEndpoint
from omnisdk.omnitron.models import Mapping, Order
from sqlalchemy import select

from app import models
from app.domain.access import Role
from app.extensions import db
from app.services import tokens, users
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.databases import Backend
from tests.servers import a_server, asked_until_it_answers

PASSWORD = "a password of some length"
ORDERS = 23


class OrderEndpoint(OmnitronApiEndpoint):
    """How users of the SDK name an address that it has no class for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, endpoint="oms/orders", model=Order, **kwargs)


@pytest.fixture
def address(app: Flask, backend: Backend, tmp_path: Path) -> Iterator[str]:
    """Where a served application with some orders answers."""
    with app.app_context(), unit_of_work():
        users.create_user("erp", Role.OPERATOR, PASSWORD)
        channel, product, location = builders.a_channel(), builders.a_product("TS-M"), builders.a_location()
        for _ in range(ORDERS):
            order = builders.an_order(channel=channel, lines=[(product, 1_00)])
            builders.a_reservation(order.items[0], location)
    with a_server(backend.url, tmp_path, "--no-worker") as (found, _process):
        asked_until_it_answers(f"{found}/healthz")
        yield f"{found}/"


@pytest.fixture
def sdk(address: str) -> Iterator[OmnitronApiClient]:
    """The SDK's client, signed in. It finds itself by its class, so it must stay referred to."""
    client = OmnitronApiClient(base_url=address, username="erp", password=PASSWORD)
    yield client
    client.session.close()


def test_the_sdk_lists_maps_and_is_told_what_is_refused(
    app: Flask, address: str, sdk: OmnitronApiClient
) -> None:
    """One after the other: a server takes longer to start than the SDK to ask all of it."""
    check_that_orders_are_listed_page_by_page_and_read_one_by_one(app)
    check_that_an_order_item_is_mapped_and_its_reservation_released(app)
    check_that_what_is_refused_arrives_as_the_reason(app, address, sdk)


def check_that_orders_are_listed_page_by_page_and_read_one_by_one(app: Flask) -> None:
    endpoint = OrderEndpoint()
    pages = [endpoint.list(params={"limit": 10}), *endpoint.iterator]
    assert [len(page) for page in pages] == [10, 10, 3]
    listed = [order for page in pages for order in page]
    assert len({order.id for order in listed}) == ORDERS
    first = endpoint.retrieve(id=listed[0].id)
    assert first.get_parameters() == listed[0].get_parameters()
    assert first.orderitem_set[0]["product"]["sku"] == "TS-M"
    with app.app_context():
        assert {order.number for order in listed} == set(db.session.scalars(select(models.Order.number)))


def check_that_an_order_item_is_mapped_and_its_reservation_released(app: Flask) -> None:
    order = OrderEndpoint().list(params={"limit": 1})[0]
    item = order.orderitem_set[0]
    endpoint = OrderItemEndpoint(path=f"{item['omnitron_id']}/create_mapping")
    made = endpoint.create(item=Mapping(code="ERP-1", update_stock=True))
    kinds = ContentTypeEndpoint().list(params={"model": "orderitem"})
    assert made.get_parameters() == {
        "pk": made.pk,
        "content_type": kinds[0].id,
        "object_id": item["omnitron_id"],
        "integration_type": "external_company",
        "code": "ERP-1",
    }
    again = OrderItemEndpoint(path=f"{item['omnitron_id']}/create_mapping", raw=True)
    assert again.create(item={"code": "ERP-1"}) == made.get_parameters()
    with app.app_context():
        held = models.Reservation.state == "held"
        assert len(db.session.scalars(select(models.Reservation).where(held)).all()) == ORDERS - 1
        assert db.session.scalars(select(models.Mapping.code)).all() == ["ERP-1"]


def check_that_what_is_refused_arrives_as_the_reason(
    app: Flask, address: str, sdk: OmnitronApiClient
) -> None:
    number = OrderEndpoint().list(params={"limit": 1})[0].orderitem_set[0]["omnitron_id"]
    with pytest.raises(requests.HTTPError) as refused:
        OrderItemEndpoint(path=f"{number}/create_mapping").create(item=Mapping(code=""))
    assert refused.value.args[-1] == {"code": ["This field should not be empty."]}
    with pytest.raises(requests.HTTPError) as refused:
        OrderEndpoint().retrieve(id=987654321)
    assert refused.value.args[-1] == {"detail": "Not found."}
    with pytest.raises(ValidationError) as caught:
        OmnitronApiClient(base_url=address, username="erp", password="wrong")
    assert caught.value.json == {"non_field_errors": ["Unable to log in with provided credentials."]}
    first = sdk.token
    with app.app_context():
        tokens.revoke_token(db.session.scalars(select(models.Token.id)).one())
    assert len(OrderEndpoint().list(params={"limit": 5})) == 5
    assert sdk.token != first, "it signed in again"
