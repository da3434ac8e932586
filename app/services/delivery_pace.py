"""How many deliveries are under way by our own work: begun or answered, and not written down yet.

These are what a crash would send twice. Those that wait for their receiver do not count: they keep nobody
back, and a slow receiver does not slow down others.
"""

from __future__ import annotations

import threading

AT_ONCE = 8


class Pace:
    """Lets threads begin as long as fewer than AT_ONCE deliveries are under way."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way = 0

    def begin(self) -> None:
        """Wait for a turn. It ends with `settled`."""
        with self._changed:
            self._changed.wait_for(lambda: self._under_way < AT_ONCE)
            self._under_way += 1

    def begins(self) -> None:
        """The delivery of this thread waits for its receiver."""
        self._less(1)

    def ends(self) -> None:
        """It has an answer. That may be one too many: nobody new begins then."""
        with self._changed:
            self._under_way += 1

    def settled(self, count: int) -> None:
        """So many deliveries have been written down."""
        self._less(count)

    def _less(self, count: int) -> None:
        with self._changed:
            self._under_way -= count
            self._changed.notify(count)
