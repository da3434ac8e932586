"""How many deliveries begin at a time. Receivers that answer at once are limited by our own work for each;
beginning more of them than that only lengthens the time in which a crash would send something twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 8
FRESH_SECONDS = 0.015
"""A delivery that is older waits for its receiver, and keeps nobody back."""


class Pace:
    """Lets threads begin, AT_ONCE of them within FRESH_SECONDS, or as soon as others have ended."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._begun: dict[int, float] = {}

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn; the block is the delivery."""
        me = threading.get_ident()
        with self._changed:
            while (wait := self._must_wait()) > 0:
                self._changed.wait(wait)
            self._begun[me] = time.monotonic()
        try:
            yield
        finally:
            with self._changed:
                del self._begun[me]
                self._changed.notify()

    def _must_wait(self) -> float:
        """Seconds until one of those that keep us back is no longer fresh."""
        now = time.monotonic()
        fresh = [begun for begun in self._begun.values() if now - begun < FRESH_SECONDS]
        return min(fresh) + FRESH_SECONDS - now if len(fresh) >= AT_ONCE else 0.0
