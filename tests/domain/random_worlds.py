"""Small random worlds in which everything can be wrong, and demands for them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from app.domain.facts import (
    Demand,
    HeldReservation,
    Location,
    LocationType,
    OrderBy,
    Place,
    Rule,
    Scenario,
    Split,
    World,
)
from tests.domain.worlds import (
    NOW,
    a_demand,
    a_discrepancy,
    a_line,
    a_location,
    a_reservation,
    a_rule,
    a_scenario,
    a_world,
    hours_ago,
)

CODES = ("A", "B", "C", "D")
SKUS = ("X", "Y")
ITEMS = 3


def one_of(*variants: Any) -> st.SearchStrategy[Any]:
    """One of these; the first is what an example is shrunk to, and repeats make a variant likely."""
    return st.sampled_from(variants)


seldom = one_of(False, False, False, True)
"""For what is mostly healthy, so that worlds are neither all well nor beyond help."""

_GUISES = one_of(
    {},
    {"priority": 1},
    {"priority": 2, "latitude": 41.0, "longitude": 28.0},
    {"stock_location_type": LocationType.STORE, "priority": 1},
    {"stock_location_type": LocationType.STORE, "latitude": 37.0, "longitude": 30.0},
)
_FAULTS = one_of(
    {"max_quota": 9},
    {"max_quota": 3, "quota": 2},
    {"quota": 1},
    {"max_quota": 1, "quota": 1},
    {"max_quota": 9, "is_active": False},
    {"max_quota": 0, "quota": 2, "is_active": False},
)
_ADMITS = one_of(
    {},
    {},
    {},
    {"stock_locations": ("A",)},
    {"stock_locations": ("B", "C"), "except_stock_locations": ("C",)},
    {"except_stock_locations": ("A", "B")},
    {"stock_location_type": LocationType.STORE},
    {"stock_location_type": LocationType.WAREHOUSE, "except_stock_locations": ("A",)},
)
_HOLDS = one_of(
    {},
    {"order_state": "100"},
    {"order_state": "100"},
    {"package_item_state": "600"},
    {"mapping_id": 1, "mapped_at": hours_ago(3)},
    {"mapping_id": 1, "mapped_at": NOW},
    {"package_id": None, "package_state": None, "order_placed_at": NOW - timedelta(days=8)},
    {"order_state": "550", "item_state": "550"},
    {"package_state": "700"},
)


@st.composite
def locations(draw: st.DrawFn, code: str) -> Location:
    return a_location(code, **draw(_GUISES), **draw(_FAULTS))


@st.composite
def rules(draw: st.DrawFn, number: int) -> Rule:
    return a_rule(
        id=number,
        priority=draw(one_of(1, 2)),
        order_by=draw(one_of(*OrderBy)),
        select_by_quota=draw(seldom),
        split=draw(one_of(Split.LINE, Split.NONE, Split.QUANTITY)),
        **draw(_ADMITS),
    )


@st.composite
def scenarios(draw: st.DrawFn, number: int) -> Scenario:
    tried = [draw(rules(10 * number + place)) for place in range(draw(one_of(1, 2, 3, 1, 2, 0)))]
    condition = draw(one_of({}, {}, {"channels": ("Web",)}, {"channels": ("App",)}, {"is_active": False}))
    return a_scenario(*tried, id=number, name=f"scenario {number}", priority=number, **condition)


@st.composite
def reservations(draw: st.DrawFn, number: int, place: Place) -> HeldReservation:
    """Live or stale in one of the ways; held since different days, so that there is an oldest."""
    reserved_at = NOW - timedelta(days=1 + number % 3)
    return a_reservation(number, place, draw(one_of(1, 1, 2)), reserved_at=reserved_at, **draw(_HOLDS))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to four locations, two products, three rules each in two scenarios."""
    known = [draw(locations(code)) for code in CODES[: draw(one_of(2, 3, 4, 1))]]
    places = [(one.erp_code, sku) for one in known for sku in SKUS]
    counts = {place: draw(one_of(2, 1, 3, 4, 0, None)) for place in places}
    held = draw(st.lists(one_of(*places), max_size=5))
    reported = draw(st.lists(one_of(*places), max_size=2))
    refused = st.tuples(st.integers(1, ITEMS), one_of(*CODES))
    return a_world(
        *known,
        stock={place: count for place, count in counts.items() if count is not None},
        scenarios=[draw(scenarios(number)) for number in range(1, draw(one_of(1, 2)) + 1)],
        reservations=[draw(reservations(number, place)) for number, place in enumerate(held, start=1)],
        discrepancies=[a_discrepancy(number, place) for number, place in enumerate(reported, start=1)],
        refusals=draw(st.frozensets(refused, max_size=1)),
        discrepancy_blocks=draw(one_of(True, True, True, False)),
    )


@st.composite
def demands(draw: st.DrawFn) -> Demand:
    """One to three lines of the two products, one to three units each."""
    lines = [
        a_line(item, draw(one_of(*SKUS)), draw(one_of(1, 1, 2, 3)))
        for item in range(1, draw(one_of(2, 1, 3)) + 1)
    ]
    return a_demand(*lines, **draw(one_of({}, {"latitude": 41.0, "longitude": 29.0})))


@st.composite
def queues(draw: st.DrawFn) -> list[Demand]:
    """One to five orders, each placed an hour after the one before."""
    asked = draw(st.lists(demands(), min_size=1, max_size=5))
    return [
        replace(one, order_id=number, order_number=str(number), placed_at=hours_ago(100 - number))
        for number, one in enumerate(asked)
    ]
