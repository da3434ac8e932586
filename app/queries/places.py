"""What is known of one product at one location: count, holders, reports, and how it moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.domain.diagnosis.looks import Holder, holders_at
from app.domain.errors import NotFound
from app.domain.facts import World
from app.extensions import db
from app.models.facts import Fact
from app.models.inventory_discrepancies import InventoryDiscrepancy
from app.models.mappings import Mapping
from app.models.orders import Order, OrderItem
from app.models.products import Product, ProductImage
from app.models.reservations import Reservation
from app.models.stock_locations import StockLocation
from app.queries import visibility, worlds

MOST_POINTS = 2_000
SHOWN_REPORTS = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A product at a location, by its names and ids."""

    stock_location_id: int
    erp_code: str
    location_name: str
    product_id: int
    sku: str
    product_name: str
    picture: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """An inventory discrepancy."""

    id: int
    reason: str
    is_active: bool
    created_date: datetime
    modified_date: datetime
    reported_by: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Movement:
    """From this instant on the location counted and held so much; None before the first answer."""

    at: datetime
    stock_count: int | None
    reservation_count: int


@dataclass(frozen=True, slots=True)
class Marker:
    """An event worth a line in the chart: an order registered in the ERP."""

    at: datetime
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Everything the place page shows."""

    place: Place
    world: World
    holders: Sequence[Holder]
    reports: Sequence[Report]


def find_place(erp_code: str, sku: str, own: visibility.Own = None) -> Place:
    """The place by its codes. Raises NotFound when either is unknown, or the location may not be seen."""
    picture = (
        select(ProductImage.url)
        .where(ProductImage.product_id == Product.id)
        .order_by(ProductImage.position, ProductImage.id)
        .limit(1)
        .scalar_subquery()
    )
    row = db.session.execute(
        select(
            StockLocation.id,
            StockLocation.erp_code,
            StockLocation.name,
            Product.id,
            Product.sku,
            Product.name,
            picture,
        )
        .join_from(StockLocation, Product, Product.sku == sku)
        .where(StockLocation.erp_code == erp_code, *visibility.stock_locations(own))
    ).one_or_none()
    if row is None:
        raise NotFound("place", f"{erp_code} {sku}")
    return Place(*row)


def show_place(erp_code: str, sku: str, now: datetime, own: visibility.Own = None) -> PlaceView:
    """Who holds units of the product there, and what was reported about it. Raises as find_place() does."""
    place = find_place(erp_code, sku, own)
    world = worlds.world([place.product_id], [], now)
    reports = db.session.execute(
        select(
            InventoryDiscrepancy.id,
            InventoryDiscrepancy.reason,
            InventoryDiscrepancy.is_active,
            InventoryDiscrepancy.created_date,
            InventoryDiscrepancy.modified_date,
            InventoryDiscrepancy.reported_by,
            InventoryDiscrepancy.note,
        )
        .where(
            InventoryDiscrepancy.stock_location_id == place.stock_location_id,
            InventoryDiscrepancy.product_id == place.product_id,
            InventoryDiscrepancy.removed_date.is_(None),
        )
        .order_by(InventoryDiscrepancy.created_date.desc(), InventoryDiscrepancy.id.desc())
        .limit(SHOWN_REPORTS)
    )
    return PlaceView(place, world, holders_at(world, erp_code, sku), [Report(*row) for row in reports])


def movements(place: Place, now: datetime, days: int = 30) -> list[Movement]:
    """How count and reservations moved in the last days, oldest first, one entry a moment something changed.

    Rests on the journal's stock answers and on when reservations were made and released.
    """
    since = now - timedelta(days=days)
    changes = [*_answers(place), *_holds(place)]
    changes.sort(key=lambda change: change[0])
    count: int | None = None
    held = 0
    found: list[Movement] = []
    for at, kind, amount in changes:
        if kind == "count":
            count = amount
        else:
            held += amount
        if found and found[-1].at == at:
            found.pop()
        found.append(Movement(at, count, held))
    return _window(found, since, now)


def markers(place: Place, now: datetime, days: int = 30) -> list[Marker]:
    """When orders that hold or held units there were registered in the ERP, in the last days."""
    rows = db.session.execute(
        select(Mapping.created_date, Order.number)
        .join(OrderItem, OrderItem.id == Mapping.order_item_id)
        .join(Order, Order.id == OrderItem.order_id)
        .join(Reservation, Reservation.order_item_id == OrderItem.id)
        .where(
            Reservation.stock_location_id == place.stock_location_id,
            Reservation.product_id == place.product_id,
            Mapping.created_date >= now - timedelta(days=days),
        )
        .order_by(Mapping.created_date)
        .limit(SHOWN_REPORTS)
    )
    return [Marker(at, "mapping", number) for at, number in rows]


Change = tuple[datetime, str, int]


def _answers(place: Place) -> list[Change]:
    rows = db.session.execute(
        select(Fact.at, Fact.body)
        .where(
            Fact.stock_location_id == place.stock_location_id,
            Fact.product_id == place.product_id,
            Fact.kind == "stock",
        )
        .order_by(Fact.at.desc())
        .limit(MOST_POINTS)
    )
    return [(at, "count", _hundredths(body["stock_count"])) for at, body in rows]


def _hundredths(text: Any) -> int:
    whole, _, part = str(text).partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def _holds(place: Place) -> list[Change]:
    rows = db.session.execute(
        select(Reservation.reserved_date, Reservation.released_date, Reservation.quantity)
        .where(
            Reservation.stock_location_id == place.stock_location_id,
            Reservation.product_id == place.product_id,
        )
        .order_by(Reservation.id.desc())
        .limit(MOST_POINTS)
    )
    changes: list[Change] = []
    for reserved, released, quantity in rows:
        changes.append((reserved, "held", quantity))
        if released is not None:
            changes.append((released, "held", -quantity))
    return changes


def _window(found: list[Movement], since: datetime, now: datetime) -> list[Movement]:
    """The part since then, beginning with what held at that moment and ending now."""
    before = [one for one in found if one.at < since]
    shown = [one for one in found if one.at >= since]
    if before:
        shown.insert(0, Movement(since, before[-1].stock_count, before[-1].reservation_count))
    if shown:
        shown.append(Movement(now, shown[-1].stock_count, shown[-1].reservation_count))
    return shown
