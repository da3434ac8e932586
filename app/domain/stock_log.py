"""The formula of the stock log, stated once (D1). All counts are integer hundredths of a unit."""

UNIT_TYPE = "quantity"


def free_quantity(stock_count: int, reservation_count: int) -> int:
    """What is free at a location: quantity = stock_count − reservation_count. Often negative."""
    return stock_count - reservation_count


def is_nothing_free(quantity: int) -> bool:
    """Zero or less means that nothing is free (D20: normal, not an error)."""
    return quantity <= 0


def breaks_formula(stock_count: int, reservation_count: int, quantity: int) -> bool:
    """Whether a stored row disagrees with the formula; the consistency check reports such rows."""
    return quantity != free_quantity(stock_count, reservation_count)
