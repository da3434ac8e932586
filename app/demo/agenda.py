"""What is still to happen in the simulated month, in order of time."""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush


class Agenda:
    """Acts by moment (microseconds relative to the anchor, see rhythm). What falls after it never happens."""

    def __init__(self) -> None:
        self._acts: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0

    def put(self, moment: int, act: Callable[[], None]) -> None:
        """Have it happen at that moment; acts of one moment happen as they were put in."""
        self._count += 1
        if moment <= 0:
            heappush(self._acts, (moment, self._count, act))

    def happen(self) -> Iterator[tuple[int, Callable[[], None]]]:
        """Everything in order of time, what acts put in meanwhile too."""
        while self._acts:
            moment, _, act = heappop(self._acts)
            yield moment, act
