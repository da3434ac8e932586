"""The shapes of orders, in the field order of the vendor's sample answer."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from app.api.values import Fixed, InstantText
from app.domain.orders import ItemState, OrderState

Coordinate = Annotated[str, Meta(pattern=r"^-?[0-9]+\.[0-9]{8}$", description="Degrees, eight decimals.")]


class StateShape(Struct, frozen=True, gc=False):
    """A state with its names; `enum_value` is its code."""

    id: int
    created_date: InstantText
    modified_date: InstantText
    translations: dict[str, dict[str, str]]
    name: str
    config: dict[str, Any]
    enum_class: str
    enum_value: str
    content_type: int


class ProductImageShape(Struct, frozen=True, gc=False):
    """A picture of a product; the lowest `order` comes first."""

    order: int
    id: int
    url: str
    product: int


class ProductShape(Struct, frozen=True, gc=False):
    """A product with its pictures."""

    id: int
    productimage_set: list[ProductImageShape]
    created_date: InstantText
    modified_date: InstantText
    omnitron_id: int | None
    name: str
    base_code: str | None
    sku: str
    barcode: str | None
    attributes: dict[str, Any]
    attributes_kwargs: dict[str, Any]
    extra_attributes: dict[str, Any]
    remote_modified_date: InstantText | None


class PriceListShape(Struct, frozen=True, gc=False):
    """The price list an item was sold from."""

    pk: int
    code: str | None
    name: str
    currency: str
    created_date: InstantText
    is_auto_sync: bool
    modified_date: InstantText


class StockListShape(Struct, frozen=True, gc=False):
    """The stock list an item was sold from."""

    pk: int
    code: str | None
    name: str
    created_date: InstantText
    is_auto_sync: bool
    modified_date: InstantText


class OrderItemShape(Struct, frozen=True, gc=False):
    """One line of an order; `order` is the order's id."""

    id: int
    state: StateShape
    product: ProductShape
    created_date: InstantText
    modified_date: InstantText
    omnitron_id: int
    net_amount: Fixed | None
    price: Fixed | None
    price_currency: str | None
    retail_price: Fixed | None
    tax_rate: Fixed | None
    tax_amount: Fixed | None
    discount_amount: Fixed | None
    without_net_amount: Fixed | None
    installment_interest_amount: Fixed | None
    attributes: dict[str, Any]
    attributes_kwargs: dict[str, Any]
    image: str | None
    price_list: PriceListShape | None
    stock_list: StockListShape | None
    extra_field: dict[str, Any] | None
    parent_omnitron_id: int | None
    order: int


class CustomerShape(Struct, frozen=True, gc=False):
    """Who ordered."""

    email: str | None
    first_name: str | None
    last_name: str | None
    phone_number: str | None
    erp_code: str | None
    pk: int
    channel: int


class CountryShape(Struct, frozen=True, gc=False):
    """A country."""

    pk: int
    name: str
    code: str | None
    is_active: bool
    longitude: Coordinate | None
    latitude: Coordinate | None


class CityShape(Struct, frozen=True, gc=False):
    """A city of a country."""

    pk: int
    name: str
    country: int
    is_active: bool
    longitude: Coordinate | None
    latitude: Coordinate | None


class TownshipShape(Struct, frozen=True, gc=False):
    """A township of a city."""

    pk: int
    name: str
    city: int
    is_active: bool
    longitude: Coordinate | None
    latitude: Coordinate | None


class DistrictShape(Struct, frozen=True, gc=False):
    """A district of a township."""

    pk: int
    name: str
    city: int
    township: int
    is_active: bool
    longitude: Coordinate | None
    latitude: Coordinate | None


class AddressShape(Struct, frozen=True, gc=False):
    """Where an order is sent or billed to."""

    id: int
    city: CityShape | None
    country: CountryShape | None
    township: TownshipShape | None
    district: DistrictShape | None
    customer: CustomerShape
    address_type: str
    created_date: InstantText
    modified_date: InstantText
    omnitron_id: int | None
    mapping: str | None
    title: str | None
    is_active: bool
    line: str | None
    postcode: str | None
    notes: str | None
    email: str | None
    phone_number: str | None
    first_name: str | None
    last_name: str | None
    company_name: str | None
    tax_office: str | None
    tax_no: str | None
    e_bill_taxpayer: bool


class ChannelShape(Struct, frozen=True, gc=False):
    """Where an order was sold. Secret values of the configuration are masked (D6)."""

    id: int
    channel_type: str
    created_date: InstantText
    modified_date: InstantText
    omnitron_id: int | None
    name: str
    configuration: dict[str, Any]
    is_active: bool


class OrderShape(Struct, frozen=True, gc=False):
    """A whole order; `cargo_company` is the carrier's id."""

    id: int
    state: StateShape
    commands: list[str]
    orderitem_set: list[OrderItemShape]
    customer: CustomerShape | None
    shipping_address: AddressShape | None
    billing_address: AddressShape | None
    channel: ChannelShape
    payment_type: str
    retail_store: str | None
    delivery_range: str | None
    client_type: str
    delivery_type: str
    created_date: InstantText
    modified_date: InstantText
    omnitron_id: int | None
    number: str
    date_placed: InstantText
    tracking_number: str | None
    has_gift_box: bool
    gift_box_note: str | None
    notes: str | None
    segment: str | None
    cargo_company: int | None


class ShortOrderShape(Struct, frozen=True, gc=False):
    """An order with ids in place of what it refers to; `net_amount` is the sum of its items'."""

    id: int
    omnitron_id: int | None
    number: str
    state: OrderState
    channel: int
    customer: int | None
    shipping_address: int | None
    billing_address: int | None
    payment_type: str
    delivery_type: str
    client_type: str
    cargo_company: int | None
    tracking_number: str | None
    date_placed: InstantText
    created_date: InstantText
    modified_date: InstantText
    order_item_count: int
    net_amount: Fixed | None


class ItemReference(Struct, frozen=True, gc=False):
    """An item in short."""

    id: int
    omnitron_id: int
    sku: str
    state: ItemState


class ShortOrderDetail(ShortOrderShape, frozen=True, gc=False):
    """A short order with its items."""

    order_items: list[ItemReference]


class SimpleOrderShape(Struct, frozen=True, gc=False):
    """An order as a row of a table, for reports."""

    id: int
    omnitron_id: int | None
    number: str
    state: OrderState
    channel: int
    customer: int | None
    payment_type: str
    delivery_type: str
    date_placed: InstantText
    created_date: InstantText
    modified_date: InstantText
    net_amount: Fixed | None
