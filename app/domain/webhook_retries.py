"""How long to wait between the ten tries to deliver an event: schedules, and which of them can be used.

Source: reliability.md, "Webhooks out". Waits are seconds before jitter; n = 1 is the first wait.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

TRIES = 10

STANDARD_WAITS: tuple[float, ...] = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""The schedule of Standard Webhooks, for subscriptions without one of their own: ten tries over 75 h 35 m."""

JITTER = 0.2
"""A wait may be so much shorter or longer: receivers that were away are not all tried at once."""

LONGEST_WAIT = timedelta(days=7)
"""Nine of these end before the event itself is dropped after 90 days."""


class RetryChoice(StrEnum):
    """The kinds of `retry_countdown_config`."""

    FIXED = "fixed"
    LINEAR = "linear"
    EXPONENTIAL = "exponential"
    RANDOM = "random"


# What each takes as kwargs.
NEEDED: Mapping[RetryChoice, tuple[str, ...]] = {
    RetryChoice.FIXED: ("seconds",),
    RetryChoice.LINEAR: ("base",),
    RetryChoice.EXPONENTIAL: ("base",),
    RetryChoice.RANDOM: ("min_value", "max_value"),
}
OPTIONAL: Mapping[RetryChoice, tuple[str, ...]] = {
    RetryChoice.FIXED: (),
    RetryChoice.LINEAR: ("limit",),
    RetryChoice.EXPONENTIAL: ("factor", "limit"),
    RetryChoice.RANDOM: (),
}


def problems_of(config: Mapping[str, Any]) -> list[str]:
    """What is wrong with a `retry_countdown_config`; nothing for one that can be used."""
    unknown = sorted(set(config) - {"choice", "kwargs"})
    if unknown:
        return [f"has {unknown[0]!r}, which is not known here"]
    try:
        choice = RetryChoice(config.get("choice", ""))
    except ValueError:
        return [f"needs 'choice', one of {', '.join(RetryChoice)}"]
    kwargs = config.get("kwargs")
    if not isinstance(kwargs, Mapping):
        return ["needs 'kwargs', a JSON object"]
    return _wrong_names(choice, kwargs) or _wrong_numbers(kwargs) or _wrong_together(choice, kwargs)


def longest_waits(config: Mapping[str, Any] | None) -> tuple[float, ...]:
    """The waits between the tries, in seconds; of random ones the longest. None: the standard schedule.

    The config is one that `problems_of` finds nothing wrong with.
    """
    if config is None:
        return STANDARD_WAITS
    return tuple(_longest_wait(RetryChoice(config["choice"]), config["kwargs"], n) for n in range(1, TRIES))


def wait(config: Mapping[str, Any] | None, n: int, chance: float, asked: float | None = None) -> float:
    """Seconds before the next try; n = 1 is the first wait.

    `chance`, from 0 to 1, spreads it: by ±20 %, or between the bounds of `random`; 0.5 leaves the schedule
    as it is. `asked` are the seconds of the receiver's Retry-After: kept within once and twice the wait.
    """
    planned = longest_waits(config)[n - 1]
    if config is not None and config["choice"] == RetryChoice.RANDOM:
        least = float(config["kwargs"]["min_value"])
        chosen = planned = least + (planned - least) * chance
    else:
        chosen = planned * (1 + JITTER * (2 * chance - 1))
    return chosen if asked is None else min(max(asked, planned), 2 * planned)


def _longest_wait(choice: RetryChoice, kwargs: Mapping[str, Any], n: int) -> float:
    if choice is RetryChoice.FIXED:
        return float(kwargs["seconds"])
    if choice is RetryChoice.RANDOM:
        return float(kwargs["max_value"])
    if choice is RetryChoice.LINEAR:
        wait = float(kwargs["base"]) * n
    else:
        wait = float(kwargs["base"]) ** n * float(kwargs.get("factor", 1))
    return min(wait, float(kwargs["limit"])) if "limit" in kwargs else wait


def _wrong_names(choice: RetryChoice, kwargs: Mapping[str, Any]) -> list[str]:
    needed, known = NEEDED[choice], (*NEEDED[choice], *OPTIONAL[choice])
    missing = [f"needs {name!r} for the choice {choice}" for name in needed if name not in kwargs]
    unknown = [f"has {name!r}, which {choice} does not know" for name in sorted(kwargs) if name not in known]
    return missing + unknown


def _wrong_numbers(kwargs: Mapping[str, Any]) -> list[str]:
    most = LONGEST_WAIT.total_seconds()
    return [
        f"needs a number above 0 and up to {most:.0f} as {name!r}"
        for name, value in kwargs.items()
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most
    ]


def _wrong_together(choice: RetryChoice, kwargs: Mapping[str, Any]) -> list[str]:
    if choice is RetryChoice.RANDOM and kwargs["max_value"] <= kwargs["min_value"]:
        return ["'max_value' must be greater than 'min_value'."]
    waits = longest_waits({"choice": choice, "kwargs": kwargs})
    if max(waits) > LONGEST_WAIT.total_seconds():
        return [f"has waits of more than {LONGEST_WAIT.days} days; a 'limit' would end their growth"]
    return []
