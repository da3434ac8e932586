"""What belongs to an order: items, packages, reservations, mappings and refusals, one statement each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from app.extensions import db
from app.models.execution_plans import PlanAttempt
from app.models.mappings import Mapping
from app.models.orders import OrderItem
from app.models.packages import Package, PackageItem, Refusal
from app.models.products import Product, ProductImage
from app.models.reservations import Reservation
from app.models.stock_locations import StockLocation
from app.queries import visibility
from app.queries.visibility import Own


@dataclass(frozen=True, slots=True)
class ItemView:
    """A line of the order. `quantity` is hundredths of a unit, amounts hundredths of `currency`."""

    id: int
    omnitron_id: int
    product_id: int
    sku: str
    name: str
    picture: str | None
    quantity: int
    state: str
    price: int | None
    net_amount: int | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class PackageView:
    """A package of the order; `attempt` is the number of the attempt that made it."""

    id: int
    number: str
    state: str
    erp_code: str | None
    location_name: str | None
    attempt: int | None
    cause: str | None
    cause_determined: bool | None
    cause_checked_at: datetime | None
    cause_stale: bool
    reason: str | None
    created_date: datetime
    modified_date: datetime


@dataclass(frozen=True, slots=True)
class PackageItemView:
    """A line of a package; `superseded_by_id` is the package item that serves it instead, if there is one."""

    id: int
    package_id: int
    order_item_id: int
    quantity: int
    state: str
    superseded_by_id: int | None


@dataclass(frozen=True, slots=True)
class ReservationView:
    """Units of an item held, or once held, at a location."""

    id: int
    order_item_id: int
    erp_code: str
    location_name: str
    quantity: int
    state: str
    reserved_date: datetime
    released_date: datetime | None
    release_reason: str | None


@dataclass(frozen=True, slots=True)
class MappingView:
    """The ERP's id of an item."""

    order_item_id: int
    code: str
    update_stock: bool
    created_date: datetime


@dataclass(frozen=True, slots=True)
class RefusalView:
    """A location that refused an item, and why."""

    order_item_id: int
    erp_code: str
    location_name: str
    reason: str
    refused_date: datetime


def items(order_id: int) -> list[ItemView]:
    """The lines of the order, with the first picture of each product."""
    picture = (
        select(ProductImage.url)
        .where(ProductImage.product_id == Product.id)
        .order_by(ProductImage.position, ProductImage.id)
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            OrderItem.id,
            OrderItem.omnitron_id,
            Product.id,
            Product.sku,
            Product.name,
            picture,
            OrderItem.quantity,
            OrderItem.state,
            OrderItem.price,
            OrderItem.net_amount,
            OrderItem.price_currency,
        )
        .join(Product, Product.id == OrderItem.product_id)
        .where(OrderItem.order_id == order_id)
        .order_by(OrderItem.id)
    )
    return [ItemView(*row) for row in rows]


def packages(order_id: int, own: Own = None) -> list[PackageView]:
    """The packages of the order that may be seen, as they were made, cancelled ones too."""
    seen = [Package.order_id == order_id, *visibility.packages(own)]
    rows = db.session.execute(_PACKAGES.where(*seen).order_by(Package.id))
    return [PackageView(*row) for row in rows]


def package_items(order_id: int) -> list[PackageItemView]:
    """The lines of all packages of the order."""
    rows = db.session.execute(
        select(
            PackageItem.id,
            PackageItem.package_id,
            PackageItem.order_item_id,
            PackageItem.quantity,
            PackageItem.state,
            PackageItem.superseded_by_id,
        )
        .join(OrderItem, OrderItem.id == PackageItem.order_item_id)
        .where(OrderItem.order_id == order_id)
        .order_by(PackageItem.id)
    )
    return [PackageItemView(*row) for row in rows]


def reservations(order_id: int, own: Own = None) -> list[ReservationView]:
    """Every reservation ever made for the order that may be seen, held and released."""
    rows = db.session.execute(
        select(
            Reservation.id,
            Reservation.order_item_id,
            StockLocation.erp_code,
            StockLocation.name,
            Reservation.quantity,
            Reservation.state,
            Reservation.reserved_date,
            Reservation.released_date,
            Reservation.release_reason,
        )
        .join(OrderItem, OrderItem.id == Reservation.order_item_id)
        .join(StockLocation, StockLocation.id == Reservation.stock_location_id)
        .where(OrderItem.order_id == order_id, *visibility.reservations(own))
        .order_by(Reservation.id)
    )
    return [ReservationView(*row) for row in rows]


def mappings(order_id: int) -> list[MappingView]:
    """Which items the ERP has registered."""
    rows = db.session.execute(
        select(Mapping.order_item_id, Mapping.code, Mapping.update_stock, Mapping.created_date)
        .join(OrderItem, OrderItem.id == Mapping.order_item_id)
        .where(OrderItem.order_id == order_id)
        .order_by(Mapping.id)
    )
    return [MappingView(*row) for row in rows]


def refusals(order_id: int, own: Own = None) -> list[RefusalView]:
    """Which locations, of those that may be seen, refused items of the order."""
    rows = db.session.execute(
        select(
            Refusal.order_item_id,
            StockLocation.erp_code,
            StockLocation.name,
            Refusal.reason,
            Refusal.refused_date,
        )
        .join(OrderItem, OrderItem.id == Refusal.order_item_id)
        .join(StockLocation, StockLocation.id == Refusal.stock_location_id)
        .where(OrderItem.order_id == order_id, *visibility.stock_locations(own))
        .order_by(Refusal.id)
    )
    return [RefusalView(*row) for row in rows]


_PACKAGES: Select[*tuple[Any, ...]] = (
    select(
        Package.id,
        Package.number,
        Package.state,
        StockLocation.erp_code,
        StockLocation.name,
        PlanAttempt.number,
        Package.cause,
        Package.cause_determined,
        Package.cause_checked_at,
        Package.cause_stale,
        Package.reason,
        Package.created_date,
        Package.modified_date,
    )
    .outerjoin(StockLocation, StockLocation.id == Package.stock_location_id)
    .outerjoin(PlanAttempt, PlanAttempt.id == Package.attempt_id)
)
