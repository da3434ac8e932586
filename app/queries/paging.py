"""One page of a list: its rows, and where it stands in the whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")

DEFAULT_LIMIT = 50
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of page `number` (from 1) of `limit` rows each, out of exactly `count`."""

    rows: Sequence[Row]
    number: int
    limit: int
    count: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.count // self.limit))

    @property
    def first(self) -> int:
        """The place of the first row in the whole list, from 1; 0 for an empty list."""
        return (self.number - 1) * self.limit + 1 if self.count else 0

    @property
    def last(self) -> int:
        """The place of the last row in the whole list."""
        return self.first + len(self.rows) - 1 if self.rows else self.first


def take_page(number: int, limit: int, count: int, rows: Callable[[int, int], Sequence[Row]]) -> Page[Row]:
    """The page of that number, or the last one when the list has become shorter.

    `rows` is called with offset and limit; an empty list is not asked at all.
    """
    limit = max(1, min(limit, MOST_ROWS))
    last = max(1, -(-count // limit))
    shown = max(1, min(number, last))
    return Page(rows((shown - 1) * limit, limit) if count else [], shown, limit, count)
