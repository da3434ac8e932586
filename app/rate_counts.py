"""Rate limits counted in memory, without a thread for every request. Decides nothing about rates."""

from __future__ import annotations

import threading
from time import monotonic

from limits.storage import MemoryStorage

SWEPT_EVERY = 60  # seconds
_SCHEME = "calm-memory"


def storage_uri(url: str) -> str:
    """What limits is to be given for the setting RATELIMIT_STORAGE_URL."""
    return f"{_SCHEME}://" if url.startswith("memory:") else url


class _Sweep:
    """What the storage takes for its timer: runs the one it was given, but not again for a while."""

    def __init__(self) -> None:
        self.given: threading.Timer | None = None
        self._next = 0.0

    def is_alive(self) -> bool:
        return monotonic() < self._next

    def start(self) -> None:
        self._next = monotonic() + SWEPT_EVERY
        if self.given is not None:
            self.given.daemon = True
            self.given.start()


class CalmMemoryStorage(MemoryStorage):
    """limits' storage in memory, whose own timer is asked for more rarely.

    It starts a timer thread with nearly every request, to forget counts of windows that have ended; under
    load that took longer than the rest of a request. Reading a count looks at its age anyway, so forgetting
    once a minute only bounds the memory.
    """

    STORAGE_SCHEME = [_SCHEME]  # noqa: RUF012  the library's own form

    @property  # type: ignore[override]
    def timer(self) -> _Sweep:
        """Called by the storage before each count."""
        return self._sweep()

    @timer.setter
    def timer(self, timer: threading.Timer) -> None:
        self._sweep().given = timer

    def _sweep(self) -> _Sweep:
        found: _Sweep = self.__dict__.setdefault("_sweep_of_counts", _Sweep())
        return found
