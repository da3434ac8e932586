"""Builds the World a planning looks at, and the Demand of an order, from the tables.

A fixed number of statements, however many locations, products or orders there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select

from app.config import settings
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
from app.extensions import run
from app.queries import world_statements as statements

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Reference:
    """Locations (without what is used of their quota) and scenarios: what changes seldom."""

    locations: Mapping[int, Location]
    scenarios: tuple[Scenario, ...]


def reference() -> Reference:
    """Every location and scenario."""
    locations = {row.id: _location(row) for row in run(statements.LOCATIONS)}
    return Reference(locations, _scenarios(locations))


def world(
    product_ids: Collection[int],
    order_item_ids: Collection[int],
    now: datetime,
    known: Reference | None = None,
    known_skus: Mapping[int, str] | None = None,
) -> World:
    """The facts about these products everywhere, and the refusals of these order items, as of `now`.

    `known` and `known_skus` save reading again what one transaction has read already.
    """
    found = known or reference()
    skus = known_skus or skus_of(product_ids)
    codes = {one.id: one.erp_code for one in found.locations.values()}
    products = {"products": list(product_ids)}
    return World(
        seen_at=now,
        locations=_with_quota(found.locations),
        scenarios=found.scenarios,
        stock=_stock(products, codes, skus),
        reservations=_reservations(products, codes, skus),
        discrepancies=_discrepancies(products, codes, skus),
        refusals=_refusals(order_item_ids, codes),
        discrepancy_blocks=settings().discrepancy_blocks_planning,
        orphan_after=settings().reservation_orphan_after,
    )


def skus_of(product_ids: Collection[int]) -> dict[int, str]:
    """SKU by product id."""
    rows = run(statements.SKUS, {"ids": list(product_ids)})
    return {row[0]: row[1] for row in rows}


def demands(
    lines_by_order: Mapping[int, Iterable[tuple[int, int]]], known_skus: Mapping[int, str] | None = None
) -> dict[int, Demand]:
    """The demand of each order, by order id. Lines are (order item id, hundredths needed).

    `known_skus` are the SKUs by order item id, where the caller has them.
    """
    wanted = {order: sorted(lines) for order, lines in lines_by_order.items()}
    skus = known_skus or _item_skus({item for lines in wanted.values() for item, _ in lines})
    return {
        row.id: _demand(row, tuple(Line(item, skus[item], needed) for item, needed in wanted[row.id]))
        for row in run(statements.DEMANDS, {"ids": list(wanted)})
    }


def _item_skus(order_item_ids: Collection[int]) -> dict[int, str]:
    rows = run(statements.ITEM_SKUS, {"ids": list(order_item_ids)})
    return {row[0]: row[1] for row in rows}


def _with_quota(locations: Mapping[int, Location]) -> dict[str, Location]:
    used: dict[int, int] = {row[0]: row[1] for row in run(statements.QUOTAS)}
    return {
        one.erp_code: replace(one, quota=used[one.id]) if one.id in used else one
        for one in locations.values()
    }


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
    rules = _rules(locations)
    return tuple(_scenario(rows, rules[scenario_id]) for scenario_id, rows in _by_id(statements.SCENARIOS))


def _scenario(rows: Sequence[AnyRow], rules: Sequence[Rule]) -> Scenario:
    row = rows[0]
    return Scenario(
        id=row.id,
        name=row.name,
        is_active=row.is_active,
        priority=row.priority,
        channels=frozenset(one.channel for one in rows if one.channel is not None),
        payment_types=frozenset(row.payment_types),
        delivery_types=frozenset(row.delivery_types),
        rules=tuple(rules),
    )


def _rules(locations: Mapping[int, Location]) -> dict[int, list[Rule]]:
    rules: dict[int, list[Rule]] = defaultdict(list)
    for _, rows in _by_id(statements.RULES):
        listed: tuple[set[str], set[str]] = (set(), set())
        for row in rows:
            if row.stock_location_id is not None:
                listed[bool(row.is_excluded)].add(locations[row.stock_location_id].erp_code)
        rules[rows[0].scenario_id].append(_rule(rows[0], *listed))
    return rules


def _by_id(statement: Select[*tuple[Any, ...]]) -> Iterator[tuple[int, list[AnyRow]]]:
    """The rows of each id, in their order."""
    return ((key, list(rows)) for key, rows in groupby(run(statement), key=lambda row: row.id))


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


Wanted = dict[str, list[int]]


def _stock(products: Wanted, codes: Mapping[int, str], skus: Mapping[int, str]) -> dict[Place, StockAnswer]:
    return {
        (codes[location], skus[product]): StockAnswer(count, answered)
        for location, product, count, answered in run(statements.STOCK, products)
    }


def _reservations(
    products: Wanted, codes: Mapping[int, str], skus: Mapping[int, str]
) -> dict[Place, tuple[HeldReservation, ...]]:
    return by_place(
        held_reservation(row, codes[row.stock_location_id], skus[row.product_id])
        for row in run(statements.HELD, products)
    )


def held_reservation(row: AnyRow, erp_code: str, sku: str) -> HeldReservation:
    """From a row that names the holders as the statement HELD does."""
    return HeldReservation(
        id=row.id,
        erp_code=erp_code,
        sku=sku,
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


def _discrepancies(
    products: Wanted, codes: Mapping[int, str], skus: Mapping[int, str]
) -> dict[Place, tuple[Discrepancy, ...]]:
    return by_place(
        Discrepancy(row.id, codes[row.stock_location_id], skus[row.product_id], row.reason, row.created_date)
        for row in run(statements.REPORTS, products)
    )


def _refusals(order_item_ids: Collection[int], codes: Mapping[int, str]) -> frozenset[tuple[int, str]]:
    if not order_item_ids:
        return frozenset()
    rows = run(statements.REFUSALS, {"ids": list(order_item_ids)})
    return frozenset((item, codes[location]) for item, location in rows)


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
