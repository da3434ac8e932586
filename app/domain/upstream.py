"""Keeping up with the upstream: what is known of each of its orders, and when to look again. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

LOOK_BACK = timedelta(minutes=10)
"""So far before the newest change seen reading begins again: what was written late is still found."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(days=1)


class RecordState(StrEnum):
    """What became of the newest version of an upstream order: it is here, it may not come in (and why), it
    cannot be used (and why), or somebody decided to do without it."""

    APPLIED = "applied"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    DISMISSED = "dismissed"


class FeedName(StrEnum):
    """Two ways through the upstream's orders: what changed lately, and all of them now and then."""

    CHANGES = "changes"
    SWEEP = "sweep"


class RunOutcome(StrEnum):
    """How reading ended: at the end, by an error, or because its process went away. Open ones have none."""

    FINISHED = "finished"
    PAUSED = "paused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an upstream order: the version acted on, and when to try a broken one again."""

    state: str
    modified_date: datetime | None
    next_try_date: datetime | None


def begin_at(reading: datetime | None, newest: datetime | None) -> datetime:
    """Where to begin: where an interrupted reading stood, else a while before the newest change seen."""
    if reading is not None:
        return reading
    return newest - LOOK_BACK if newest is not None else BEGINNING


def is_wanted(known: Known | None, modified_date: datetime, now: datetime) -> bool:
    """Whether an order with that date of change has to be fetched."""
    if known is None or known.modified_date is None or modified_date > known.modified_date:
        return True
    return is_due(known, now)


def is_due(known: Known, now: datetime) -> bool:
    """Whether a broken order is to be tried again."""
    is_broken = known.state == RecordState.QUARANTINED
    return is_broken and known.next_try_date is not None and known.next_try_date <= now


def wait_before_try(tries: int, is_passing: bool) -> timedelta:
    """How long to leave a broken order alone after so many tries in vain; doubles, up to a day.

    `is_passing`: the upstream did not answer, so that the first new try comes at once.
    """
    if is_passing and tries <= 1:
        return timedelta(0)
    return min(_FIRST_WAIT * (1 << min(tries, 20)), _LONGEST_WAIT)


def changed_lines(
    stored: Mapping[int, tuple[str, int]], sent: Sequence[tuple[int, str, int]]
) -> tuple[str, str] | None:
    """Why the lines of a newer version cannot be laid over the stored ones: field and reason, or None.

    `stored`: SKU and quantity (hundredths) by item number; `sent`: number, SKU and quantity. What is to be
    served is fixed when an order arrives; a hub that changes it sends another order.
    """
    numbers = {number for number, _sku, _quantity in sent}
    for place, (number, sku, quantity) in enumerate(sent):
        where = f"orderitem_set[{place}]"
        if number not in stored:
            return f"{where}.pk", f"is {number}, an item that the order here does not have"
        if stored[number][0] != sku:
            return f"{where}.product.sku", f"is {sku!r}, but the item here is {stored[number][0]!r}"
        if stored[number][1] != quantity:
            return f"{where}.quantity", "is not what was ordered when the order came in"
    missing = sorted(set(stored) - numbers)
    return ("orderitem_set", f"does not name item {missing[0]} any more") if missing else None
