"""The only place that reads the time of day. World loading and tests set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_set_instant: ContextVar[datetime | None] = ContextVar("set_instant", default=None)


def now() -> datetime:
    """The present instant, in UTC with its zone; the one set by `at()` where there is one."""
    instant = _set_instant.get()
    return instant if instant is not None else datetime.now(UTC)


def is_set() -> bool:
    """Whether `at()` says what time it is."""
    return _set_instant.get() is not None


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Within the block it is `instant` (any zone). Other threads and requests keep their own time.

    Raises ValueError for an instant without a zone: nobody could say which one was meant.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no time zone")
    token = _set_instant.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _set_instant.reset(token)
