"""Nested marshmallow schemas, with fields for the product's encodings of instants, amounts and degrees."""

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields

from bench.peers.masking import masked


class Instant(fields.Field):
    """Six digits and Z; connections speak UTC."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.isoformat(timespec="microseconds")[:26] + "Z"


class Fixed(fields.Field):
    """A whole number as a text with that many decimals."""

    def __init__(self, digits: int, **options: Any) -> None:
        super().__init__(**options)
        self.digits, self.unit = digits, 10**digits

    def _serialize(self, value: int | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        whole, part = divmod(abs(value), self.unit)
        return f"{'-' if value < 0 else ''}{whole}.{part:0{self.digits}}"


class Configuration(fields.Field):
    """Without the secrets."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return masked(value)


def schema(name: str, /, **found: fields.Field) -> type[Schema]:
    """A schema of those fields, in this order."""
    return Schema.from_dict(found, name=name)


def raw(attribute: str | None = None) -> fields.Field:
    """The value as it is."""
    return fields.Raw(attribute=attribute)


def amount() -> fields.Field:
    return Fixed(2)


def degrees() -> fields.Field:
    return Fixed(8)


def nested(kind: type[Schema], attribute: str | None = None, many: bool = False) -> fields.Field:
    return fields.Nested(kind, attribute=attribute, many=many)


State = schema(
    "State",
    id=raw(),
    created_date=Instant(),
    modified_date=Instant(),
    translations=raw(),
    name=raw(),
    config=raw(),
    enum_class=raw(),
    enum_value=raw(),
    content_type=raw("content_type_id"),
)
ProductImage = schema("ProductImage", order=raw("position"), id=raw(), url=raw(), product=raw("product_id"))
Product = schema(
    "Product",
    id=raw(),
    productimage_set=nested(ProductImage, "images", many=True),
    created_date=Instant(),
    modified_date=Instant(),
    omnitron_id=raw(),
    name=raw(),
    base_code=raw(),
    sku=raw(),
    barcode=raw(),
    attributes=raw(),
    attributes_kwargs=raw(),
    extra_attributes=raw(),
    remote_modified_date=Instant(),
)
PriceList = schema(
    "PriceList",
    pk=raw("id"),
    code=raw(),
    name=raw(),
    currency=raw(),
    created_date=Instant(),
    is_auto_sync=raw(),
    modified_date=Instant(),
)
StockList = schema(
    "StockList",
    pk=raw("id"),
    code=raw(),
    name=raw(),
    created_date=Instant(),
    is_auto_sync=raw(),
    modified_date=Instant(),
)
OrderItem = schema(
    "OrderItem",
    id=raw(),
    state=nested(State),
    product=nested(Product),
    created_date=Instant(),
    modified_date=Instant(),
    omnitron_id=raw(),
    net_amount=amount(),
    price=amount(),
    price_currency=raw(),
    retail_price=amount(),
    tax_rate=amount(),
    tax_amount=amount(),
    discount_amount=amount(),
    without_net_amount=amount(),
    installment_interest_amount=amount(),
    attributes=raw(),
    attributes_kwargs=raw(),
    image=raw(),
    price_list=nested(PriceList),
    stock_list=nested(StockList),
    extra_field=raw(),
    parent_omnitron_id=raw(),
    order=raw("order_id"),
)
Customer = schema(
    "Customer",
    email=raw(),
    first_name=raw(),
    last_name=raw(),
    phone_number=raw(),
    erp_code=raw(),
    pk=raw("id"),
    channel=raw("channel_id"),
)
City = schema(
    "City",
    pk=raw("id"),
    name=raw(),
    country=raw("country_id"),
    is_active=raw(),
    longitude=degrees(),
    latitude=degrees(),
)
Country = schema(
    "Country", pk=raw("id"), name=raw(), code=raw(), is_active=raw(), longitude=degrees(), latitude=degrees()
)
Township = schema(
    "Township",
    pk=raw("id"),
    name=raw(),
    city=raw("city_id"),
    is_active=raw(),
    longitude=degrees(),
    latitude=degrees(),
)
District = schema(
    "District",
    pk=raw("id"),
    name=raw(),
    city=raw("city_id"),
    township=raw("township_id"),
    is_active=raw(),
    longitude=degrees(),
    latitude=degrees(),
)
Address = schema(
    "Address",
    id=raw(),
    city=nested(City),
    country=nested(Country),
    township=nested(Township),
    district=nested(District),
    customer=nested(Customer),
    address_type=raw(),
    created_date=Instant(),
    modified_date=Instant(),
    omnitron_id=raw(),
    mapping=raw(),
    title=raw(),
    is_active=raw(),
    line=raw(),
    postcode=raw(),
    notes=raw(),
    email=raw(),
    phone_number=raw(),
    first_name=raw(),
    last_name=raw(),
    company_name=raw(),
    tax_office=raw(),
    tax_no=raw(),
    e_bill_taxpayer=raw(),
)
Channel = schema(
    "Channel",
    id=raw(),
    channel_type=raw(),
    created_date=Instant(),
    modified_date=Instant(),
    omnitron_id=raw(),
    name=raw(),
    configuration=Configuration(),
    is_active=raw(),
)
Order = schema(
    "Order",
    id=raw(),
    state=nested(State),
    commands=fields.Constant([]),
    orderitem_set=nested(OrderItem, "items", many=True),
    customer=nested(Customer),
    shipping_address=nested(Address),
    billing_address=nested(Address),
    channel=nested(Channel),
    payment_type=raw(),
    retail_store=raw(),
    delivery_range=raw(),
    client_type=raw(),
    delivery_type=raw(),
    created_date=Instant(),
    modified_date=Instant(),
    omnitron_id=raw(),
    number=raw(),
    date_placed=Instant(),
    tracking_number=raw(),
    has_gift_box=raw(),
    gift_box_note=raw(),
    notes=raw(),
    segment=raw(),
    cargo_company=raw("cargo_company_id"),
)
ShortOrder = schema(
    "ShortOrder",
    id=raw(),
    omnitron_id=raw(),
    number=raw(),
    state=raw("state_code"),
    channel=raw("channel_id"),
    customer=raw("customer_id"),
    shipping_address=raw("shipping_address_id"),
    billing_address=raw("billing_address_id"),
    payment_type=raw(),
    delivery_type=raw(),
    client_type=raw(),
    cargo_company=raw("cargo_company_id"),
    tracking_number=raw(),
    date_placed=Instant(),
    created_date=Instant(),
    modified_date=Instant(),
    order_item_count=raw(),
    net_amount=amount(),
)
LogOrderItem = schema(
    "LogOrderItem",
    pk=raw("order_item_id"),
    sku=raw("product.sku"),
    omnitron_id=raw("order_item.omnitron_id"),
    order_number=raw(),
)
StockData = schema(
    "StockData", quantity=amount(), unit_type=raw(), stock_count=amount(), reservation_count=amount()
)
StockLogEntry = schema(
    "StockLogEntry",
    date=Instant(),
    order_item=fields.Function(lambda entry: _LOG_ORDER_ITEM.dump(entry)),
    stock_data=fields.Function(lambda entry: _STOCK_DATA.dump(entry)),
)
_LOG_ORDER_ITEM, _STOCK_DATA = LogOrderItem(), StockData()
