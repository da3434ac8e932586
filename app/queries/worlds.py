"""Builds the World a planning looks at, and the Demand of an order, from the tables.

A fixed number of statements, however many locations, products or orders there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select

from app.config import settings
from app.domain.facts import (
    Demand,
    Discrepancy,
    HeldReservation,
    Line,
    Location,
    LocationType,
    OrderBy,
    Rule,
    Scenario,
    Split,
    StockAnswer,
    World,
    by_place,
)
from app.extensions import db
from app.models.channels import Channel
from app.models.customers import Address
from app.models.geography import City, District
from app.models.inventory_discrepancies import IS_ACTIVE, InventoryDiscrepancy
from app.models.mappings import Mapping as ErpMapping
from app.models.orders import Order, OrderItem
from app.models.packages import IS_UNPACKED, Package, PackageItem, Refusal
from app.models.products import Product
from app.models.reservations import IS_HELD, Reservation
from app.models.scenarios import Rule as RuleRow
from app.models.scenarios import RuleLocation, scenario_channels
from app.models.scenarios import Scenario as ScenarioRow
from app.models.stock import Stock
from app.models.stock_locations import StockLocation

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Reference:
    """Locations (without what is used of their quota) and scenarios: what changes seldom."""

    locations: Mapping[int, Location]
    scenarios: tuple[Scenario, ...]


def reference() -> Reference:
    """Every location and scenario."""
    locations = {row.id: _location(row) for row in db.session.execute(_LOCATIONS)}
    return Reference(locations, _scenarios(locations))


def world(
    product_ids: Collection[int],
    order_item_ids: Collection[int],
    now: datetime,
    known: Reference | None = None,
) -> World:
    """The facts about these products everywhere, and the refusals of these order items, as of `now`.

    `known` saves reading locations and scenarios again inside one transaction.
    """
    found = known or reference()
    used = {code: count for code, count in db.session.execute(_QUOTAS) if code is not None}
    locations = {
        one.erp_code: replace(one, quota=used[one.id]) if one.id in used else one
        for one in found.locations.values()
    }
    codes = {one.id: one.erp_code for one in found.locations.values()}
    skus = skus_of(product_ids)
    return World(
        seen_at=now,
        locations=locations,
        scenarios=found.scenarios,
        stock=_stock(product_ids, codes, skus),
        reservations=_reservations(product_ids, codes, skus),
        discrepancies=_discrepancies(product_ids, codes, skus),
        refusals=_refusals(order_item_ids, codes),
        discrepancy_blocks=settings().discrepancy_blocks_planning,
        orphan_after=settings().reservation_orphan_after,
    )


def skus_of(product_ids: Collection[int]) -> dict[int, str]:
    """SKU by product id."""
    statement = select(Product.id, Product.sku).where(Product.id.in_(product_ids))
    return dict(db.session.execute(statement).all())


def demands(lines_by_order: Mapping[int, Iterable[tuple[int, int]]]) -> dict[int, Demand]:
    """The demand of each order, by order id. Lines are (order item id, hundredths needed)."""
    wanted = {order: list(lines) for order, lines in lines_by_order.items()}
    items = {item for lines in wanted.values() for item, _ in lines}
    statement = (
        select(OrderItem.id, Product.sku)
        .join(Product, Product.id == OrderItem.product_id)
        .where(OrderItem.id.in_(items))
    )
    skus: dict[int, str] = dict(db.session.execute(statement).all())
    return {
        row.id: _demand(row, tuple(Line(item, skus[item], needed) for item, needed in sorted(wanted[row.id])))
        for row in db.session.execute(_ORDERS.where(Order.id.in_(wanted)))
    }


_LOCATIONS = select(
    StockLocation.id,
    StockLocation.erp_code,
    StockLocation.name,
    StockLocation.stock_location_type,
    StockLocation.is_active,
    StockLocation.priority,
    StockLocation.max_quota,
    StockLocation.latitude,
    StockLocation.longitude,
).order_by(StockLocation.erp_code)

_RULES = select(
    RuleRow.id,
    RuleRow.scenario_id,
    RuleRow.name,
    RuleRow.priority,
    RuleRow.stock_location_type,
    RuleRow.order_by,
    RuleRow.select_by_quota,
    RuleRow.split,
).order_by(RuleRow.scenario_id, RuleRow.priority, RuleRow.id)

_QUOTAS = (
    select(Package.stock_location_id, func.count())
    .where(IS_UNPACKED, Package.stock_location_id.is_not(None))
    .group_by(Package.stock_location_id)
)

_ORDERS = (
    select(
        Order.id,
        Order.number,
        Order.date_placed,
        Order.payment_type,
        Order.delivery_type,
        Channel.name.label("channel"),
        func.coalesce(District.latitude, City.latitude).label("latitude"),
        func.coalesce(District.longitude, City.longitude).label("longitude"),
    )
    .join(Channel, Channel.id == Order.channel_id)
    .outerjoin(Address, Address.id == Order.shipping_address_id)
    .outerjoin(District, District.id == Address.district_id)
    .outerjoin(City, City.id == Address.city_id)
)

_HELD = (
    select(
        Reservation.id,
        Reservation.stock_location_id,
        Reservation.product_id,
        Reservation.quantity,
        Reservation.reserved_date,
        Order.id.label("order_id"),
        Order.number.label("order_number"),
        Order.state.label("order_state"),
        Order.date_placed,
        OrderItem.id.label("order_item_id"),
        OrderItem.state.label("item_state"),
        Package.id.label("package_id"),
        Package.state.label("package_state"),
        PackageItem.state.label("package_item_state"),
        ErpMapping.id.label("mapping_id"),
        ErpMapping.created_date.label("mapped_at"),
    )
    .join(OrderItem, OrderItem.id == Reservation.order_item_id)
    .join(Order, Order.id == OrderItem.order_id)
    .outerjoin(PackageItem, PackageItem.id == Reservation.package_item_id)
    .outerjoin(Package, Package.id == PackageItem.package_id)
    .outerjoin(ErpMapping, ErpMapping.order_item_id == OrderItem.id)
    .where(IS_HELD)
    .order_by(Reservation.id)
)


def _location(row: AnyRow) -> Location:
    return Location(
        id=row.id,
        erp_code=row.erp_code,
        name=row.name,
        stock_location_type=LocationType(row.stock_location_type),
        is_active=row.is_active,
        priority=row.priority,
        max_quota=row.max_quota,
        latitude=_degrees(row.latitude),
        longitude=_degrees(row.longitude),
    )


def _degrees(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _scenarios(locations: Mapping[int, Location]) -> tuple[Scenario, ...]:
    channels: dict[int, set[str]] = defaultdict(set)
    names = select(scenario_channels.c.scenario_id, Channel.name).join(
        Channel, Channel.id == scenario_channels.c.channel_id
    )
    for scenario_id, name in db.session.execute(names):
        channels[scenario_id].add(name)
    rules = _rules(locations)
    rows = select(
        ScenarioRow.id,
        ScenarioRow.name,
        ScenarioRow.is_active,
        ScenarioRow.priority,
        ScenarioRow.payment_types,
        ScenarioRow.delivery_types,
    )
    return tuple(
        Scenario(
            id=row.id,
            name=row.name,
            is_active=row.is_active,
            priority=row.priority,
            channels=frozenset(channels[row.id]),
            payment_types=frozenset(row.payment_types),
            delivery_types=frozenset(row.delivery_types),
            rules=tuple(rules[row.id]),
        )
        for row in db.session.execute(rows.order_by(ScenarioRow.id))
    )


def _rules(locations: Mapping[int, Location]) -> dict[int, list[Rule]]:
    listed: dict[int, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    named = select(RuleLocation.rule_id, RuleLocation.stock_location_id, RuleLocation.is_excluded)
    for rule_id, location_id, is_excluded in db.session.execute(named):
        listed[rule_id][bool(is_excluded)].add(locations[location_id].erp_code)
    rules: dict[int, list[Rule]] = defaultdict(list)
    for row in db.session.execute(_RULES):
        rules[row.scenario_id].append(_rule(row, *listed[row.id]))
    return rules


def _rule(row: AnyRow, included: set[str], excluded: set[str]) -> Rule:
    kind = row.stock_location_type
    return Rule(
        id=row.id,
        name=row.name,
        priority=row.priority,
        stock_locations=frozenset(included),
        except_stock_locations=frozenset(excluded),
        stock_location_type=LocationType(kind) if kind else None,
        order_by=OrderBy(row.order_by),
        select_by_quota=row.select_by_quota,
        split=Split(row.split),
    )


def _stock(
    product_ids: Collection[int], codes: Mapping[int, str], skus: Mapping[int, str]
) -> dict[tuple[str, str], StockAnswer]:
    statement = select(
        Stock.stock_location_id, Stock.product_id, Stock.stock_count, Stock.answered_date
    ).where(Stock.product_id.in_(product_ids))
    return {
        (codes[location], skus[product]): StockAnswer(count, answered)
        for location, product, count, answered in db.session.execute(statement)
    }


def _reservations(
    product_ids: Collection[int], codes: Mapping[int, str], skus: Mapping[int, str]
) -> dict[tuple[str, str], tuple[HeldReservation, ...]]:
    rows = db.session.execute(_HELD.where(Reservation.product_id.in_(product_ids)))
    return by_place(
        HeldReservation(
            id=row.id,
            erp_code=codes[row.stock_location_id],
            sku=skus[row.product_id],
            quantity=row.quantity,
            reserved_at=row.reserved_date,
            order_id=row.order_id,
            order_number=row.order_number,
            order_state=row.order_state,
            order_placed_at=row.date_placed,
            order_item_id=row.order_item_id,
            item_state=row.item_state,
            package_id=row.package_id,
            package_state=row.package_state,
            package_item_state=row.package_item_state,
            mapping_id=row.mapping_id,
            mapped_at=row.mapped_at,
        )
        for row in rows
    )


def _discrepancies(
    product_ids: Collection[int], codes: Mapping[int, str], skus: Mapping[int, str]
) -> dict[tuple[str, str], tuple[Discrepancy, ...]]:
    statement = (
        select(
            InventoryDiscrepancy.id,
            InventoryDiscrepancy.stock_location_id,
            InventoryDiscrepancy.product_id,
            InventoryDiscrepancy.reason,
            InventoryDiscrepancy.created_date,
        )
        .where(IS_ACTIVE, InventoryDiscrepancy.product_id.in_(product_ids))
        .order_by(InventoryDiscrepancy.id)
    )
    return by_place(
        Discrepancy(row.id, codes[row.stock_location_id], skus[row.product_id], row.reason, row.created_date)
        for row in db.session.execute(statement)
    )


def _refusals(order_item_ids: Collection[int], codes: Mapping[int, str]) -> frozenset[tuple[int, str]]:
    statement = select(Refusal.order_item_id, Refusal.stock_location_id).where(
        Refusal.order_item_id.in_(order_item_ids)
    )
    return frozenset((item, codes[location]) for item, location in db.session.execute(statement))


def _demand(row: AnyRow, lines: tuple[Line, ...]) -> Demand:
    return Demand(
        order_id=row.id,
        order_number=row.number,
        placed_at=row.date_placed,
        channel=row.channel,
        payment_type=row.payment_type,
        delivery_type=row.delivery_type,
        lines=lines,
        latitude=_degrees(row.latitude),
        longitude=_degrees(row.longitude),
    )
