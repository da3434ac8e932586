"""plan(demand, world) -> Plan: which location serves which line of an order, and the trace that tells why.

Deterministic: the same demand and world give the same plan. Source: diagnosis.md, section 2.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain import checks
from app.domain.facts import Check, Demand, Line, Location, Place, Rule, Scenario, Split, World
from app.domain.rule_order import ordered


class Cell(NamedTuple):
    """What one step saw for one location and one line. Counts are hundredths; None is no answer."""

    check: Check
    stock_count: int | None
    reservation_count: int


Cells = Mapping[int, Mapping[str, Cell]]
"""order_item_id → erp_code → cell."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Units of a line that a location serves."""

    order_item_id: int
    sku: str
    erp_code: str
    quantity: int
    rule_id: int


@dataclass(frozen=True, slots=True)
class Step:
    """One rule tried on the lines unserved by then. Without a rule, no rule could be tried."""

    rule: Rule | None
    cells: Cells


@dataclass(frozen=True, slots=True)
class Plan:
    """What an attempt decided: who serves what, which lines are left, and what each step saw."""

    scenario: Scenario | None
    steps: tuple[Step, ...]
    grants: tuple[Grant, ...]
    unserved: tuple[Line, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every line is served."""
        return not self.unserved

    @property
    def unserved_items(self) -> frozenset[int]:
        """The order items left."""
        return frozenset(line.order_item_id for line in self.unserved)


class Attempt:
    """What has been promised so far while one order is planned; lives only inside one planning."""

    def __init__(self, demand: Demand, world: World) -> None:
        self.demand = demand
        self.world = world
        self.unserved: list[Line] = sorted(demand.lines, key=lambda line: line.order_item_id)
        self.grants: list[Grant] = []
        self.granted: dict[Place, int] = {}
        self.in_use: set[str] = set()

    def grant(self, line: Line, erp_code: str, quantity: int, rule: Rule) -> None:
        """Promise units; they count as reserved from here on."""
        self.grants.append(Grant(line.order_item_id, line.sku, erp_code, quantity, rule.id))
        place = (erp_code, line.sku)
        self.granted[place] = self.granted.get(place, 0) + quantity
        self.in_use.add(erp_code)

    def reserved(self, place: Place) -> int:
        """Hundredths held at the place, with what this attempt promised."""
        return self.world.reserved(place) + self.granted.get(place, 0)

    def free(self, erp_code: str, sku: str) -> int:
        """Hundredths of the product that the location could still give."""
        answer = self.world.stock.get((erp_code, sku))
        return (answer.stock_count if answer else 0) - self.reserved((erp_code, sku))

    def look(self, rule: Rule, location: Location, line: Line) -> checks.Look:
        """The facts the checks need about one location and one line."""
        place = (location.erp_code, line.sku)
        answer = self.world.stock.get(place)
        return checks.Look(
            rule,
            location,
            line,
            rule.admits(location),
            location.erp_code in self.in_use,
            (line.order_item_id, location.erp_code) in self.world.refusals,
            self.world.discrepancy_blocks and bool(self.world.discrepancies.get(place)),
            answer.stock_count if answer else None,
            self.reserved(place),
        )


def matching_scenario(demand: Demand, world: World) -> Scenario | None:
    """The active scenario of the lowest rank whose conditions hold, or None."""
    found = [one for one in world.scenarios if one.is_active and conditions_hold(one, demand)]
    return min(found, key=lambda scenario: scenario.rank) if found else None


def conditions_hold(scenario: Scenario, demand: Demand) -> bool:
    """Whether the scenario is for orders like this one."""
    return (
        (not scenario.channels or demand.channel in scenario.channels)
        and (not scenario.payment_types or demand.payment_type in scenario.payment_types)
        and (not scenario.delivery_types or demand.delivery_type in scenario.delivery_types)
    )


def plan(demand: Demand, world: World) -> Plan:
    """Plan every line of the demand. A demand without lines gives an empty, whole plan."""
    return carry_out(Attempt(demand, world))


def carry_out(attempt: Attempt) -> Plan:
    """Plan on a given attempt, so that a caller may look at what it has promised afterwards."""
    scenario = matching_scenario(attempt.demand, attempt.world)
    steps = []
    if scenario is None:
        steps.append(_step_without_rule(attempt, Check.NO_MATCHING_SCENARIO))
    elif not scenario.rules:
        steps.append(_step_without_rule(attempt, Check.NOT_IN_RULE))
    else:
        for rule in scenario.ordered_rules:
            if not attempt.unserved:
                break
            steps.append(_try_rule(rule, attempt))
    return Plan(scenario, tuple(steps), tuple(attempt.grants), tuple(attempt.unserved))


def _step_without_rule(attempt: Attempt, check: Check) -> Step:
    def cell(erp_code: str, sku: str) -> Cell:
        answer = attempt.world.stock.get((erp_code, sku))
        return Cell(check, answer.stock_count if answer else None, attempt.reserved((erp_code, sku)))

    return Step(
        None,
        {
            line.order_item_id: {code: cell(code, line.sku) for code in attempt.world.locations}
            for line in attempt.unserved
        },
    )


def _try_rule(rule: Rule, attempt: Attempt) -> Step:
    everywhere = attempt.world.locations.values()
    cells = {line.order_item_id: _cells(rule, line, everywhere, attempt) for line in attempt.unserved}
    granted = len(attempt.grants)
    _CHOICES[rule.split](rule, attempt, cells)
    if len(attempt.grants) > granted:
        # What earlier lines took in this step is what kept the later ones out: show them so.
        givers = [attempt.world.locations[code] for code in attempt.in_use]
        for line in attempt.unserved:
            cells[line.order_item_id] |= _cells(rule, line, givers, attempt)
    elif rule.split is Split.NONE:
        cells = {item: _forbidden(found) for item, found in cells.items()}
    return Step(rule, cells)


def _cells(rule: Rule, line: Line, locations: Iterable[Location], attempt: Attempt) -> dict[str, Cell]:
    cells = {}
    for location in locations:
        look = attempt.look(rule, location, line)
        check = checks.first_failing(look)
        cells[location.erp_code] = Cell(check, look.stock_count, look.reservation_count)
    return cells


def _forbidden(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    return {
        code: cell._replace(check=Check.SPLIT_FORBIDDEN) if cell.check is Check.OK else cell
        for code, cell in cells.items()
    }


def _candidates(rule: Rule, attempt: Attempt, cells: Cells, wanted: frozenset[Check]) -> list[Location]:
    codes = {
        code
        for line in attempt.unserved
        for code, cell in cells[line.order_item_id].items()
        if cell.check in wanted
    }
    locations = [attempt.world.locations[code] for code in codes]
    return ordered(rule.order_by, locations, attempt.demand, attempt.unserved, attempt.free)


def _takes(location: Location, lines: Sequence[Line], attempt: Attempt, cells: Cells) -> list[Line]:
    """The lines this location can serve together, in order of order item."""
    code = location.erp_code
    left: dict[str, int] = {}
    taken = []
    for line in lines:
        if cells[line.order_item_id][code].check is not Check.OK:
            continue
        free = left.get(line.sku)
        if free is None:
            free = attempt.free(code, line.sku)
        if free >= line.needed:
            left[line.sku] = free - line.needed
            taken.append(line)
    return taken


def _serve(lines: Sequence[Line], location: Location, rule: Rule, attempt: Attempt) -> None:
    for line in lines:
        attempt.grant(line, location.erp_code, line.needed, rule)
        attempt.unserved.remove(line)


_WHOLE = frozenset({Check.OK})
_ANY = frozenset({Check.OK, Check.PARTIAL})


def _all_at_one(rule: Rule, attempt: Attempt, cells: Cells) -> None:
    for location in _candidates(rule, attempt, cells, _WHOLE):
        taken = _takes(location, attempt.unserved, attempt, cells)
        if len(taken) == len(attempt.unserved):
            _serve(taken, location, rule, attempt)
            return


def _by_line(rule: Rule, attempt: Attempt, cells: Cells) -> None:
    while attempt.unserved:
        best: tuple[Location, list[Line]] | None = None
        for location in _candidates(rule, attempt, cells, _WHOLE):
            taken = _takes(location, attempt.unserved, attempt, cells)
            if taken and (best is None or len(taken) > len(best[1])):
                best = (location, taken)
        if best is None:
            return
        _serve(best[1], best[0], rule, attempt)


def _by_quantity(rule: Rule, attempt: Attempt, cells: Cells) -> None:
    _by_line(rule, attempt, cells)
    for line in list(attempt.unserved):
        pieces = _gather(line, rule, attempt, cells)
        if sum(quantity for _, quantity in pieces) == line.needed:
            for code, quantity in pieces:
                attempt.grant(line, code, quantity, rule)
            attempt.unserved.remove(line)


def _gather(line: Line, rule: Rule, attempt: Attempt, cells: Cells) -> list[tuple[str, int]]:
    """Units from several locations: those already used first, then in the rule's order."""
    givers = _candidates(rule, attempt, cells, _ANY)
    givers.sort(key=lambda location: location.erp_code not in attempt.in_use)
    pieces: list[tuple[str, int]] = []
    missing = line.needed
    for location in givers:
        if cells[line.order_item_id][location.erp_code].check not in _ANY:
            continue
        quantity = min(missing, attempt.free(location.erp_code, line.sku))
        if quantity > 0:
            pieces.append((location.erp_code, quantity))
            missing -= quantity
    return pieces


_CHOICES = {Split.NONE: _all_at_one, Split.LINE: _by_line, Split.QUANTITY: _by_quantity}
