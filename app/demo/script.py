"""Collects the lines of the world script with their moments, so that each comes later than the one before."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from app.demo.rhythm import SECOND

# Facts of one act follow each other closely, never at the same instant: their order must survive sorting.
_GAP = SECOND // 20


class Script:
    """The lines written so far. `now` is the moment of what is being told (microseconds, see rhythm)."""

    def __init__(self) -> None:
        self.now = -(2**62)
        self._last = self.now
        self._lines: list[tuple[int, dict[str, Any]]] = []

    def tell(self, line: dict[str, Any]) -> None:
        """Write a line at the present moment, or right after the last one."""
        self._last = max(self.now, self._last + _GAP)
        self._lines.append((self._last, line))

    def take(self, anchor: datetime) -> Iterator[dict[str, Any]]:
        """Hand out the lines written since the last call, each with `at` first."""
        lines, self._lines = self._lines, []
        for moment, line in lines:
            yield {"at": instant(anchor, moment), **line}


def instant(anchor: datetime, moment: int) -> str:
    """The moment as ISO-8601 in UTC, with six digits and Z."""
    at = anchor + timedelta(microseconds=moment)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
