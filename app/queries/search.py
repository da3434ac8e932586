"""What the search box finds: a few orders, packages, customers, products and locations."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.domain.folding import fold
from app.extensions import db
from app.models.channels import Channel
from app.models.customers import Customer
from app.models.orders import Order
from app.models.packages import Package
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.queries import visibility
from app.queries.text_search import starts_with

SHORTEST = 2
"""Characters from which it is worth asking: one finds too much."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: `name` is what it is called, `note` tells it from others, `state` its code."""

    id: int
    name: str
    note: str
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The best of each kind."""

    orders: list[Hit]
    packages: list[Hit]
    customers: list[Hit]
    products: list[Hit]
    locations: list[Hit]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was found at all."""
        return not any((self.orders, self.packages, self.customers, self.products, self.locations))


def find(text: str, most: int, own: visibility.Own = None) -> Found:
    """At most so many of each kind, of those that may be seen.

    Numbers, SKUs and codes by their start as typed or in capitals; customers whose name holds every word,
    locations whose name or code does, however either is written.
    """
    text = text.strip()
    if len(text) < SHORTEST:
        return Found([], [], [], [], [])
    return Found(
        _orders(text, most, own),
        _packages(text, most, own),
        _customers(text, most, own),
        _products(text, most),
        _locations(text, most, own),
    )


def exact_orders(number: str, own: visibility.Own = None) -> list[int]:
    """The ids of the orders of exactly that number that may be seen; several channels may have one."""
    statement = select(Order.id).where(Order.number == number, *visibility.orders(own)).order_by(Order.id)
    return list(db.session.execute(statement).scalars())


def _orders(text: str, most: int, own: visibility.Own) -> list[Hit]:
    rows = db.session.execute(
        select(Order.id, Order.number, Channel.name, Order.state)
        .join(Channel, Channel.id == Order.channel_id)
        .where(starts_with(Order.number, text), *visibility.orders(own))
        .order_by(Order.number, Order.id)
        .limit(most)
    )
    return [Hit(*row) for row in rows]


def _packages(text: str, most: int, own: visibility.Own) -> list[Hit]:
    rows = db.session.execute(
        select(Package.id, Package.number, StockLocation.name, Package.state)
        .outerjoin(StockLocation, StockLocation.id == Package.stock_location_id)
        .where(starts_with(Package.number, text), *visibility.packages(own))
        .order_by(Package.number, Package.id)
        .limit(most)
    )
    return [Hit(row[0], row[1], row[2] or "", row[3]) for row in rows]


def _customers(text: str, most: int, own: visibility.Own) -> list[Hit]:
    words = fold(text).split()
    if not words:
        return []
    named = [Customer.search_name.contains(word, autoescape=True) for word in words]
    seen = []
    if own is not None:
        seen = [Customer.id.in_(select(Order.customer_id).where(*visibility.orders(own)))]
    rows = db.session.execute(
        select(Customer.id, Customer.first_name, Customer.last_name, Channel.name)
        .join(Channel, Channel.id == Customer.channel_id)
        .where(*named, *seen)
        .order_by(Customer.search_name, Customer.id)
        .limit(most)
    )
    return [Hit(row[0], " ".join(filter(None, row[1:3])), row[3]) for row in rows]


def _products(text: str, most: int) -> list[Hit]:
    rows = db.session.execute(
        select(Product.id, Product.sku, Product.name)
        .where(starts_with(Product.sku, text))
        .order_by(Product.sku)
        .limit(most)
    )
    return [Hit(*row) for row in rows]


def _locations(text: str, most: int, own: visibility.Own) -> list[Hit]:
    """Locations are few: their names are folded when they are looked through."""
    words = fold(text).split()
    rows = db.session.execute(
        select(StockLocation.id, StockLocation.name, StockLocation.erp_code)
        .where(*visibility.stock_locations(own))
        .order_by(StockLocation.name, StockLocation.id)
    )
    hits = (Hit(*row) for row in rows)
    found = [one for one in hits if all(word in fold(one.name, one.note) for word in words)] if words else []
    return found[:most]
