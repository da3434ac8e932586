"""Puts a made-up shop of waiting packages into the tables, as its services would have left them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from app.domain.facts import Demand, HeldReservation, Location, Rule, World
from app.extensions import db
from app.models.channels import Channel
from app.models.customers import Address, Customer
from app.models.geography import City, Country, District, Township
from app.models.inventory_discrepancies import InventoryDiscrepancy
from app.models.mappings import Mapping
from app.models.orders import Order, OrderItem
from app.models.packages import Package, PackageItem
from app.models.products import Product
from app.models.reservations import Reservation
from app.models.scenarios import Rule as RuleRow
from app.models.scenarios import RuleLocation, Scenario, scenario_channels
from app.models.stock import Stock
from app.models.stock_locations import StockLocation
from app.services.unit_of_work import unit_of_work
from bench.waiting_world import DISTRICTS, WaitingShop, district

Row = dict[str, Any]
CHANNELS = {"Web": 1, "App": 2, "Marketplace": 3, "Kiosk": 4}
CAUSES = ("out_of_stock_everywhere", "outside_scenario", "stale_reservation", "reserved_by_others")


def store(shop: WaitingShop) -> None:
    """Store all of it in an empty, migrated database. Needs an application context."""
    world = shop.world
    products = {sku: number for number, sku in enumerate(sorted({sku for _, sku in world.stock}), start=1)}
    held = [one for found in world.reservations.values() for one in found]
    with unit_of_work(exclusive=True):
        _fill(Channel, ({"id": number, "name": name} for name, number in CHANNELS.items()))
        _geography()
        _fill(Product, ({"id": number, "sku": sku, "name": sku} for sku, number in products.items()))
        _fill(StockLocation, map(_location, world.locations.values()))
        _scenarios(world)
        _fill(Stock, _stocks(world, products))
        _waiting(shop.queue, products)
        _earlier(held, products, world)
        _fill(InventoryDiscrepancy, _reports(world, products))


def _fill(table: Any, rows: Iterable[Row]) -> None:
    found = list(rows)
    if found:
        db.session.execute(insert(table), found)


def _geography() -> None:
    _fill(Country, [{"id": 1, "name": "Türkiye", "code": "tr"}])
    _fill(City, [{"id": 1, "name": "Everywhere", "country_id": 1}])
    _fill(Township, [{"id": 1, "name": "Everywhere", "city_id": 1}])
    places = ((number, *district(number)) for number in range(DISTRICTS))
    _fill(
        District,
        (
            {
                "id": number + 1,
                "name": f"District {number}",
                "city_id": 1,
                "township_id": 1,
                "latitude": _degrees(latitude),
                "longitude": _degrees(longitude),
            }
            for number, latitude, longitude in places
        ),
    )
    _fill(Customer, [{"id": 1, "channel_id": 1}])
    _fill(
        Address,
        ({"id": number, "customer_id": 1, "district_id": number} for number in range(1, DISTRICTS + 1)),
    )


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 4)))


def _location(one: Location) -> Row:
    return {
        "id": one.id,
        "erp_code": one.erp_code,
        "name": one.name,
        "stock_location_type": one.stock_location_type.value,
        "is_active": one.is_active,
        "priority": one.priority,
        "max_quota": one.max_quota,
        "latitude": _degrees(one.latitude),
        "longitude": _degrees(one.longitude),
    }


def _scenarios(world: World) -> None:
    for one in world.scenarios:
        _fill(
            Scenario,
            [{"id": one.id, "name": one.name, "is_active": one.is_active, "priority": one.priority}],
        )
        _fill(
            scenario_channels,
            ({"scenario_id": one.id, "channel_id": CHANNELS[name]} for name in sorted(one.channels)),
        )
        _fill(RuleRow, (_rule(one.id, rule) for rule in one.rules))
        for rule in one.rules:
            listed = (world.locations[code].id for code in sorted(rule.stock_locations))
            _fill(RuleLocation, ({"rule_id": rule.id, "stock_location_id": number} for number in listed))


def _rule(scenario_id: int, rule: Rule) -> Row:
    kind = rule.stock_location_type
    return {
        "id": rule.id,
        "scenario_id": scenario_id,
        "name": rule.name,
        "priority": rule.priority,
        "stock_location_type": kind.value if kind else None,
        "order_by": rule.order_by.value,
        "select_by_quota": rule.select_by_quota,
        "split": rule.split.value,
    }


def _stocks(world: World, products: dict[str, int]) -> Iterator[Row]:
    for (code, sku), answer in world.stock.items():
        yield {
            "product_id": products[sku],
            "stock_location_id": world.locations[code].id,
            "stock_count": answer.stock_count,
            "answered_date": answer.answered_at,
        }


def _waiting(queue: list[Demand], products: dict[str, int]) -> None:
    """Their orders, and one open out-of-stock package each."""
    lines = [(demand, line) for demand in queue for line in demand.lines]
    _fill(
        Order,
        (
            _order(one.order_id, "400", one.placed_at)
            | {
                "channel_id": CHANNELS[one.channel],
                "payment_type": one.payment_type,
                "delivery_type": one.delivery_type,
                "shipping_address_id": _district_of(one),
            }
            for one in queue
        ),
    )
    _fill(
        OrderItem,
        (
            _item(one.order_item_id, demand.order_id, products[one.sku], "400", one.needed)
            for demand, one in lines
        ),
    )
    _fill(
        Package,
        (
            {
                "id": one.order_id,
                "order_id": one.order_id,
                "number": f"{one.order_number}-1",
                "state": "920",
                "cause": CAUSES[one.order_id % len(CAUSES)],
                "cause_determined": True,
                "cause_checked_at": one.placed_at,
            }
            for one in queue
        ),
    )
    _fill(
        PackageItem,
        (
            _package_item(one.order_item_id, demand.order_id, products[one.sku], one.needed, "920")
            for demand, one in lines
        ),
    )


def _district_of(demand: Demand) -> int:
    """Districts differ in where they lie, so that tells the number."""
    places = {district(number): number + 1 for number in range(DISTRICTS)}
    return places[demand.latitude or 0.0, demand.longitude or 0.0]


def _earlier(held: list[HeldReservation], products: dict[str, int], world: World) -> None:
    """The orders that hold units; where they wait in a package, with that package."""
    _fill(Order, (_order(one.order_id, one.order_state, one.order_placed_at) for one in held))
    _fill(
        OrderItem,
        (
            _item(one.order_item_id, one.order_id, products[one.sku], one.item_state, one.quantity)
            for one in held
        ),
    )
    packed = [one for one in held if one.package_id is not None]
    _fill(
        Package,
        (
            {
                "id": one.package_id,
                "order_id": one.order_id,
                "number": f"{one.order_number}-1",
                "state": one.package_state,
                "stock_location_id": world.locations[one.erp_code].id,
            }
            for one in packed
        ),
    )
    _fill(
        PackageItem,
        (
            _package_item(one.order_item_id, one.order_id, products[one.sku], one.quantity, "100")
            for one in packed
        ),
    )
    _fill(
        Reservation,
        (
            {
                "id": one.id,
                "order_item_id": one.order_item_id,
                "product_id": products[one.sku],
                "stock_location_id": world.locations[one.erp_code].id,
                "package_item_id": one.order_item_id if one.package_id is not None else None,
                "quantity": one.quantity,
                "reserved_date": one.reserved_at,
            }
            for one in held
        ),
    )
    _fill(
        Mapping,
        (
            {"order_item_id": one.order_item_id, "code": f"E{one.order_id}", "created_date": one.mapped_at}
            for one in held
            if one.mapped_at
        ),
    )


def _order(number: int, state: str, placed_at: object) -> Row:
    return {
        "id": number,
        "number": str(number),
        "state": state,
        "channel_id": CHANNELS["Web"],
        "payment_type": "credit_card",
        "delivery_type": "standard",
        "date_placed": placed_at,
        "shipping_address_id": None,
    }


def _item(number: int, order_id: int, product_id: int, state: str, quantity: int) -> Row:
    return {
        "id": number,
        "omnitron_id": number,
        "order_id": order_id,
        "product_id": product_id,
        "state": state,
        "quantity": quantity,
    }


def _package_item(number: int, package_id: int, product_id: int, quantity: int, state: str) -> Row:
    return {
        "id": number,
        "package_id": package_id,
        "order_item_id": number,
        "product_id": product_id,
        "quantity": quantity,
        "state": state,
    }


def _reports(world: World, products: dict[str, int]) -> Iterator[Row]:
    for (code, sku), found in world.discrepancies.items():
        for one in found:
            yield {
                "id": one.id,
                "reason": one.reason,
                "stock_location_id": world.locations[code].id,
                "product_id": products[sku],
                "package_item_id": one.id,
            }
