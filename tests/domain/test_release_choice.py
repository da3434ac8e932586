"""Which stale reservations are released: the fewest, then the least excess, then the oldest."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.diagnosis.release import every_amount, fewest_that_free, stale_at
from app.domain.facts import HeldReservation
from tests.domain.worlds import (
    HERE,
    a_reservation,
    a_stale_reservation,
    a_world,
    days_ago,
    hundredths,
)


def stale(*units: float) -> list[HeldReservation]:
    """Stale reservations of so many units, numbered from 1, oldest first."""
    return [
        a_stale_reservation(number, quantity=count, reserved_at=days_ago(50 - number))
        for number, count in enumerate(units, start=1)
    ]


@pytest.mark.parametrize(
    ("units", "needed", "chosen"),
    [
        ([1], 1, [1]),
        ([1, 1, 1], 1, [1]),
        ([1, 1, 1], 2, [1, 2]),
        ([1, 1, 3], 2, [3]),
        ([5, 3, 4], 3, [2]),
        ([5, 4, 4], 3, [2]),
        ([2, 2, 3, 3], 5, [1, 3]),
        ([3, 2, 2, 3], 5, [1, 2]),
        ([9, 1, 2], 3, [1]),
        ([0.5, 0.25, 0.75], 0.6, [3]),
        ([1, 2], 3, [1, 2]),
        ([1, 2], 4, None),
        ([], 1, None),
    ],
)
def test_the_fewest_then_the_least_excess_then_the_oldest(
    units: list[float], needed: float, chosen: list[int] | None
) -> None:
    found = fewest_that_free(stale(*units), hundredths(needed))
    assert (None if found is None else [one.id for one in found]) == chosen


quantities = st.lists(st.integers(1, 6), max_size=7)


@settings(deadline=None, max_examples=200)
@given(quantities, st.integers(1, 20))
def test_no_choice_is_better(units: list[int], needed: int) -> None:
    held = stale(*units)
    enough = [
        (len(chosen), sum(one.quantity for one in chosen), [one.id for one in chosen])
        for size in range(1, len(held) + 1)
        for chosen in combinations(held, size)
        if sum(one.quantity for one in chosen) >= hundredths(needed)
    ]
    found = fewest_that_free(held, hundredths(needed))
    assert (None if found is None else [one.id for one in found]) == (min(enough)[2] if enough else None)


@settings(deadline=None, max_examples=200)
@given(quantities)
def test_for_every_amount_there_is_the_one_best_choice(units: list[int]) -> None:
    held = stale(*units)
    best: dict[int, tuple[int, list[int]]] = {}
    for size in range(1, len(held) + 1):
        for chosen in combinations(held, size):
            amount = sum(one.quantity for one in chosen)
            best.setdefault(amount, (size, [one.id for one in chosen]))
    expected = sorted((size, amount, ids) for amount, (size, ids) in best.items())
    found = every_amount(held)
    assert [[one.id for one in chosen] for chosen in found] == [ids for _, _, ids in expected]


def test_many_reservations_are_chosen_from_quickly() -> None:
    found = fewest_that_free(stale(*[1, 2, 3] * 20), hundredths(31))
    assert found is not None
    assert len(found) == 11
    assert sum(one.quantity for one in found) == hundredths(31)


def test_what_is_stale_at_a_place_is_listed_oldest_first() -> None:
    world = a_world(
        reservations=[
            a_stale_reservation(1, reserved_at=days_ago(1)),
            a_reservation(2, reserved_at=days_ago(9)),
            a_stale_reservation(3, reserved_at=days_ago(5)),
            a_stale_reservation(4, place=("WH2", HERE[1])),
            a_stale_reservation(5, reserved_at=days_ago(5)),
        ]
    )
    assert [one.id for one in stale_at(world, HERE)] == [3, 5, 1]
    assert stale_at(world, ("WH3", HERE[1])) == ()
