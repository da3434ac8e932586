"""Orders and their items, with every field the API shows. States are codes of app.domain.orders."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.orders import ItemState, OrderState
from app.extensions import Base
from app.models.cargo_companies import CargoCompany
from app.models.channels import Channel
from app.models.columns import (
    Hundredths,
    KeyText,
    OptionalJson,
    Timestamps,
    UtcDateTime,
    known,
    primary_key,
    reference,
)
from app.models.customers import Address, Customer
from app.models.products import PriceList, Product, StockList


class Order(Timestamps, Base):
    """A customer's order. Amounts are hundredths of `currency`."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("channel_id", "number"),
        UniqueConstraint("channel_id", "omnitron_id"),
        known("state", OrderState),
        # One for every filter and sort of the lists; the id makes pages of equal keys stable.
        Index("ix_orders_number", "number", "id"),
        Index("ix_orders_state", "state", "id"),
        Index("ix_orders_channel_id", "channel_id", "id"),
        Index("ix_orders_customer_id", "customer_id", "id"),
        Index("ix_orders_payment_type", "payment_type", "id"),
        Index("ix_orders_delivery_type", "delivery_type", "id"),
        Index("ix_orders_date_placed", "date_placed", "id"),
        Index("ix_orders_created_date", "created_date", "id"),
        Index("ix_orders_modified_date", "modified_date", "id"),
    )

    id: Mapped[int] = primary_key()
    omnitron_id: Mapped[int | None] = mapped_column(BigInteger)
    number: Mapped[str] = mapped_column(KeyText(100))
    state: Mapped[str] = mapped_column(KeyText(20))
    channel_id: Mapped[int] = reference("channels.id")
    customer_id: Mapped[int | None] = reference("customers.id")
    shipping_address_id: Mapped[int | None] = reference("addresses.id", index=True)
    billing_address_id: Mapped[int | None] = reference("addresses.id", index=True)
    cargo_company_id: Mapped[int | None] = reference("cargo_companies.id", index=True)
    payment_type: Mapped[str] = mapped_column(KeyText(50))
    delivery_type: Mapped[str] = mapped_column(KeyText(50))
    client_type: Mapped[str] = mapped_column(KeyText(50), default="default")
    retail_store: Mapped[str | None] = mapped_column(KeyText(255))
    delivery_range: Mapped[str | None] = mapped_column(KeyText(255))
    segment: Mapped[str | None] = mapped_column(KeyText(255))
    date_placed: Mapped[datetime] = mapped_column(UtcDateTime)
    tracking_number: Mapped[str | None] = mapped_column(KeyText(255))
    has_gift_box: Mapped[bool] = mapped_column(default=False)
    gift_box_note: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str | None] = mapped_column(KeyText(10))
    amount: Mapped[int | None] = mapped_column(Hundredths)
    shipping_amount: Mapped[int | None] = mapped_column(Hundredths)
    discount_amount: Mapped[int | None] = mapped_column(Hundredths)

    channel: Mapped[Channel] = relationship(lazy="raise")
    customer: Mapped[Customer | None] = relationship(lazy="raise")
    shipping_address: Mapped[Address | None] = relationship(
        foreign_keys="Order.shipping_address_id", lazy="raise"
    )
    billing_address: Mapped[Address | None] = relationship(
        foreign_keys="Order.billing_address_id", lazy="raise"
    )
    cargo_company: Mapped[CargoCompany | None] = relationship(lazy="raise")
    items: Mapped[list["OrderItem"]] = relationship(
        back_populates="order", lazy="raise", order_by="OrderItem.id"
    )


class OrderItem(Timestamps, Base):
    """One line of an order. `quantity` is hundredths of a unit, `tax_rate` hundredths of a percent."""

    __tablename__ = "order_items"
    __table_args__ = (
        known("state", ItemState),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("ix_order_items_order_id", "order_id", "id"),
        Index("ix_order_items_product_id", "product_id", "order_id"),
    )

    id: Mapped[int] = primary_key()
    omnitron_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    order_id: Mapped[int] = reference("orders.id")
    product_id: Mapped[int] = reference("products.id")
    state: Mapped[str] = mapped_column(KeyText(20))
    quantity: Mapped[int] = mapped_column(Hundredths)
    net_amount: Mapped[int | None] = mapped_column(Hundredths)
    price: Mapped[int | None] = mapped_column(Hundredths)
    price_currency: Mapped[str | None] = mapped_column(KeyText(10))
    retail_price: Mapped[int | None] = mapped_column(Hundredths)
    tax_rate: Mapped[int | None] = mapped_column(Hundredths)
    tax_amount: Mapped[int | None] = mapped_column(Hundredths)
    discount_amount: Mapped[int | None] = mapped_column(Hundredths)
    without_net_amount: Mapped[int | None] = mapped_column(Hundredths)
    installment_interest_amount: Mapped[int | None] = mapped_column(Hundredths)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    attributes_kwargs: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    image: Mapped[str | None] = mapped_column(Text)
    price_list_id: Mapped[int | None] = reference("price_lists.id", index=True)
    stock_list_id: Mapped[int | None] = reference("stock_lists.id", index=True)
    extra_field: Mapped[dict[str, Any] | None] = mapped_column(OptionalJson)
    parent_omnitron_id: Mapped[int | None] = mapped_column(BigInteger)

    order: Mapped[Order] = relationship(back_populates="items", lazy="raise")
    product: Mapped[Product] = relationship(lazy="raise")
    price_list: Mapped[PriceList | None] = relationship(lazy="raise")
    stock_list: Mapped[StockList | None] = relationship(lazy="raise")
