"""In which order a rule asks its locations."""

from collections.abc import Mapping

import pytest

from app.domain.facts import Demand, Location, OrderBy, Place, Split
from app.domain.planning import plan
from app.domain.rule_order import great_circle_km, ordered
from tests.domain.worlds import SKU, a_demand, a_line, a_location, a_rule, a_world

ISTANBUL = {"latitude": 41.0, "longitude": 29.0}


def asked(
    order_by: OrderBy,
    *locations: Location,
    free: Mapping[Place, int] | None = None,
    demand: Demand | None = None,
) -> list[str]:
    """The codes in the order asked; `free` in hundredths, by place."""
    order = demand or a_demand()
    found = ordered(
        order_by, locations, order, order.lines, lambda code, sku: (free or {}).get((code, sku), 0)
    )
    return [one.erp_code for one in found]


def free_units(**counts: int) -> dict[Place, int]:
    return {(code, SKU): count * 100 for code, count in counts.items()}


# --- priority --------------------------------------------------------------------------------------


def test_a_lower_priority_number_is_asked_first() -> None:
    locations = [a_location("A", priority=3), a_location("B", priority=1), a_location("C", priority=2)]
    assert asked(OrderBy.PRIORITY, *locations) == ["B", "C", "A"]


def test_an_empty_priority_comes_last_and_zero_first() -> None:
    locations = [a_location("A"), a_location("B", priority=9), a_location("C", priority=0)]
    assert asked(OrderBy.PRIORITY, *locations) == ["C", "B", "A"]


def test_equal_priorities_go_by_code() -> None:
    locations = [a_location(code, priority=1) for code in ("C", "A", "B")] + [a_location("0")]
    assert asked(OrderBy.PRIORITY, *locations) == ["A", "B", "C", "0"]


@pytest.mark.parametrize("order_by", OrderBy)
def test_where_nothing_else_differs_priority_and_then_code_decide(order_by: OrderBy) -> None:
    locations = [a_location("A"), a_location("C", priority=2), a_location("B", priority=2)]
    assert asked(order_by, *locations) == ["B", "C", "A"]


# --- stock -----------------------------------------------------------------------------------------


def test_most_free_units_are_asked_first() -> None:
    locations = [a_location("A", priority=1), a_location("B", priority=2), a_location("C", priority=3)]
    demand = a_demand(a_line(needed=9))
    free = free_units(A=1, B=3, C=2)
    assert asked(OrderBy.STOCK, *locations, free=free, demand=demand) == ["B", "C", "A"]


def test_units_beyond_what_is_needed_do_not_count() -> None:
    locations = [a_location("A", priority=1), a_location("B", priority=2)]
    demand = a_demand(a_line(needed=2))
    assert asked(OrderBy.STOCK, *locations, free=free_units(A=2, B=50), demand=demand) == ["A", "B"]


def test_having_some_of_each_product_beats_a_mountain_of_one() -> None:
    locations = [a_location("MOUNTAIN", priority=1), a_location("BOTH", priority=2)]
    demand = a_demand(a_line(1, "X", 2), a_line(2, "Y", 2))
    free = {("MOUNTAIN", "X"): 50_00, ("BOTH", "X"): 1_50, ("BOTH", "Y"): 1_00}
    assert asked(OrderBy.STOCK, *locations, free=free, demand=demand) == ["BOTH", "MOUNTAIN"]


def test_two_lines_of_one_product_are_capped_together() -> None:
    locations = [a_location("A", priority=1), a_location("B", priority=2)]
    demand = a_demand(a_line(1, needed=1), a_line(2, needed=2))
    assert asked(OrderBy.STOCK, *locations, free=free_units(A=2, B=3), demand=demand) == ["B", "A"]
    assert asked(OrderBy.STOCK, *locations, free=free_units(A=3, B=9), demand=demand) == ["A", "B"]


def test_a_location_that_promised_too_much_of_one_product_is_not_punished_for_it() -> None:
    locations = [a_location("A", priority=1), a_location("B", priority=2)]
    demand = a_demand(a_line(1, "X", 2), a_line(2, "Y", 2))
    free = {("A", "X"): -5_00, ("A", "Y"): 2_00, ("B", "X"): 1_00}
    assert asked(OrderBy.STOCK, *locations, free=free, demand=demand) == ["A", "B"]


# --- density ---------------------------------------------------------------------------------------


def test_fewest_open_packages_are_asked_first() -> None:
    locations = [
        a_location("A", quota=2, priority=1),
        a_location("B", quota=0),
        a_location("C", quota=1),
        a_location("D", quota=1, priority=5),
    ]
    assert asked(OrderBy.DENSITY, *locations) == ["B", "D", "C", "A"]


# --- distance --------------------------------------------------------------------------------------


def test_the_nearest_is_asked_first() -> None:
    locations = [
        a_location("ANKARA", latitude=39.93, longitude=32.86, priority=1),
        a_location("GEBZE", latitude=40.80, longitude=29.43, priority=3),
        a_location("IZMIR", latitude=38.42, longitude=27.14, priority=2),
    ]
    assert asked(OrderBy.DISTANCE, *locations, demand=a_demand(**ISTANBUL)) == ["GEBZE", "IZMIR", "ANKARA"]


def test_a_location_without_coordinates_is_asked_after_those_with() -> None:
    locations = [
        a_location("NOWHERE", priority=1),
        a_location("HALF", latitude=41.0, priority=2),
        a_location("FAR", latitude=-40.0, longitude=-150.0),
    ]
    assert asked(OrderBy.DISTANCE, *locations, demand=a_demand(**ISTANBUL)) == ["FAR", "NOWHERE", "HALF"]


@pytest.mark.parametrize("known", [{}, {"latitude": 41.0}, {"longitude": 29.0}])
def test_an_address_without_coordinates_is_served_by_priority(known: dict[str, float]) -> None:
    near = a_location("NEAR", latitude=41.0, longitude=29.0, priority=2)
    far = a_location("FAR", latitude=10.0, longitude=10.0, priority=1)
    unknown = a_location("UNKNOWN", priority=0)
    assert asked(OrderBy.DISTANCE, near, far, unknown, demand=a_demand(**known)) == ["UNKNOWN", "FAR", "NEAR"]


def test_equally_far_locations_go_by_priority() -> None:
    locations = [a_location(code, **ISTANBUL, priority=priority) for code, priority in (("A", 2), ("B", 1))]
    assert asked(OrderBy.DISTANCE, *locations, demand=a_demand(**ISTANBUL)) == ["B", "A"]


def test_distance_is_along_the_great_circle() -> None:
    assert great_circle_km(0, 0, 0, 90) == pytest.approx(10_007.6, abs=0.1)
    assert great_circle_km(41.01, 28.98, 39.93, 32.86) == pytest.approx(350, abs=3)
    assert great_circle_km(10, 179.5, 10, -179.5) == pytest.approx(109.5, abs=0.5)
    assert great_circle_km(41, 29, 41, 29) == 0


# --- in the planner --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order_by", "gives_first"),
    [(OrderBy.PRIORITY, "A"), (OrderBy.STOCK, "B"), (OrderBy.DENSITY, "C"), (OrderBy.DISTANCE, "D")],
)
def test_the_planner_asks_in_the_rules_order(order_by: OrderBy, gives_first: str) -> None:
    world = a_world(
        a_location("A", priority=1, quota=5, latitude=36.0, longitude=36.0),
        a_location("B", priority=2, quota=4, latitude=37.0, longitude=36.0),
        a_location("C", priority=3, quota=1, latitude=38.0, longitude=36.0),
        a_location("D", priority=4, quota=2, **ISTANBUL),
        stock={("A", SKU): 1, ("B", SKU): 3, ("C", SKU): 2, ("D", SKU): 2},
        rules=[a_rule(order_by=order_by, split=Split.QUANTITY)],
    )
    found = plan(a_demand(a_line(needed=6), **ISTANBUL), world)
    assert found.is_whole
    assert found.grants[0].erp_code == gives_first
