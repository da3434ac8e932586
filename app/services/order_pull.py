"""Brings named orders here from the upstream, and says of each whether it came (D8).

Orders that are here already are not asked for again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.clients.omnitron import BrokenRecord, Omnitron
from app.domain import order_pull as texts
from app.domain.errors import Refused
from app.queries import order_numbers
from app.services import batches, upstream, upstream_records
from app.services.batches import PlannedRow
from app.services.upstream import Fetched

BATCH = "order.pull"


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of one number; no errors means that its order is here now."""

    order_number: str
    errors: tuple[str, ...] = ()


def pull_orders(numbers: Sequence[str], told: Callable[[Pulled], None] | None = None) -> list[Pulled]:
    """Pull each order; one result a number, in their order. A number named twice is pulled once.

    Each is a transaction of its own; `told` hears of it at once. While the upstream does not answer, the
    others are not tried.
    """
    taken = order_numbers.channels_by_number(numbers)
    client, found = upstream.connection(), dict[str, Pulled]()
    silence: str | None = None
    for number in dict.fromkeys(numbers):
        if silence is not None and number not in taken:
            found[number] = Pulled(number, (texts.not_answered(number, silence),))
        else:
            found[number], silence = _pull(client, number, taken.get(number, ()))
        if told is not None:
            told(found[number])
    return [found[number] for number in numbers]


def plan_pull(numbers: Sequence[str], back: str = "") -> int:
    """A batch that pulls each number once; its id. Raises Refused as `batches.plan_batch` does."""
    rows = [PlannedRow(number, {"order_number": number}) for number in dict.fromkeys(numbers)]
    return batches.plan_batch(BATCH, rows, title={"count": len(rows)}, back=back)


def _pull(client: Omnitron | None, number: str, taken: Sequence[str]) -> tuple[Pulled, str | None]:
    """What became of the number, and why the upstream does not answer, if it does not."""
    refused = _refused_unasked(client, number, taken)
    if client is None or refused:
        return Pulled(number, refused), None
    fetched = upstream.fetch(client, number)
    try:
        return Pulled(number, upstream.store(fetched)), fetched.silence
    except BrokenRecord as broken:
        upstream_records.quarantine(broken)
        return Pulled(number, (texts.broken(number, broken.field, broken.reason),)), None


def _refused_unasked(client: Omnitron | None, number: str, taken: Sequence[str]) -> tuple[str, ...]:
    if taken:
        return tuple(texts.already_exists(number, channel) for channel in taken)
    return (texts.not_connected(number),) if client is None else ()


def _prepare_row(arguments: Mapping[str, Any]) -> Callable[[], Mapping[str, Any]]:
    """Ask the upstream; the act that is left stores the answer. Raises Refused with the vendor's texts."""
    number, client = arguments["order_number"], upstream.connection()
    taken = order_numbers.channels_by_number([number]).get(number, ())
    refused = _refused_unasked(client, number, taken)
    if client is None or refused:
        raise _refusal(refused)
    fetched = upstream.fetch(client, number)
    if not fetched.orders:
        raise _refusal(fetched.errors)
    return lambda: _store_row(fetched)


def _store_row(fetched: Fetched) -> Mapping[str, Any]:
    try:
        errors = upstream.store(fetched)
    except BrokenRecord as broken:
        raise _refusal([texts.broken(fetched.number, broken.field, broken.reason)]) from broken
    if errors:
        raise _refusal(errors)
    return order_numbers.what_came(fetched.number)


def _refusal(errors: Sequence[str]) -> Refused:
    return Refused("pull_refused", said="\n".join(errors))


batches.register_prepared(BATCH, _prepare_row)
