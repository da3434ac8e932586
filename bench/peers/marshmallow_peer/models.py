"""The product's tables as mapped classes, with the columns that the answers need."""

from datetime import datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, foreign, mapped_column, registry, relationship


class Base(DeclarativeBase):
    registry = registry(type_annotation_map={datetime: DateTime(timezone=True), dict[str, Any]: JSON})
    id: Mapped[int] = mapped_column(primary_key=True)


db = SQLAlchemy(model_class=Base)


def key(target: str) -> Any:
    return mapped_column(ForeignKey(f"{target}.id"))


class User(Base):
    __tablename__ = "users"
    is_active: Mapped[bool]
    username: Mapped[str]


class Token(Base):
    __tablename__ = "tokens"
    user_id: Mapped[int] = key("users")
    digest: Mapped[str]
    expires_date: Mapped[datetime | None]
    revoked_date: Mapped[datetime | None]
    user: Mapped[User] = relationship()


class ContentType(Base):
    __tablename__ = "content_types"
    model: Mapped[str]


class State(Base):
    __tablename__ = "states"
    created_date: Mapped[datetime]
    modified_date: Mapped[datetime]
    translations: Mapped[dict[str, Any]]
    name: Mapped[str]
    config: Mapped[dict[str, Any]]
    enum_class: Mapped[str]
    enum_value: Mapped[str]
    content_type_id: Mapped[int] = key("content_types")


class Channel(Base):
    __tablename__ = "channels"
    channel_type: Mapped[str]
    created_date: Mapped[datetime]
    modified_date: Mapped[datetime]
    omnitron_id: Mapped[int | None]
    name: Mapped[str]
    configuration: Mapped[dict[str, Any]]
    is_active: Mapped[bool]


class Place:
    name: Mapped[str]
    is_active: Mapped[bool]
    longitude: Mapped[int | None]
    latitude: Mapped[int | None]


class Country(Place, Base):
    __tablename__ = "countries"
    code: Mapped[str | None]


class City(Place, Base):
    __tablename__ = "cities"
    country_id: Mapped[int] = key("countries")


class Township(Place, Base):
    __tablename__ = "townships"
    city_id: Mapped[int] = key("cities")


class District(Place, Base):
    __tablename__ = "districts"
    city_id: Mapped[int] = key("cities")
    township_id: Mapped[int] = key("townships")


class Customer(Base):
    __tablename__ = "customers"
    email: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    phone_number: Mapped[str | None]
    erp_code: Mapped[str | None]
    channel_id: Mapped[int] = key("channels")


class Address(Base):
    __tablename__ = "addresses"
    customer_id: Mapped[int] = key("customers")
    country_id: Mapped[int | None] = key("countries")
    city_id: Mapped[int | None] = key("cities")
    township_id: Mapped[int | None] = key("townships")
    district_id: Mapped[int | None] = key("districts")
    address_type: Mapped[str]
    created_date: Mapped[datetime]
    modified_date: Mapped[datetime]
    omnitron_id: Mapped[int | None]
    mapping: Mapped[str | None]
    title: Mapped[str | None]
    is_active: Mapped[bool]
    line: Mapped[str | None]
    postcode: Mapped[str | None]
    notes: Mapped[str | None]
    email: Mapped[str | None]
    phone_number: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    company_name: Mapped[str | None]
    tax_office: Mapped[str | None]
    tax_no: Mapped[str | None]
    e_bill_taxpayer: Mapped[bool]
    customer: Mapped[Customer] = relationship()
    country: Mapped[Country | None] = relationship()
    city: Mapped[City | None] = relationship()
    township: Mapped[Township | None] = relationship()
    district: Mapped[District | None] = relationship()


class Product(Base):
    __tablename__ = "products"
    created_date: Mapped[datetime]
    modified_date: Mapped[datetime]
    omnitron_id: Mapped[int | None]
    name: Mapped[str]
    base_code: Mapped[str | None]
    sku: Mapped[str]
    barcode: Mapped[str | None]
    attributes: Mapped[dict[str, Any]]
    attributes_kwargs: Mapped[dict[str, Any]]
    extra_attributes: Mapped[dict[str, Any]]
    remote_modified_date: Mapped[datetime | None]
    images: Mapped[list["ProductImage"]] = relationship(
        order_by="(ProductImage.position, ProductImage.id)", viewonly=True
    )


class ProductImage(Base):
    __tablename__ = "product_images"
    product_id: Mapped[int] = key("products")
    position: Mapped[int]
    url: Mapped[str]


class PriceList(Base):
    __tablename__ = "price_lists"
    code: Mapped[str | None]
    name: Mapped[str]
    currency: Mapped[str]
    created_date: Mapped[datetime]
    is_auto_sync: Mapped[bool]
    modified_date: Mapped[datetime]


class StockList(Base):
    __tablename__ = "stock_lists"
    code: Mapped[str | None]
    name: Mapped[str]
    created_date: Mapped[datetime]
    is_auto_sync: Mapped[bool]
    modified_date: Mapped[datetime]


class Order(Base):
    __tablename__ = "orders"
    state_code: Mapped[str] = mapped_column("state")
    customer_id: Mapped[int | None] = key("customers")
    shipping_address_id: Mapped[int | None] = key("addresses")
    billing_address_id: Mapped[int | None] = key("addresses")
    channel_id: Mapped[int] = key("channels")
    cargo_company_id: Mapped[int | None]
    payment_type: Mapped[str]
    retail_store: Mapped[str | None]
    delivery_range: Mapped[str | None]
    client_type: Mapped[str]
    delivery_type: Mapped[str]
    created_date: Mapped[datetime]
    modified_date: Mapped[datetime]
    omnitron_id: Mapped[int | None]
    number: Mapped[str]
    date_placed: Mapped[datetime]
    tracking_number: Mapped[str | None]
    has_gift_box: Mapped[bool]
    gift_box_note: Mapped[str | None]
    notes: Mapped[str | None]
    segment: Mapped[str | None]
    customer: Mapped[Customer | None] = relationship()
    shipping_address: Mapped[Address | None] = relationship(foreign_keys=[shipping_address_id])
    billing_address: Mapped[Address | None] = relationship(foreign_keys=[billing_address_id])
    channel: Mapped[Channel] = relationship()
    items: Mapped[list["OrderItem"]] = relationship(order_by="OrderItem.id", viewonly=True)


class OrderItem(Base):
    __tablename__ = "order_items"
    state_code: Mapped[str] = mapped_column("state")
    product_id: Mapped[int] = key("products")
    created_date: Mapped[datetime]
    modified_date: Mapped[datetime]
    omnitron_id: Mapped[int]
    net_amount: Mapped[int | None]
    price: Mapped[int | None]
    price_currency: Mapped[str | None]
    retail_price: Mapped[int | None]
    tax_rate: Mapped[int | None]
    tax_amount: Mapped[int | None]
    discount_amount: Mapped[int | None]
    without_net_amount: Mapped[int | None]
    installment_interest_amount: Mapped[int | None]
    attributes: Mapped[dict[str, Any]]
    attributes_kwargs: Mapped[dict[str, Any]]
    image: Mapped[str | None]
    price_list_id: Mapped[int | None] = key("price_lists")
    stock_list_id: Mapped[int | None] = key("stock_lists")
    extra_field: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    parent_omnitron_id: Mapped[int | None]
    order_id: Mapped[int] = key("orders")
    product: Mapped[Product] = relationship()
    price_list: Mapped[PriceList | None] = relationship()
    stock_list: Mapped[StockList | None] = relationship()


class StockLocation(Base):
    __tablename__ = "stock_locations"
    erp_code: Mapped[str]


class StockLogEntry(Base):
    __tablename__ = "stock_log_entries"
    order_number: Mapped[str]
    order_item_id: Mapped[int] = key("order_items")
    stock_location_id: Mapped[int] = key("stock_locations")
    product_id: Mapped[int] = key("products")
    date: Mapped[datetime]
    stock_count: Mapped[int]
    reservation_count: Mapped[int]
    quantity: Mapped[int]
    unit_type: Mapped[str]
    order_item: Mapped[OrderItem] = relationship()
    stock_location: Mapped[StockLocation] = relationship()
    product: Mapped[Product] = relationship()


def _state_of(owner: type[Base], kind: str) -> Any:
    """The state of that code among those of that kind of record."""
    content_type = select(ContentType.id).where(ContentType.model == kind).scalar_subquery()
    same = (State.enum_value == foreign(owner.state_code)) & (State.content_type_id == content_type)  # type: ignore[attr-defined]
    return relationship(State, primaryjoin=same, viewonly=True, uselist=False)


Order.state = _state_of(Order, "order")  # type: ignore[attr-defined]
OrderItem.state = _state_of(OrderItem, "orderitem")  # type: ignore[attr-defined]
