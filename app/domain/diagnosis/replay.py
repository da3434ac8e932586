"""replay(demand, world, before, after): what another scenario or quota would have made of a planning.

Facts are those that the attempt saw: stock, reservations, reports, refusals and how much of each quota was
used. Settings (scenarios; what is set of a location) come from outside, so that the edit alone makes the
difference, whatever else was set since. Each planning is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.facts import Demand, Location, Scenario, World
from app.domain.planning import Plan, matching_scenario, plan


class FlipKind(StrEnum):
    """How a line ends differently: it is served and was not, is not any more, or somebody else serves it."""

    SERVED = "served"
    LOST = "lost"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an administrator sets that planning looks at. Locations by ERP code."""

    locations: Mapping[str, Location]
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True, slots=True)
class Flip:
    """A line that ends differently; the ERP codes of who serves it, empty for nobody."""

    kind: FlipKind
    order_item_id: int
    sku: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def replay(demand: Demand, world: World, before: Settings, after: Settings) -> tuple[Flip, ...]:
    """The lines of the demand that end differently under the settings `after`, by order item."""
    old, new = under(before, world), under(after, world)
    if _is_same(demand, old, new):
        return ()
    return _flips(demand, plan(demand, old), plan(demand, new))


def under(settings: Settings, world: World) -> World:
    """The facts of the world under these settings. A location that is not known any more stays as it was."""
    locations = {
        code: _set_as(settings.locations[code], then) if code in settings.locations else then
        for code, then in world.locations.items()
    }
    return replace(world, locations=locations, scenarios=settings.scenarios)


def _set_as(today: Location, then: Location) -> Location:
    return replace(today, quota=then.quota)


def _is_same(demand: Demand, old: World, new: World) -> bool:
    """Whether both plans must be equal: same scenario, and whoever is set otherwise had nothing to give."""
    if matching_scenario(demand, old) != matching_scenario(demand, new):
        return False
    differing = (code for code, one in old.locations.items() if one != new.locations[code])
    return not any(_has_stock(old, code, demand) for code in differing)


def _has_stock(world: World, erp_code: str, demand: Demand) -> bool:
    answers = (world.stock.get((erp_code, sku)) for sku in demand.skus)
    return any(answer is not None and answer.stock_count > 0 for answer in answers)


def _flips(demand: Demand, old: Plan, new: Plan) -> tuple[Flip, ...]:
    found = []
    for line in sorted(demand.lines, key=lambda one: one.order_item_id):
        before, after = _servers(old, line.order_item_id), _servers(new, line.order_item_id)
        kind = _kind(before, after)
        if kind is not None:
            found.append(Flip(kind, line.order_item_id, line.sku, before, after))
    return tuple(found)


def _servers(made: Plan, order_item_id: int) -> tuple[str, ...]:
    return tuple(sorted({one.erp_code for one in made.grants if one.order_item_id == order_item_id}))


def _kind(before: tuple[str, ...], after: tuple[str, ...]) -> FlipKind | None:
    if before == after:
        return None
    if not before:
        return FlipKind.SERVED
    return FlipKind.MOVED if after else FlipKind.LOST
