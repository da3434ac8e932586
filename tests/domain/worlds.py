"""Builders of a healthy world, so that a test changes the one fact it is about.

Healthy: one active scenario for every order, whose one rule lets every location in and splits by line; one
location, WH1, that answered an hour ago with three units of the one product. Counts are given in units, and
become the hundredths the domain counts in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.facts import (
    Demand,
    Discrepancy,
    HeldReservation,
    Line,
    Location,
    LocationType,
    Place,
    Rule,
    Scenario,
    StockAnswer,
    World,
    by_place,
)

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SKU = "TS-M"
HERE: Place = ("WH1", SKU)


def hundredths(units: float) -> int:
    return round(units * 100)


def hours_ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def a_location(erp_code: str = "WH1", **facts: Any) -> Location:
    """An active warehouse without priority or quota; its id follows from its code."""
    known = {
        "id": sum(ord(letter) * 31**place for place, letter in enumerate(erp_code)),
        "name": f"Warehouse {erp_code}",
        "stock_location_type": LocationType.WAREHOUSE,
    }
    return Location(erp_code=erp_code, **{**known, **facts})


def a_rule(**facts: Any) -> Rule:
    """Every location, by priority, split by line. Its lists may be given as any collection."""
    for name in ("stock_locations", "except_stock_locations"):
        facts[name] = frozenset(facts.get(name, ()))
    number = facts.get("id", 1)
    return Rule(**{"id": number, "name": f"rule {number}", "priority": number, **facts})


def a_scenario(*rules: Rule, **facts: Any) -> Scenario:
    """An active scenario for every order. Its conditions may be given as any collection."""
    for name in ("channels", "payment_types", "delivery_types"):
        facts[name] = frozenset(facts.get(name, ()))
    return Scenario(**{"id": 1, "name": "Every order", "priority": 1, "rules": rules, **facts})


def a_line(order_item_id: int = 1, sku: str = SKU, needed: float = 1) -> Line:
    return Line(order_item_id, sku, hundredths(needed))


def a_demand(*lines: Line, **facts: Any) -> Demand:
    """Order 1001 of the channel Web, for one unit of the product unless lines are given."""
    known = {
        "order_id": 1,
        "order_number": "1001",
        "placed_at": hours_ago(2),
        "channel": "Web",
        "payment_type": "credit_card",
        "delivery_type": "standard",
        "lines": lines or (a_line(),),
    }
    return Demand(**{**known, **facts})


def a_reservation(id: int = 1, place: Place = HERE, quantity: float = 1, **facts: Any) -> HeldReservation:
    """Live: held since yesterday for a package that is still waiting, of an order placed the day before."""
    known = {
        "erp_code": place[0],
        "sku": place[1],
        "quantity": hundredths(quantity),
        "reserved_at": days_ago(1),
        "order_id": 900 + id,
        "order_number": f"09{id:02}",
        "order_state": "400",
        "order_placed_at": days_ago(2),
        "order_item_id": 9000 + id,
        "item_state": "400",
        "package_id": 90 + id,
        "package_state": "100",
        "package_item_state": "100",
    }
    return HeldReservation(id=id, **{**known, **facts})


def a_stale_reservation(
    id: int = 1, place: Place = HERE, quantity: float = 1, **facts: Any
) -> HeldReservation:
    """Of an order that was cancelled since."""
    return a_reservation(id, place, quantity, **{"order_state": "100", "item_state": "100", **facts})


def a_discrepancy(id: int = 1, place: Place = HERE, **facts: Any) -> Discrepancy:
    known = {"erp_code": place[0], "sku": place[1], "reason": "out_of_stock", "reported_at": days_ago(1)}
    return Discrepancy(id=id, **{**known, **facts})


def a_world(
    *locations: Location,
    stock: Mapping[Place, float] | None = None,
    rules: Iterable[Rule] = (),
    scenarios: Iterable[Scenario] | None = None,
    reservations: Iterable[HeldReservation] = (),
    discrepancies: Iterable[Discrepancy] = (),
    **facts: Any,
) -> World:
    """The healthy world, with these facts instead. `stock` is in units, by place."""
    if scenarios is None:
        scenarios = (a_scenario(*(tuple(rules) or (a_rule(),))),)
    counts = {HERE: 3} if stock is None else stock
    known = {
        "seen_at": NOW,
        "locations": {one.erp_code: one for one in locations or (a_location(),)},
        "scenarios": tuple(scenarios),
        "stock": {place: StockAnswer(hundredths(count), hours_ago(1)) for place, count in counts.items()},
        "reservations": by_place(reservations),
        "discrepancies": by_place(discrepancies),
        "refusals": frozenset(),
    }
    return World(**{**known, **facts})


def answered(world: World, place: Place, count: float, at: datetime) -> World:
    """The world in which that place answered so, at that instant."""
    return replace(world, stock={**world.stock, place: StockAnswer(hundredths(count), at)})
