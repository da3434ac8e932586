"""An attempt as it is kept: what it was asked, the World it saw (cut down to its products), and its steps.

`encode` gives plain JSON values, `decode` the facts again; replays, `at=plan` and permalinks run on it
(diagnosis.md, section 2, point 6). A change of the shape raises VERSION and keeps the old reader.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

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
from app.domain.planning import Plan, conditions_hold, matching_scenario

VERSION = 1


def encode(demand: Demand, world: World, plan: Plan) -> dict[str, Any]:
    """Everything about one attempt as JSON values: numbers in hundredths, instants in ISO 8601."""
    return {
        "demand": _encode_demand(demand),
        "world": _encode_world(cut_down(world, demand)),
        "steps": [
            {
                "rule": step.rule.name if step.rule else None,
                "rule_id": step.rule.id if step.rule else None,
                "lines": {
                    str(item): [[code, *cell] for code, cell in cells.items()]
                    for item, cells in step.cells.items()
                },
            }
            for step in plan.steps
        ],
    }


def decode(record: Mapping[str, Any]) -> tuple[Demand, World]:
    """The demand and world of a record made by `encode`."""
    return _decode_demand(record["demand"]), _decode_world(record["world"])


def cut_down(world: World, demand: Demand) -> World:
    """The world with only what planning this demand may look at.

    Of the scenarios the one that matches, or, where none does, those that would if they were active.
    """
    skus = demand.skus
    items = {line.order_item_id for line in demand.lines}
    matched = matching_scenario(demand, world)
    scenarios = (
        (matched,) if matched else tuple(one for one in world.scenarios if conditions_hold(one, demand))
    )
    return replace(
        world,
        scenarios=scenarios,
        stock={place: answer for place, answer in world.stock.items() if place[1] in skus},
        reservations={place: held for place, held in world.reservations.items() if place[1] in skus},
        discrepancies={place: found for place, found in world.discrepancies.items() if place[1] in skus},
        refusals=frozenset(one for one in world.refusals if one[0] in items),
    )


def _encode_demand(demand: Demand) -> dict[str, Any]:
    return {
        "order_id": demand.order_id,
        "order_number": demand.order_number,
        "placed_at": demand.placed_at.isoformat(),
        "channel": demand.channel,
        "payment_type": demand.payment_type,
        "delivery_type": demand.delivery_type,
        "lines": [[line.order_item_id, line.sku, line.needed] for line in demand.lines],
        "latitude": demand.latitude,
        "longitude": demand.longitude,
    }


def _decode_demand(body: Mapping[str, Any]) -> Demand:
    return Demand(
        **{
            **body,
            "placed_at": datetime.fromisoformat(body["placed_at"]),
            "lines": tuple(Line(*line) for line in body["lines"]),
        }
    )


def _encode_world(world: World) -> dict[str, Any]:
    return {
        "seen_at": world.seen_at.isoformat(),
        "locations": [list(_READ_LOCATION(one)) for one in world.locations.values()],
        "scenarios": [_encode_scenario(one) for one in world.scenarios],
        "stock": [
            [*place, answer.stock_count, answer.answered_at.isoformat()]
            for place, answer in world.stock.items()
        ],
        "reservations": [_values(one, _READ_RESERVATION) for one in _flat(world.reservations)],
        "discrepancies": [_values(one, _READ_DISCREPANCY) for one in _flat(world.discrepancies)],
        "refusals": sorted(world.refusals),
        "discrepancy_blocks": world.discrepancy_blocks,
        "orphan_after": world.orphan_after.total_seconds(),
    }


def _decode_world(body: Mapping[str, Any]) -> World:
    locations = (_location(values) for values in body["locations"])
    return World(
        seen_at=datetime.fromisoformat(body["seen_at"]),
        locations={one.erp_code: one for one in locations},
        scenarios=tuple(_decode_scenario(one) for one in body["scenarios"]),
        stock={
            (code, sku): StockAnswer(count, datetime.fromisoformat(answered))
            for code, sku, count, answered in body["stock"]
        },
        reservations=by_place([_reservation(values) for values in body["reservations"]]),
        discrepancies=by_place([_discrepancy(values) for values in body["discrepancies"]]),
        refusals=frozenset((item, code) for item, code in body["refusals"]),
        discrepancy_blocks=body["discrepancy_blocks"],
        orphan_after=timedelta(seconds=body["orphan_after"]),
    )


_LOCATION = tuple(Location.__dataclass_fields__)
_RESERVATION = tuple(HeldReservation.__dataclass_fields__)
_DISCREPANCY = tuple(Discrepancy.__dataclass_fields__)
_READ_LOCATION = attrgetter(*_LOCATION)
_READ_RESERVATION = attrgetter(*_RESERVATION)
_READ_DISCREPANCY = attrgetter(*_DISCREPANCY)


def _flat(groups: Mapping[Place, Iterable[Any]]) -> Iterable[Any]:
    return (one for group in groups.values() for one in group)


def _values(row: object, read: Callable[[object], tuple[Any, ...]]) -> list[Any]:
    return [value.isoformat() if isinstance(value, datetime) else value for value in read(row)]


def _with_instants(values: Iterable[Any], names: tuple[str, ...]) -> dict[str, Any]:
    found = dict(zip(names, values, strict=True))
    return {
        name: datetime.fromisoformat(value) if name.endswith("_at") and value is not None else value
        for name, value in found.items()
    }


def _location(values: Iterable[Any]) -> Location:
    found = dict(zip(_LOCATION, values, strict=True))
    return Location(**{**found, "stock_location_type": LocationType(found["stock_location_type"])})


def _reservation(values: Iterable[Any]) -> HeldReservation:
    return HeldReservation(**_with_instants(values, _RESERVATION))


def _discrepancy(values: Iterable[Any]) -> Discrepancy:
    return Discrepancy(**_with_instants(values, _DISCREPANCY))


def _encode_scenario(scenario: Scenario) -> dict[str, Any]:
    return {
        "id": scenario.id,
        "name": scenario.name,
        "is_active": scenario.is_active,
        "priority": scenario.priority,
        "channels": sorted(scenario.channels),
        "payment_types": sorted(scenario.payment_types),
        "delivery_types": sorted(scenario.delivery_types),
        "rules": [_encode_rule(rule) for rule in scenario.rules],
    }


def _encode_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "priority": rule.priority,
        "stock_locations": sorted(rule.stock_locations),
        "except_stock_locations": sorted(rule.except_stock_locations),
        "stock_location_type": rule.stock_location_type,
        "order_by": rule.order_by,
        "select_by_quota": rule.select_by_quota,
        "split": rule.split,
    }


def _decode_scenario(body: Mapping[str, Any]) -> Scenario:
    sets = {name: frozenset(body[name]) for name in ("channels", "payment_types", "delivery_types")}
    return Scenario(**{**body, **sets, "rules": tuple(_decode_rule(rule) for rule in body["rules"])})


def _decode_rule(body: Mapping[str, Any]) -> Rule:
    kind = body["stock_location_type"]
    return Rule(
        **{
            **body,
            "stock_locations": frozenset(body["stock_locations"]),
            "except_stock_locations": frozenset(body["except_stock_locations"]),
            "stock_location_type": LocationType(kind) if kind else None,
            "order_by": OrderBy(body["order_by"]),
            "split": Split(body["split"]),
        }
    )
