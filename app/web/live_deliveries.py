"""When a part of a page that shows deliveries asks again: soon while one is on its way, else not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from app.queries.webhook_deliveries import DeliveryRow

SOON = timedelta(seconds=20)
SECONDS_WHEN_SOON, SECONDS_WHEN_LATER = 2, 15


@dataclass(frozen=True, slots=True)
class Liveness:
    """`seconds` until the part asks again (None: it does not), and `seen`: which version of it is shown."""

    seconds: int | None
    seen: str

    @property
    def trigger(self) -> str:
        """What htmx waits for. Coming back to the page always asks: something may have begun meanwhile."""
        back = "visibilitychange from:document"
        return back if self.seconds is None else f"every {self.seconds}s, {back}"


def liveness_of(events: Sequence[DeliveryRow], now: datetime) -> Liveness:
    """How the part that shows these events stays true."""
    seconds = _seconds(events, now)
    return Liveness(seconds, _version(events, seconds))


def _seconds(events: Iterable[DeliveryRow], now: datetime) -> int | None:
    """What waits for a webhook that is off does not move."""
    moving = [one for one in events if one.running or (one.next_attempt_date and one.is_listening)]
    if not moving:
        return None
    is_soon = any(one.running or (one.next_attempt_date or now) <= now + SOON for one in moving)
    return SECONDS_WHEN_SOON if is_soon else SECONDS_WHEN_LATER


def _version(events: Iterable[DeliveryRow], seconds: int | None) -> str:
    shown = [
        (
            one.id,
            one.state,
            one.next_attempt_date,
            one.is_listening,
            [(a.id, a.outcome) for a in one.attempts],
        )
        for one in events
    ]
    return sha256(repr((seconds, shown)).encode()).hexdigest()[:16]
