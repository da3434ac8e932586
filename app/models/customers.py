"""Customers of a channel and their addresses."""

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.models.channels import Channel
from app.models.columns import KeyText, Timestamps, primary_key, reference
from app.models.geography import City, Country, District, Township


class Customer(Timestamps, Base):
    """Who ordered. `search_name` is the name folded by app.domain.folding, for searching."""

    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("channel_id", "omnitron_id"),
        Index("ix_customers_search_name", "search_name", "id"),
        Index("ix_customers_email", "email"),
    )

    id: Mapped[int] = primary_key()
    channel_id: Mapped[int] = reference("channels.id")
    omnitron_id: Mapped[int | None] = mapped_column(BigInteger)
    email: Mapped[str | None] = mapped_column(KeyText(254))
    first_name: Mapped[str | None] = mapped_column(KeyText(255))
    last_name: Mapped[str | None] = mapped_column(KeyText(255))
    phone_number: Mapped[str | None] = mapped_column(KeyText(50))
    erp_code: Mapped[str | None] = mapped_column(KeyText(100))
    search_name: Mapped[str] = mapped_column(KeyText(512), default="")

    channel: Mapped[Channel] = relationship(lazy="raise")


class Address(Timestamps, Base):
    """Where an order is sent or billed to."""

    __tablename__ = "addresses"
    __table_args__ = (UniqueConstraint("customer_id", "omnitron_id"),)

    id: Mapped[int] = primary_key()
    customer_id: Mapped[int] = reference("customers.id")
    country_id: Mapped[int | None] = reference("countries.id", index=True)
    city_id: Mapped[int | None] = reference("cities.id", index=True)
    township_id: Mapped[int | None] = reference("townships.id", index=True)
    district_id: Mapped[int | None] = reference("districts.id", index=True)
    address_type: Mapped[str] = mapped_column(KeyText(50), default="customer")
    omnitron_id: Mapped[int | None] = mapped_column(BigInteger)
    mapping: Mapped[str | None] = mapped_column(KeyText(255))
    title: Mapped[str | None] = mapped_column(KeyText(255))
    is_active: Mapped[bool] = mapped_column(default=True)
    line: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(KeyText(50))
    notes: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(KeyText(254))
    phone_number: Mapped[str | None] = mapped_column(KeyText(50))
    first_name: Mapped[str | None] = mapped_column(KeyText(255))
    last_name: Mapped[str | None] = mapped_column(KeyText(255))
    company_name: Mapped[str | None] = mapped_column(KeyText(255), default="")
    tax_office: Mapped[str | None] = mapped_column(KeyText(255), default="")
    tax_no: Mapped[str | None] = mapped_column(KeyText(50), default="")
    e_bill_taxpayer: Mapped[bool] = mapped_column(default=False)

    customer: Mapped[Customer] = relationship(lazy="raise")
    country: Mapped[Country | None] = relationship(lazy="raise")
    city: Mapped[City | None] = relationship(lazy="raise")
    township: Mapped[Township | None] = relationship(lazy="raise")
    district: Mapped[District | None] = relationship(lazy="raise")
