"""An order that has everything of the vendor's sample, and what belongs to it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from app import models
from app.extensions import db
from app.models.columns import table
from app.services.unit_of_work import unit_of_work
from tests import builders as build

MADE = datetime(2023, 5, 17, 13, 45, 55, 657199, tzinfo=UTC)
CHANGED = datetime(2023, 5, 17, 13, 46, tzinfo=UTC)  # without microseconds
STAMPS = {"created_date": MADE, "modified_date": CHANGED}
DEGREES = {"longitude": Decimal("32.85404900"), "latitude": Decimal("39.92076300")}
CONFIGURATION = {
    "server": "https://example.com/api/v1",
    "password": "geheim",
    "username": "omnitron",
    "sales_url": "https://example.com/",
    "auth_token": "geheim-2",
    "feature_flags": {},
    "cancel_mail_subject": "{}",
    "cancel_mail_template_url": "{}",
    "localized_cancel_mail_subject": {},
    "direct_cancel_mail_template_url": "{}",
}
ATTRIBUTES = {"hallo": "Voorbeeld", "integration_kol_boyu": "kısa"}
ATTRIBUTES_KWARGS = {
    "hallo": {"label": "Voorbeeld", "value": "Voorbeeld", "data_type": "valuelabel"},
    "integration_kol_boyu": {"label": "kısa", "value": "kısa", "data_type": "dropdown"},
}
AMOUNTS = {
    "net_amount": 250_00,
    "price": 250_00,
    "retail_price": 1_000_00,
    "tax_rate": 8_00,
    "tax_amount": -1_05,
    "discount_amount": 125_00,
    "without_net_amount": 0,
    "installment_interest_amount": 7,
}


def a_whole_order(**fields: Any) -> models.Order:
    """An order with one item; shipped to one address and billed to another of another customer."""
    channel = build.a_channel(configuration=CONFIGURATION, omnitron_id=build.a_number(), **STAMPS)
    customer = build.a_customer(channel, email="john@example.com", phone_number="+90", erp_code="C-1")
    order = build.an_order(
        channel=channel,
        lines=[],
        customer_id=customer.id,
        shipping_address_id=_an_address(customer).id,
        billing_address_id=_an_address(build.a_customer(channel)).id,
        cargo_company_id=build.a_cargo_company().id,
        **{"omnitron_id": build.a_number(), "date_placed": MADE, **STAMPS, **_TEXTS, **fields},
    )
    build.an_item(order, _a_product(), state="425", **_lists(), **_ITEM, **AMOUNTS, **STAMPS)
    return order


def _an_address(customer: models.Customer) -> models.Address:
    country = build.a_country(**DEGREES)
    city = build.a_city(country, **DEGREES)
    township = build.a_township(city, **DEGREES)
    district = build.a_district(township, **DEGREES)
    places = {
        "country_id": country.id,
        "city_id": city.id,
        "township_id": township.id,
        "district_id": district.id,
    }
    person = {"first_name": "John", "last_name": "Doe", "email": "a@example.com", "phone_number": "+90"}
    return build.an_address(customer, **places, omnitron_id=build.a_number(), **person, **STAMPS)


def _a_product() -> models.Product:
    images = ["https://example.com/1.jpg", "https://example.com/2.jpg"]
    texts = {"base_code": "AKN-008", "barcode": "869", "remote_modified_date": MADE}
    attributes = {"attributes": ATTRIBUTES, "attributes_kwargs": ATTRIBUTES_KWARGS}
    return build.a_product(images=images, omnitron_id=build.a_number(), **texts, **attributes, **STAMPS)


def _lists() -> dict[str, int]:
    with unit_of_work():
        values = {"name": "pz", **STAMPS}
        prices = insert(table(models.PriceList)).values(code=f"P{build.a_number()}", **values)
        stocks = insert(table(models.StockList)).values(**values)
        return {
            "price_list_id": db.session.execute(prices).inserted_primary_key[0],
            "stock_list_id": db.session.execute(stocks).inserted_primary_key[0],
        }


_TEXTS = {
    "retail_store": "R-1",
    "delivery_range": "9-12",
    "tracking_number": "TR1",
    "has_gift_box": True,
    "gift_box_note": "Sevgiyle",
    "notes": "leise",
    "segment": "vip",
}
_ITEM = {
    "price_currency": "try",
    "image": "https://example.com/1.jpg",
    "extra_field": {"price_extra_field": {}, "stock_extra_field": {}},
    "parent_omnitron_id": 7,
}
