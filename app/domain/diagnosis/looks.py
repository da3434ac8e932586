"""How near each location came to serving each line: the matrix, and the summary whose counts add up."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.facts import (
    NEARNESS,
    Check,
    Discrepancy,
    HeldReservation,
    Line,
    Location,
    Rule,
    World,
)
from app.domain.planning import Cell, Plan
from app.domain.staleness import LiveNote, StaleReason, live_note, stale_in


@dataclass(frozen=True, slots=True)
class Holder:
    """A held reservation, and whether somebody still needs what it holds."""

    held: HeldReservation
    stale: StaleReason | None
    live: LiveNote | None


@dataclass(frozen=True, slots=True)
class LocationLook:
    """The furthest a location got for a line, over all steps, and the records that prove it."""

    location: Location
    in_rule: bool
    rule: Rule | None
    cell: Cell
    answered_at: datetime | None
    holders: tuple[Holder, ...]
    discrepancies: tuple[Discrepancy, ...]

    @property
    def check(self) -> Check:
        """The check that decided."""
        return self.cell.check

    @property
    def free(self) -> int | None:
        """Hundredths free (D1), None when the location never answered."""
        if self.cell.stock_count is None:
            return None
        return self.cell.stock_count - self.cell.reservation_count

    @property
    def live_holders(self) -> tuple[Holder, ...]:
        """Those whose units somebody still needs."""
        return tuple(holder for holder in self.holders if holder.stale is None)


def looks_for(line: Line, plan: Plan, world: World) -> tuple[LocationLook, ...]:
    """Every location for that line, nearest to yes first. Raises LookupError for a line not planned."""
    steps = [
        (step.rule, step.cells[line.order_item_id]) for step in plan.steps if line.order_item_id in step.cells
    ]
    if not steps:
        raise LookupError(f"order item {line.order_item_id} was not part of this planning")
    rules = [step.rule for step in plan.steps if step.rule is not None]
    found = [
        _furthest(line, location, steps, any(rule.admits(location) for rule in rules), world)
        for location in world.locations.values()
    ]
    found.sort(key=lambda look: (-NEARNESS[look.check], -_or_nothing(look.free), look.location.rank))
    return tuple(found)


def by_check(looks: Sequence[LocationLook]) -> Mapping[Check, int]:
    """How many locations ended at which check; the counts add up to the number of locations."""
    counts = Counter(look.check for look in looks)
    return {check: counts[check] for check in Check if counts[check]}


def holders_at(world: World, erp_code: str, sku: str) -> tuple[Holder, ...]:
    """Who holds units there: the stale ones first, then oldest first."""
    holders = []
    for held in world.reservations.get((erp_code, sku), ()):
        stale = stale_in(world, held)
        holders.append(Holder(held, stale, None if stale else live_note(held)))
    holders.sort(key=lambda one: (one.stale is None, one.held.reserved_at, one.held.id))
    return tuple(holders)


def _furthest(
    line: Line,
    location: Location,
    steps: Sequence[tuple[Rule | None, Mapping[str, Cell]]],
    in_rule: bool,
    world: World,
) -> LocationLook:
    code = location.erp_code
    rule, cell = steps[0][0], steps[0][1][code]
    for later, cells in steps[1:]:
        if NEARNESS[cells[code].check] > NEARNESS[cell.check]:
            rule, cell = later, cells[code]
    place = (code, line.sku)
    answer = world.stock.get(place)
    return LocationLook(
        location=location,
        in_rule=in_rule,
        rule=rule,
        cell=cell,
        answered_at=answer.answered_at if answer else None,
        holders=holders_at(world, code, line.sku),
        discrepancies=world.discrepancies.get(place, ()),
    )


def _or_nothing(count: int | None) -> int:
    return count if count is not None else -(10**9)
