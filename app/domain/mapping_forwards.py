"""Mappings passed on to the upstream hub (D15): their states, and how long to wait between tries."""

from datetime import timedelta
from enum import StrEnum


class ForwardState(StrEnum):
    """What became of one mapping on its way; `failed` waits for somebody to try it again."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


# After the first try, the second, …: quick at first, then patient. Two days in all.
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400)
)


def wait_after(tries: int, asked_for: float | None = None) -> timedelta | None:
    """How long to wait after so many tries; None when that was the last one.

    `asked_for` are the seconds of a Retry-After; they prolong a wait up to twice its length.
    """
    if not 1 <= tries <= len(WAITS):
        return None
    usual = WAITS[tries - 1]
    return min(max(usual, timedelta(seconds=asked_for or 0)), 2 * usual)
