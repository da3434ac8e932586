"""The head of an order: what it is, who ordered it, and where it goes.

A channel's configuration holds secrets and is never read here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from app.domain.errors import NotFound
from app.extensions import db
from app.models.cargo_companies import CargoCompany
from app.models.channels import Channel
from app.models.customers import Address, Customer
from app.models.geography import City, Country, District, Township
from app.models.orders import Order
from app.queries import visibility
from app.queries.visibility import Own


@dataclass(frozen=True, slots=True)
class OrderMatch:
    """An order that bears a number; several channels may use the same one (D19)."""

    id: int
    number: str
    channel: str
    state: str
    date_placed: datetime


@dataclass(frozen=True, slots=True)
class OrderHead:
    """The order itself with its channel, customer and carrier. Amounts are hundredths of `currency`."""

    id: int
    omnitron_id: int | None
    number: str
    state: str
    channel: str
    payment_type: str
    delivery_type: str
    client_type: str
    retail_store: str | None
    delivery_range: str | None
    date_placed: datetime
    created_date: datetime
    modified_date: datetime
    tracking_number: str | None
    has_gift_box: bool
    gift_box_note: str | None
    notes: str | None
    currency: str | None
    amount: int | None
    shipping_amount: int | None
    discount_amount: int | None
    shipping_address_id: int | None
    billing_address_id: int | None
    first_name: str | None
    last_name: str | None
    email: str | None
    phone_number: str | None
    cargo_company: str | None

    @property
    def customer(self) -> str:
        """The customer's whole name, empty when there is none."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass(frozen=True, slots=True)
class AddressView:
    """Where an order is sent or billed to."""

    id: int
    title: str | None
    first_name: str | None
    last_name: str | None
    company_name: str | None
    line: str | None
    postcode: str | None
    phone_number: str | None
    district: str | None
    township: str | None
    city: str | None
    country: str | None

    @property
    def recipient(self) -> str:
        """Who receives it there."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    @property
    def places(self) -> str:
        """From the district up to the country."""
        names = (self.district, self.township, self.city, self.country)
        return ", ".join(dict.fromkeys(name for name in names if name))


def list_orders_of_number(number: str, own: Own = None) -> list[OrderMatch]:
    """The orders of exactly that number that may be seen, by channel."""
    rows = db.session.execute(
        select(Order.id, Order.number, Channel.name, Order.state, Order.date_placed)
        .join(Channel, Channel.id == Order.channel_id)
        .where(Order.number == number, *visibility.orders(own))
        .order_by(Channel.name)
    )
    return [OrderMatch(*row) for row in rows]


def get_head(order_id: int, own: Own = None) -> OrderHead:
    """The order of that id. Raises NotFound, also for one that may not be seen."""
    seen = [Order.id == order_id, *visibility.orders(own)]
    row = db.session.execute(_HEAD.where(*seen)).one_or_none()
    if row is None:
        raise NotFound("order", order_id)
    return OrderHead(*row)


def addresses(head: OrderHead) -> Mapping[int, AddressView]:
    """The order's addresses by id: one where it is sent to where it is billed."""
    ids = {one for one in (head.shipping_address_id, head.billing_address_id) if one is not None}
    rows = db.session.execute(_ADDRESSES.where(Address.id.in_(ids)))
    return {row.id: AddressView(*row) for row in rows}


_HEAD: Select[*tuple[Any, ...]] = (
    select(
        Order.id,
        Order.omnitron_id,
        Order.number,
        Order.state,
        Channel.name,
        Order.payment_type,
        Order.delivery_type,
        Order.client_type,
        Order.retail_store,
        Order.delivery_range,
        Order.date_placed,
        Order.created_date,
        Order.modified_date,
        Order.tracking_number,
        Order.has_gift_box,
        Order.gift_box_note,
        Order.notes,
        Order.currency,
        Order.amount,
        Order.shipping_amount,
        Order.discount_amount,
        Order.shipping_address_id,
        Order.billing_address_id,
        Customer.first_name,
        Customer.last_name,
        Customer.email,
        Customer.phone_number,
        CargoCompany.name,
    )
    .join(Channel, Channel.id == Order.channel_id)
    .outerjoin(Customer, Customer.id == Order.customer_id)
    .outerjoin(CargoCompany, CargoCompany.id == Order.cargo_company_id)
)

_ADDRESSES: Select[*tuple[Any, ...]] = (
    select(
        Address.id,
        Address.title,
        Address.first_name,
        Address.last_name,
        Address.company_name,
        Address.line,
        Address.postcode,
        Address.phone_number,
        District.name,
        Township.name,
        City.name,
        Country.name,
    )
    .outerjoin(District, District.id == Address.district_id)
    .outerjoin(Township, Township.id == Address.township_id)
    .outerjoin(City, City.id == Address.city_id)
    .outerjoin(Country, Country.id == Address.country_id)
)
