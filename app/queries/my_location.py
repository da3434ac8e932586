"""What a location has to do: its open packages with their products, and what is reserved there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from app.domain.packages import PackageState
from app.extensions import db
from app.models.channels import Channel
from app.models.orders import Order
from app.models.packages import Package, PackageItem
from app.models.products import Product
from app.models.reservations import IS_HELD, Reservation
from app.queries.product_pictures import FIRST_PICTURE

MOST_SHOWN = 50
"""Packages of one kind on the page; the rest is counted, and reached through the list of packages."""


@dataclass(frozen=True, slots=True)
class PackageLine:
    """A product to be put into a package; `quantity` is hundredths of a unit."""

    package_id: int
    id: int
    sku: str
    name: str
    picture: str | None
    quantity: int


@dataclass(frozen=True, slots=True)
class OpenPackage:
    """A package the location has to do something with."""

    id: int
    number: str
    state: str
    created_date: datetime
    modified_date: datetime
    order_id: int
    order_number: str
    delivery_type: str
    channel: str
    lines: Sequence[PackageLine]


@dataclass(frozen=True, slots=True)
class HeldProduct:
    """How much of a product is reserved there, for how many orders, and since when."""

    sku: str
    name: str
    picture: str | None
    quantity: int
    orders: int
    held_since: datetime


def count_by_state(location_id: int) -> Mapping[str, int]:
    """How many packages the location has in each state."""
    counting = (
        select(Package.state, func.count())
        .where(Package.stock_location_id == location_id)
        .group_by(Package.state)
    )
    return dict(db.session.execute(counting).all())


def open_packages(location_id: int, states: Collection[PackageState]) -> list[OpenPackage]:
    """The oldest packages of the location in these states, at most MOST_SHOWN."""
    rows = db.session.execute(
        select(
            Package.id,
            Package.number,
            Package.state,
            Package.created_date,
            Package.modified_date,
            Order.id,
            Order.number,
            Order.delivery_type,
            Channel.name,
        )
        .join(Order, Order.id == Package.order_id)
        .join(Channel, Channel.id == Order.channel_id)
        .where(Package.stock_location_id == location_id, Package.state.in_(sorted(states)))
        .order_by(Package.created_date, Package.id)
        .limit(MOST_SHOWN)
    ).all()
    lines = _lines([row[0] for row in rows])
    return [OpenPackage(*row, lines.get(row[0], ())) for row in rows]


def held_products(location_id: int) -> list[HeldProduct]:
    """What is reserved at the location, by product, most units first, at most MOST_SHOWN products."""
    units = func.sum(Reservation.quantity)
    rows = db.session.execute(
        select(
            Product.sku,
            Product.name,
            FIRST_PICTURE,
            units,
            func.count(func.distinct(Reservation.order_item_id)),
            func.min(Reservation.reserved_date),
        )
        .join(Product, Product.id == Reservation.product_id)
        .where(Reservation.stock_location_id == location_id, IS_HELD)
        .group_by(Product.id, Product.sku, Product.name)
        .order_by(units.desc(), Product.sku)
        .limit(MOST_SHOWN)
    )
    return [HeldProduct(*row) for row in rows]


def _lines(package_ids: Collection[int]) -> Mapping[int, list[PackageLine]]:
    found: dict[int, list[PackageLine]] = defaultdict(list)
    for row in db.session.execute(_LINES.where(PackageItem.package_id.in_(package_ids))):
        found[row.package_id].append(PackageLine(*row))
    return found


_LINES: Select[*tuple[Any, ...]] = (
    select(
        PackageItem.package_id,
        PackageItem.id,
        Product.sku,
        Product.name,
        FIRST_PICTURE,
        PackageItem.quantity,
    )
    .join(Product, Product.id == PackageItem.product_id)
    .where(PackageItem.state != PackageState.CANCELLED)
    .order_by(PackageItem.id)
)
