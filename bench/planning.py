"""How long planning and explaining take, on made-up worlds of fixed size. Prints a table; asserts nothing.

python -m bench.planning
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time

from app.domain.diagnosis.explanation import cause_of, explain
from app.domain.diagnosis.remedies import find_remedies
from app.domain.facts import (
    Demand,
    Discrepancy,
    HeldReservation,
    Line,
    Location,
    LocationType,
    OrderBy,
    Rule,
    Scenario,
    Split,
    StockAnswer,
    World,
)
from app.domain.planning import plan

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
REPETITIONS = 60

Case = tuple[str, float | None, Callable[[], object]]
"""What is measured, the most it may take in milliseconds, and how to do it once."""


def sku(number: int) -> str:
    return f"SKU-{number}"


def code(number: int) -> str:
    return f"ST-{number:03}"


def demand(lines: int) -> Demand:
    wanted = tuple(Line(number, sku(number), 100) for number in range(1, lines + 1))
    return Demand(1, "1001", NOW, "Web", "credit_card", "standard", wanted, 41.0, 29.0)


def world(lines: int, locations: int, rules: int, stock_count: int = 0, split: Split = Split.LINE) -> World:
    """Every location may serve under every rule, and has answered `stock_count` for every product."""
    places = {
        code(number): Location(
            number,
            code(number),
            f"Store {number}",
            LocationType.STORE,
            priority=number,
            latitude=38 + number / 20,
            longitude=27 + number / 10,
        )
        for number in range(1, locations + 1)
    }
    orders = (OrderBy.PRIORITY, OrderBy.STOCK, OrderBy.DISTANCE)
    tried = tuple(
        Rule(number, f"rule {number}", number, order_by=orders[number % 3], split=split)
        for number in range(1, rules + 1)
    )
    answered = StockAnswer(stock_count, NOW - timedelta(hours=1))
    return World(
        seen_at=NOW,
        locations=places,
        scenarios=(Scenario(1, "Web", rules=tried),),
        stock={(place, sku(number)): answered for place in places for number in range(1, lines + 1)},
    )


def with_stock(there: World, place: int, *numbers: int, count: int = 100) -> World:
    answer = StockAnswer(count, NOW - timedelta(hours=1))
    return replace(there, stock={**there.stock, **{(code(place), sku(one)): answer for one in numbers}})


def held(there: World, place: int, number: int, how_many: int, order_state: str) -> World:
    found = tuple(
        HeldReservation(
            id=place * 1000 + number * 100 + one,
            erp_code=code(place),
            sku=sku(number),
            quantity=100,
            reserved_at=NOW - timedelta(days=2),
            order_id=one,
            order_number=str(one),
            order_state=order_state,
            order_placed_at=NOW - timedelta(days=2),
            order_item_id=1000 + one,
            item_state=order_state,
            package_id=one,
            package_state="100",
            package_item_state="100",
        )
        for one in range(1, how_many + 1)
    )
    return replace(there, reservations={**there.reservations, (code(place), sku(number)): found})


def discrepancy(there: World, place: int, number: int) -> World:
    found = Discrepancy(place * 10 + number, code(place), sku(number), "out_of_stock", NOW)
    return replace(there, discrepancies={**there.discrepancies, (code(place), sku(number)): (found,)})


def inactive(there: World, *places: int) -> World:
    for place in places:
        there = there.with_location(replace(there.locations[code(place)], is_active=False))
    return there


def outside(there: World, *places: int) -> World:
    """Those locations on the except-list of every rule."""
    codes = frozenset(code(place) for place in places)
    scenario = there.scenarios[0]
    rules = tuple(replace(rule, except_stock_locations=codes) for rule in scenario.rules)
    return there.with_scenario(replace(scenario, rules=rules))


def one_stale_reservation() -> World:
    """Three lines are served, the fourth lies under fourteen stale reservations at one location."""
    there = with_stock(with_stock(world(4, 60, 3), 7, 1, 2, 3), 33, 4, count=1400)
    return held(there, 33, 4, 14, "100")


def everywhere_outside() -> World:
    """Half of the locations have everything, and no rule lets one of them in."""
    there = world(4, 60, 3)
    for place in range(1, 31):
        there = with_stock(there, place, 1, 2, 3, 4)
    return outside(there, *range(1, 31))


def two_inactive() -> World:
    """Twenty locations have two of the products, twenty the other two, and all of them are off."""
    there = world(4, 60, 3)
    for place in range(1, 21):
        there = with_stock(with_stock(there, place, 1, 2), place + 20, 3, 4)
    return inactive(there, *range(1, 41))


def three_needed() -> World:
    """Each product lies at fifteen locations of its own, all of them off: four changes, so no remedy."""
    there = world(4, 60, 3)
    for place in range(60):
        there = with_stock(there, place + 1, place % 4 + 1)
    return inactive(there, *range(1, 61))


def two_faults_everywhere() -> World:
    """Every location is outside the rules and has a discrepancy for each product, but stock of all."""
    there = world(4, 60, 3, stock_count=100)
    for place in range(1, 61):
        for number in range(1, 5):
            there = discrepancy(there, place, number)
    return outside(there, *range(1, 61))


def one_product_short() -> World:
    """Four lines of one product, three units at each of sixty locations that are off."""
    return inactive(world(4, 60, 3, stock_count=100), *range(1, 61))


def one_product(lines: int) -> Demand:
    wanted = tuple(Line(number, sku(1), 100) for number in range(1, lines + 1))
    return replace(demand(lines), lines=wanted)


def cases() -> list[Case]:
    small, large, same = demand(3), demand(4), one_product(4)
    return [
        ("plan, 3 lines × 40 locations × 2 rules, nothing there", 1.5, on(plan, small, world(3, 40, 2))),
        ("plan, the same, all served by the first rule", 1.5, on(plan, small, world(3, 40, 2, 100))),
        ("plan, the same, split none", 1.5, on(plan, small, world(3, 40, 2, split=Split.NONE))),
        ("plan, the same, split quantity", 1.5, on(plan, small, world(3, 40, 2, 30, Split.QUANTITY))),
        ("plan, 4 × 60 × 3, nothing there", None, on(plan, large, world(4, 60, 3))),
        ("remedies, 4 × 60 × 3, one change: stale", 20, on(find_remedies, large, one_stale_reservation())),
        ("remedies, one change: 30 outside", 20, on(find_remedies, large, everywhere_outside())),
        ("remedies, two changes: 20 + 20 off", 150, on(find_remedies, large, two_inactive())),
        ("remedies, two changes: two faults at all", 150, on(find_remedies, large, two_faults_everywhere())),
        ("remedies, none: four changes needed", 150, on(find_remedies, large, three_needed())),
        ("remedies, none: no stock anywhere", 150, on(find_remedies, large, world(4, 60, 3))),
        ("remedies, one product, four lines, all off", 150, on(find_remedies, same, one_product_short())),
        ("explain, one change: stale", 20, on(explain, large, one_stale_reservation())),
        ("explain, one change: 30 outside", 20, on(explain, large, everywhere_outside())),
        ("explain, two changes: two faults at all", 150, on(explain, large, two_faults_everywhere())),
        ("explain, none: four changes needed", 150, on(explain, large, three_needed())),
        ("cause, no stock anywhere", None, on(cause_of, large, world(4, 60, 3))),
    ]


def on(act: Callable[[Demand, World], object], asked: Demand, there: World) -> Callable[[], object]:
    return lambda: act(asked, there)


def milliseconds(act: Callable[[], object]) -> float:
    # The processor's time, so that other work on the machine does not count.
    started = process_time()
    act()
    return (process_time() - started) * 1000


def measure(act: Callable[[], object]) -> float:
    """Median milliseconds of repeated runs; fewer of those that take long."""
    first = milliseconds(act)
    repetitions = max(5, min(REPETITIONS, int(2000 / max(first, 0.001))))
    return median(milliseconds(act) for _ in range(repetitions))


def main() -> None:
    print(f"{'case':<58}{'median ms':>10}{'at most':>9}")
    for name, limit, act in cases():
        print(f"{name:<58}{measure(act):>10.2f}{limit if limit is not None else '–':>9}")


if __name__ == "__main__":
    main()
