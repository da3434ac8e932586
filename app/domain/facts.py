"""The facts a planning rests on, as frozen values: the World, and the Demand that one order makes of it.

Quantities are integer hundredths of a unit, instants are aware and in UTC. Nothing here decides anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

Place = tuple[str, str]
"""Where one product lies: (erp_code, sku)."""

ORPHAN_AFTER = timedelta(days=7)


class LocationType(StrEnum):
    """What kind of stock location it is."""

    STORE = "store"
    WAREHOUSE = "warehouse"


class OrderBy(StrEnum):
    """In which order a rule asks its locations (diagnosis.md, section 2)."""

    PRIORITY = "priority"
    STOCK = "stock"
    DENSITY = "density"
    DISTANCE = "distance"


class Split(StrEnum):
    """How far a rule may divide an order: not at all, by line, or within a line."""

    NONE = "none"
    LINE = "line"
    QUANTITY = "quantity"


class Check(StrEnum):
    """What decided for one location and one line; the order of members is nearness to yes."""

    NO_MATCHING_SCENARIO = "no_matching_scenario"
    NOT_IN_RULE = "not_in_rule"
    LOCATION_INACTIVE = "location_inactive"
    REFUSED_HERE = "refused_here"
    QUOTA_UNSET = "quota_unset"
    QUOTA_FULL = "quota_full"
    DISCREPANCY_HOLD = "discrepancy_hold"
    NO_STOCK_ANSWER = "no_stock_answer"
    INSUFFICIENT_STOCK = "insufficient_stock"
    FULLY_RESERVED = "fully_reserved"
    PARTIAL = "partial"
    SPLIT_FORBIDDEN = "split_forbidden"
    OK = "ok"


NEARNESS: Mapping[Check, int] = {check: rank for rank, check in enumerate(Check)}


@dataclass(frozen=True, slots=True)
class Location:
    """A store or warehouse. `quota` counts its packages below state 400; coordinates are degrees."""

    id: int
    erp_code: str
    name: str
    stock_location_type: LocationType
    is_active: bool = True
    priority: int | None = None
    max_quota: int | None = None
    quota: int = 0
    latitude: float | None = None
    longitude: float | None = None

    @property
    def rank(self) -> tuple[bool, int, str]:
        """Sort key by priority: lower first, empty last, ties by erp_code."""
        return (self.priority is None, self.priority or 0, self.erp_code)


@dataclass(frozen=True, slots=True)
class StockAnswer:
    """The last count a location returned for a product; an explicit zero is an answer too."""

    stock_count: int
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class HeldReservation:
    """Units held at a location, with the states that tell whether somebody still needs them."""

    id: int
    erp_code: str
    sku: str
    quantity: int
    reserved_at: datetime
    order_id: int
    order_number: str
    order_state: str
    order_placed_at: datetime
    order_item_id: int
    item_state: str
    package_id: int | None = None
    package_state: str | None = None
    package_item_state: str | None = None
    mapping_id: int | None = None
    mapped_at: datetime | None = None

    @property
    def place(self) -> Place:
        """The location and product it holds."""
        return (self.erp_code, self.sku)


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """An active report that a product is not where the system believes it to be."""

    id: int
    erp_code: str
    sku: str
    reason: str
    reported_at: datetime


Placed = TypeVar("Placed", HeldReservation, Discrepancy)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a scenario. An empty `stock_locations` admits every location."""

    id: int
    name: str
    priority: int
    stock_locations: frozenset[str] = frozenset()
    except_stock_locations: frozenset[str] = frozenset()
    stock_location_type: LocationType | None = None
    order_by: OrderBy = OrderBy.PRIORITY
    select_by_quota: bool = False
    split: Split = Split.LINE

    def admits(self, location: Location) -> bool:
        """Whether list, except-list and type let the location in."""
        code = location.erp_code
        if self.stock_locations and code not in self.stock_locations:
            return False
        if code in self.except_stock_locations:
            return False
        return self.stock_location_type is None or location.stock_location_type == self.stock_location_type


@dataclass(frozen=True, slots=True)
class Scenario:
    """Which orders it is for, and its rules. An empty condition holds for every order."""

    id: int
    name: str
    is_active: bool = True
    priority: int | None = None
    channels: frozenset[str] = frozenset()
    payment_types: frozenset[str] = frozenset()
    delivery_types: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()

    @property
    def rank(self) -> tuple[bool, int, str]:
        """Sort key: lower priority first, empty last, then name."""
        return (self.priority is None, self.priority or 0, self.name)

    @property
    def ordered_rules(self) -> tuple[Rule, ...]:
        """Its rules as they are tried."""
        return tuple(sorted(self.rules, key=lambda rule: (rule.priority, rule.id)))


@dataclass(frozen=True, slots=True)
class Line:
    """An unserved order item: how many hundredths of which product."""

    order_item_id: int
    sku: str
    needed: int


@dataclass(frozen=True, slots=True)
class Demand:
    """What one order still needs. Coordinates are those of the address's district, else of its city."""

    order_id: int
    order_number: str
    placed_at: datetime
    channel: str
    payment_type: str
    delivery_type: str
    lines: tuple[Line, ...]
    latitude: float | None = None
    longitude: float | None = None

    @property
    def skus(self) -> frozenset[str]:
        """The products asked for."""
        return frozenset(line.sku for line in self.lines)


@dataclass(frozen=True, slots=True)
class World:
    """Everything a planning looks at, at one instant. Never changed: `with_…` give changed copies."""

    seen_at: datetime
    locations: Mapping[str, Location]
    scenarios: tuple[Scenario, ...] = ()
    stock: Mapping[Place, StockAnswer] = field(default_factory=dict)
    reservations: Mapping[Place, tuple[HeldReservation, ...]] = field(default_factory=dict)
    discrepancies: Mapping[Place, tuple[Discrepancy, ...]] = field(default_factory=dict)
    refusals: frozenset[tuple[int, str]] = frozenset()
    """(order_item_id, erp_code) of every refusal."""
    discrepancy_blocks: bool = True
    orphan_after: timedelta = ORPHAN_AFTER
    extra_reserved: Mapping[Place, int] = field(default_factory=dict)
    """Hundredths promised inside a simulation, beside the recorded reservations."""

    def reserved(self, place: Place) -> int:
        """Hundredths held at the place."""
        held = self.reservations.get(place)
        total = self.extra_reserved.get(place, 0)
        return total + sum(one.quantity for one in held) if held else total

    def with_location(self, location: Location) -> "World":
        """The same world with that location in place of the one of its erp_code."""
        return replace(self, locations={**self.locations, location.erp_code: location})

    def with_scenario(self, scenario: Scenario) -> "World":
        """The same world with that scenario in place of the one of its id."""
        return replace(
            self, scenarios=tuple(scenario if old.id == scenario.id else old for old in self.scenarios)
        )

    def without_reservations(self, place: Place, ids: Iterable[int]) -> "World":
        """The same world with these reservations released."""
        gone = frozenset(ids)
        kept = tuple(one for one in self.reservations.get(place, ()) if one.id not in gone)
        return replace(self, reservations={**self.reservations, place: kept})

    def without_discrepancies(self, place: Place) -> "World":
        """The same world with every active discrepancy of the place cleared."""
        return replace(self, discrepancies={k: v for k, v in self.discrepancies.items() if k != place})


def by_place(rows: Iterable[Placed]) -> dict[Place, tuple[Placed, ...]]:
    """Rows grouped by (erp_code, sku), in the order given."""
    groups: dict[Place, list[Placed]] = {}
    for row in rows:
        groups.setdefault((row.erp_code, row.sku), []).append(row)
    return {place: tuple(found) for place, found in groups.items()}
