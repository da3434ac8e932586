"""What differs between two Worlds for some products: did the planner err, or did the world change?"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from app.domain.facts import Location, Place, Rule, World

Value = int | bool | str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact then and now. Counts of the kinds that name a product are hundredths."""

    kind: str
    then: Value
    now: Value
    erp_code: str | None = None
    sku: str | None = None
    scenario: str | None = None
    rule: str | None = None


def differences(then: World, now: World, skus: frozenset[str]) -> tuple[Difference, ...]:
    """Everything a planning of these products would see differently now."""
    return (*_at_places(then, now, skus), *_of_locations(then, now, skus), *_of_scenarios(then, now))


def _stock(world: World, place: Place) -> Value:
    answer = world.stock.get(place)
    return answer.stock_count if answer else None


def _reserved(world: World, place: Place) -> Value:
    return world.reserved(place)


def _discrepancies(world: World, place: Place) -> Value:
    return len(world.discrepancies.get(place, ()))


_PLACE_FACTS: tuple[tuple[str, Callable[[World, Place], Value]], ...] = (
    ("stock", _stock),
    ("reserved", _reserved),
    ("discrepancies", _discrepancies),
)


def _at_places(then: World, now: World, skus: frozenset[str]) -> Iterator[Difference]:
    for code in now.locations:
        for sku in sorted(skus):
            for kind, read in _PLACE_FACTS:
                before, after = read(then, (code, sku)), read(now, (code, sku))
                if before != after:
                    yield Difference(kind, before, after, erp_code=code, sku=sku)


_LOCATION_FACTS: tuple[tuple[str, Callable[[Location], Value]], ...] = (
    ("location_active", lambda location: location.is_active),
    ("max_quota", lambda location: location.max_quota),
)


def _of_locations(then: World, now: World, skus: frozenset[str]) -> Iterator[Difference]:
    for code, location in now.locations.items():
        before = then.locations.get(code)
        if not _has_some(then, code, skus) and not _has_some(now, code, skus):
            # It had nothing to give then and has nothing now: how it is set makes no difference.
            continue
        if before is None:
            yield Difference("location_added", None, True, erp_code=code)
            continue
        for kind, read in _LOCATION_FACTS:
            if read(before) != read(location):
                yield Difference(kind, read(before), read(location), erp_code=code)
        if _asks_for_quota(then) and _is_full(before) != _is_full(location):
            yield Difference("quota", before.quota, location.quota, erp_code=code)


def _has_some(world: World, erp_code: str, skus: frozenset[str]) -> bool:
    answers = (world.stock.get((erp_code, sku)) for sku in skus)
    return any(answer is not None and answer.stock_count > 0 for answer in answers)


def _is_full(location: Location) -> bool:
    return location.max_quota is not None and location.quota >= location.max_quota


def _asks_for_quota(world: World) -> bool:
    return any(rule.select_by_quota for scenario in world.scenarios for rule in scenario.rules)


def _of_scenarios(then: World, now: World) -> Iterator[Difference]:
    present = {scenario.id: scenario for scenario in now.scenarios}
    for before in then.scenarios:
        after = present.get(before.id)
        if after is None:
            yield Difference("scenario_removed", True, None, scenario=before.name)
            continue
        if before.is_active != after.is_active:
            yield Difference("scenario_active", before.is_active, after.is_active, scenario=after.name)
        yield from _of_rules(after.name, before.ordered_rules, after.ordered_rules)


def _of_rules(scenario: str, then: Iterable[Rule], now: Iterable[Rule]) -> Iterator[Difference]:
    before = {rule.id: rule for rule in then}
    for rule in now:
        known = before.pop(rule.id, None)
        if known is None:
            yield Difference("rule_added", None, True, scenario=scenario, rule=rule.name)
            continue
        for kind, old, new in (
            ("rule_split", known.split.value, rule.split.value),
            ("rule_order", known.order_by.value, rule.order_by.value),
            ("rule_quota", known.select_by_quota, rule.select_by_quota),
            ("rule_locations", _condition(known), _condition(rule)),
        ):
            if old != new:
                yield Difference(kind, old, new, scenario=scenario, rule=rule.name)
    for rule in before.values():
        yield Difference("rule_removed", True, None, scenario=scenario, rule=rule.name)


def _condition(rule: Rule) -> str:
    """Which locations a rule names, as a comparable text."""
    listed = ", ".join(sorted(rule.stock_locations)) or "*"
    excepted = ", ".join(sorted(rule.except_stock_locations))
    kind = rule.stock_location_type.value if rule.stock_location_type else "*"
    return f"{listed} / {excepted or '-'} / {kind}"
