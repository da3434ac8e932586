"""A made-up shop in which thousands of packages wait for one cause or another: the same at every run.

60 locations, 3,000 products of which some are asked for far more often than others, three scenarios with
rules by priority, distance, stock and quota. What is wrong is wrong with a product at a location, as in life.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate, count
from random import Random

from app.domain.facts import (
    Demand,
    Discrepancy,
    HeldReservation,
    Line,
    Location,
    LocationType,
    OrderBy,
    Place,
    Rule,
    Scenario,
    Split,
    StockAnswer,
    World,
    by_place,
)

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
WAREHOUSES, STORES, PRODUCTS, DISTRICTS = 4, 56, 3_000, 120
FIRST_EARLIER_ORDER = 1_000_000
"""Orders that hold units are numbered from here; the waiting ones from 1."""

SITUATIONS = {
    "nowhere": 44,
    "outside": 12,
    "stale": 12,
    "live": 9,
    "reported": 6,
    "without_quota": 6,
    "switched_off": 4,
    "unanswered": 4,
    "apart": 2,
    "back": 1,
}
"""Of a hundred products that somebody waits for, so many are in each situation."""


@dataclass
class WaitingShop:
    """The world, and what each open out-of-stock package waits for, the oldest order first."""

    world: World
    queue: list[Demand]


@dataclass
class _Shop:
    chance: Random
    locations: dict[str, Location]
    stock: dict[Place, StockAnswer] = field(default_factory=dict)
    held: list[HeldReservation] = field(default_factory=list)
    reports: list[Discrepancy] = field(default_factory=list)
    packages: Counter[str] = field(default_factory=Counter)
    earlier: Iterator[int] = field(default_factory=lambda: count(FIRST_EARLIER_ORDER))

    def lay(self, code: str, sku: str, units: int) -> None:
        """The location counted so many this morning."""
        answered = NOW - timedelta(minutes=self.chance.randrange(20, 300))
        self.stock[code, sku] = StockAnswer(units * 100, answered)

    def hold(self, code: str, sku: str, order_state: str, *, mapped: bool = False) -> None:
        """One unit held for an order of the last days; in state 400 it waits there in a package."""
        number, reserved_at = next(self.earlier), NOW - timedelta(days=self.chance.uniform(1, 5))
        waits = order_state == "400"
        self.packages[code] += waits
        self.held.append(
            HeldReservation(
                id=len(self.held) + 1,
                erp_code=code,
                sku=sku,
                quantity=100,
                reserved_at=reserved_at,
                order_id=number,
                order_number=str(number),
                order_state=order_state,
                order_placed_at=reserved_at,
                order_item_id=number,
                item_state=order_state,
                package_id=number if waits else None,
                package_state="100" if waits else None,
                package_item_state="100" if waits else None,
                mapping_id=number if mapped else None,
                mapped_at=reserved_at + timedelta(hours=6) if mapped else None,
            )
        )


def warehouse(number: int) -> str:
    return f"WH{number}"


def store(number: int) -> str:
    return f"ST{number:02}"


def build(packages: int, seed: int = 1) -> WaitingShop:
    """The shop in which so many packages wait."""
    chance = Random(seed)
    shop = _Shop(chance, _locations(chance))
    skus = [f"SKU-{number:04}" for number in range(1, PRODUCTS + 1)]
    for place, sku in enumerate(skus):
        situation = chance.choices(list(SITUATIONS), list(SITUATIONS.values()))[0]
        _lay_out(shop, sku, situation, _some_of(chance, packages * _popularity(place)))
    world = World(
        seen_at=NOW,
        locations={code: _with_quota(one, shop.packages[code]) for code, one in shop.locations.items()},
        scenarios=_scenarios(),
        stock=shop.stock,
        reservations=by_place(shop.held),
        discrepancies=by_place(shop.reports),
    )
    return WaitingShop(world, list(_queue(chance, skus, packages)))


def _locations(chance: Random) -> dict[str, Location]:
    """Stores 41 to 50 are in no rule, 51 to 53 off; quotas follow from the packages that wait there."""
    codes = [warehouse(number) for number in range(1, WAREHOUSES + 1)]
    codes += [store(number) for number in range(1, STORES + 1)]
    return {
        code: Location(
            id=number,
            erp_code=code,
            name=f"Location {code}",
            stock_location_type=LocationType.WAREHOUSE if number <= WAREHOUSES else LocationType.STORE,
            is_active=code not in (store(51), store(52), store(53)),
            priority=number if number <= WAREHOUSES else chance.choice((None, 10, 20)),
            latitude=round(36.2 + chance.random() * 5.5, 4),
            longitude=round(26.5 + chance.random() * 17, 4),
        )
        for number, code in enumerate(codes, start=1)
    }


def _with_quota(location: Location, used: int) -> Location:
    """Stores 1 to 6 never got a quota, 7 to 14 have used theirs up."""
    full = {store(number) for number in range(7, 15)}
    unset = {store(number) for number in range(1, 7)}
    quota = None if location.erp_code in unset else used + (0 if location.erp_code in full else 40)
    return replace(location, quota=used, max_quota=quota)


def _scenarios() -> tuple[Scenario, ...]:
    asked = frozenset(store(number) for number in range(1, STORES + 1) if not 41 <= number <= 50)
    warehouses = LocationType.WAREHOUSE
    return (
        Scenario(
            1,
            "Online",
            priority=1,
            channels=frozenset({"Web", "App"}),
            rules=(
                Rule(1, "warehouses", 1, stock_location_type=warehouses),
                Rule(2, "near stores", 2, asked, order_by=OrderBy.DISTANCE, select_by_quota=True),
                Rule(3, "gathered", 3, stock_location_type=warehouses, order_by=OrderBy.STOCK),
            ),
        ),
        Scenario(
            2,
            "Marketplace",
            priority=2,
            channels=frozenset({"Marketplace"}),
            rules=(
                Rule(4, "one parcel", 1, stock_location_type=warehouses, split=Split.NONE),
                Rule(5, "stores in one parcel", 2, asked, select_by_quota=True, split=Split.NONE),
            ),
        ),
        Scenario(3, "Kiosk", is_active=False, channels=frozenset({"Kiosk"}), rules=(Rule(6, "all", 1),)),
    )


def _popularity(place: int) -> float:
    """The share of order lines that ask for the product of that place."""
    return 0.2 / (place + 20)


def _some_of(chance: Random, wanted: float) -> int:
    """Enough for a part of those who want it."""
    return max(1, round(wanted * chance.uniform(0.1, 0.9)))


def _lay_out(shop: _Shop, sku: str, situation: str, units: int) -> None:
    """What lies where of one product: zeros nearly everywhere, and what its situation says."""
    chance = shop.chance
    for code in shop.locations:
        if chance.random() < 0.9:
            shop.lay(code, sku, 0)
    _SITUATIONS[situation](shop, sku, units)


def _outside(shop: _Shop, sku: str, units: int) -> None:
    shop.lay(store(shop.chance.randint(41, 50)), sku, units)


def _stale(shop: _Shop, sku: str, units: int) -> None:
    code = warehouse(shop.chance.randint(1, WAREHOUSES))
    shop.lay(code, sku, units)
    state, mapped = shop.chance.choice((("100", False), ("550", True)))
    for _ in range(units):
        shop.hold(code, sku, state, mapped=mapped)


def _live(shop: _Shop, sku: str, units: int) -> None:
    # At one of the stores whose quota is used up by just these packages, or at a warehouse.
    code = shop.chance.choice((warehouse(1), warehouse(2), store(shop.chance.randint(7, 14))))
    shop.lay(code, sku, units)
    for _ in range(units):
        shop.hold(code, sku, "400")


def _reported(shop: _Shop, sku: str, units: int) -> None:
    code = warehouse(shop.chance.randint(1, WAREHOUSES))
    shop.lay(code, sku, units)
    shop.reports.append(Discrepancy(len(shop.reports) + 1, code, sku, "out_of_stock", NOW))


def _without_quota(shop: _Shop, sku: str, units: int) -> None:
    shop.lay(store(shop.chance.randint(1, 14)), sku, units)


def _switched_off(shop: _Shop, sku: str, units: int) -> None:
    shop.lay(store(shop.chance.randint(51, 53)), sku, units)


def _unanswered(shop: _Shop, sku: str, units: int) -> None:
    shop.stock.pop((warehouse(1), sku), None)


def _apart(shop: _Shop, sku: str, units: int) -> None:
    """One here and one there: nothing for an order of two that may not be divided."""
    shop.lay(warehouse(1), sku, 1)
    shop.lay(warehouse(2), sku, 1)


def _back(shop: _Shop, sku: str, units: int) -> None:
    shop.lay(warehouse(3), sku, max(1, units // 8))


_SITUATIONS = {
    "nowhere": lambda shop, sku, units: None,
    "outside": _outside,
    "stale": _stale,
    "live": _live,
    "reported": _reported,
    "without_quota": _without_quota,
    "switched_off": _switched_off,
    "unanswered": _unanswered,
    "apart": _apart,
    "back": _back,
}


def district(number: int) -> tuple[float, float]:
    """Where it lies, in degrees."""
    return 36.2 + number % 12 * 0.45, 26.5 + number // 12 * 1.7


def _queue(chance: Random, skus: list[str], packages: int) -> Iterator[Demand]:
    popular = list(accumulate(_popularity(place) for place in range(len(skus))))
    items = count(1)
    for number in range(1, packages + 1):
        lines = chance.choices((1, 2, 3, 4), (72, 18, 7, 3))[0]
        wanted = dict.fromkeys(chance.choices(skus, cum_weights=popular, k=lines))
        latitude, longitude = district(chance.randrange(DISTRICTS))
        yield Demand(
            order_id=number,
            order_number=str(number),
            placed_at=NOW - timedelta(minutes=3 * (packages - number)),
            channel=chance.choices(("Web", "App", "Marketplace", "Kiosk"), (60, 20, 19, 1))[0],
            payment_type="credit_card",
            delivery_type="standard",
            lines=tuple(Line(next(items), sku, chance.choice((100,) * 9 + (200,))) for sku in wanted),
            latitude=latitude,
            longitude=longitude,
        )
