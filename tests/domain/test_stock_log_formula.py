"""The formula of the stock log (D1) and the reading of its zero (D20)."""

import pytest

from app.domain.stock_log import breaks_formula, free_quantity, is_nothing_free


def test_the_quantity_is_stock_minus_reservations_as_in_the_sample_answer() -> None:
    assert free_quantity(1_00, 6_00) == -5_00


@pytest.mark.parametrize(("quantity", "expected"), [(-5_00, True), (0, True), (1, False)])
def test_zero_or_less_means_that_nothing_is_free(quantity: int, expected: bool) -> None:
    assert is_nothing_free(quantity) is expected


def test_a_row_written_with_the_signs_swapped_breaks_the_formula() -> None:
    assert not breaks_formula(1_00, 6_00, -5_00)
    assert breaks_formula(1_00, 6_00, 5_00)
