"""Documents of orders with their customer and addresses, in the seed's names."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from app.domain.orders import ItemState, OrderState
from app.services.documents.values import (
    Document,
    Hundredths,
    Instant,
    Json,
    Key50,
    Key100,
    Key255,
    Latitude,
    Longitude,
    OmnitronId,
    Quantity,
    Text10,
    Text50,
    Text100,
    Text254,
    Text255,
)


class PlaceDocument(Document, kw_only=True, frozen=True):
    """A country, city, township or district, by its upstream number or its name. `code` is a country's."""

    name: Key255
    omnitron_id: OmnitronId | None = None
    code: Text10 | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None


class AddressDocument(Document, kw_only=True, frozen=True):
    """Where an order is sent or billed to. Without `omnitron_id` it is known by all that it says."""

    omnitron_id: OmnitronId | None = None
    address_type: Key50 = "customer"
    mapping: Text255 | None = None
    title: Text255 | None = None
    line: str | None = None
    postcode: Text50 | None = None
    notes: str | None = None
    email: Text254 | None = None
    phone_number: Text50 | None = None
    first_name: Text255 | None = None
    last_name: Text255 | None = None
    company_name: Text255 | None = ""
    tax_office: Text255 | None = ""
    tax_no: Text50 | None = ""
    e_bill_taxpayer: bool = False
    country: PlaceDocument | None = None
    city: PlaceDocument | None = None
    township: PlaceDocument | None = None
    district: PlaceDocument | None = None


class CustomerDocument(Document, kw_only=True, frozen=True):
    """Who ordered. Without `omnitron_id` the customer is known by all that is said here."""

    omnitron_id: OmnitronId | None = None
    email: Text254 | None = None
    first_name: Text255 | None = None
    last_name: Text255 | None = None
    phone_number: Text50 | None = None
    erp_code: Text100 | None = None


class ListDocument(Document, kw_only=True, frozen=True):
    """The price list or stock list an item was sold from, by its code, else its name."""

    name: Key255
    code: Key255 | None = None
    currency: Text10 = "try"
    is_auto_sync: bool = False


class OrderItemDocument(Document, kw_only=True, frozen=True):
    """One line of an order. `state` is the order's where it is left out. Amounts are in `price_currency`."""

    omnitron_id: OmnitronId
    sku: Key255
    quantity: Quantity
    state: ItemState | None = None
    net_amount: Hundredths | None = None
    price: Hundredths | None = None
    price_currency: Text10 | None = None
    retail_price: Hundredths | None = None
    tax_rate: Hundredths | None = None
    tax_amount: Hundredths | None = None
    discount_amount: Hundredths | None = None
    without_net_amount: Hundredths | None = None
    installment_interest_amount: Hundredths | None = None
    attributes: Json = field(default_factory=dict)
    attributes_kwargs: Json = field(default_factory=dict)
    image: str | None = None
    price_list: ListDocument | None = None
    stock_list: ListDocument | None = None
    extra_field: Json | None = None
    parent_omnitron_id: OmnitronId | None = None


class OrderDocument(Document, kw_only=True, frozen=True):
    """An order as it arrives. `channel` is a name, `cargo_company` the upstream's number for a carrier.

    `address` is the shipping and billing address where those are not given apart.
    """

    number: Key100
    channel: Key255
    state: OrderState
    date_placed: Instant
    payment_type: Key50
    delivery_type: Key50
    items: Annotated[list[OrderItemDocument], Meta(min_length=1)]
    omnitron_id: OmnitronId | None = None
    client_type: Key50 = "default"
    retail_store: Text255 | None = None
    delivery_range: Text255 | None = None
    segment: Text255 | None = None
    tracking_number: Text255 | None = None
    has_gift_box: bool = False
    gift_box_note: str | None = None
    notes: str | None = None
    currency: Text10 | None = None
    amount: Hundredths | None = None
    shipping_amount: Hundredths | None = None
    discount_amount: Hundredths | None = None
    cargo_company: OmnitronId | None = None
    customer: CustomerDocument | None = None
    shipping_address: AddressDocument | None = None
    billing_address: AddressDocument | None = None
    address: AddressDocument | None = None
