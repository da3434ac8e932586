"""What is known of each order of the upstream: the version acted on, or why it was kept away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.clients.omnitron import BrokenRecord, Summary
from app.domain import redaction
from app.domain.errors import NotFound, Refused
from app.domain.upstream import Known, RecordState, wait_before_try
from app.extensions import db, run
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.upstream import UpstreamOrder
from app.services import rows
from app.services.unit_of_work import unit_of_work

LONGEST_REASON = 500
LONGEST_RAW = 256 * 1024
"""Bytes of a broken record that are kept to be looked at."""

_RECORDS = table(UpstreamOrder)
_c = _RECORDS.c
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_LOCKED = select(_RECORDS).where(_c.key == bindparam("key")).with_for_update()
_OF_ID = select(_RECORDS).where(_c.id == bindparam("record_id")).with_for_update()
_KNOWN = select(_c.key, _c.state, _c.remote_modified_date, _c.next_try_date).where(one_of(_c.key, "keys"))
_DUE = (
    select(_c.omnitron_id)
    .where(_c.next_try_date <= bindparam("now"), _c.omnitron_id.is_not(None))
    .order_by(_c.next_try_date, _c.id)
)
LONGEST_KEPT_NUMBER = 100
"""Characters of an order number that are kept with its record; a longer one is a fault of the order."""

_NO_FAULT: Mapping[str, Any] = {
    "field": None,
    "reason": None,
    "raw": None,
    "tries": 0,
    "next_try_date": None,
}


def key_of(entry: Summary | BrokenRecord) -> str:
    """What the upstream order is known by: its number there, else a digest of what came."""
    summary = entry.summary if isinstance(entry, BrokenRecord) else entry
    if summary is not None:
        return f"pk:{summary.omnitron_id}"
    raw = entry.raw if isinstance(entry, BrokenRecord) else None
    number = _number_in(raw)
    if number is not None:
        return f"pk:{number}"
    return f"sha256:{sha256(msgspec.json.encode(raw, order='sorted')).hexdigest()}"


def known(keys: Collection[str]) -> dict[str, Known]:
    """What is known of those of the keys that came before."""
    found = db.session.execute(_KNOWN, {"keys": list(keys)})
    return {row.key: Known(row.state, row.remote_modified_date, row.next_try_date) for row in found}


def due() -> list[int]:
    """Upstream numbers of broken orders that are to be tried again now, the longest due first."""
    found = db.session.execute(_DUE, {"now": clock.now()})
    return [int(number) for number in found.scalars()]


def lock(key: str, omnitron_id: int | None, number: str | None) -> RowMapping:
    """The record of that upstream order, made if there is none; nobody else acts on the order meanwhile."""
    now = clock.now()
    insert = _INSERTS[db.session.connection().dialect.name](_RECORDS)
    # Dismissed until the act at hand, which is in the same transaction, says what became of it.
    blank = {"state": RecordState.DISMISSED.value, "tries": 0, "created_date": now, "modified_date": now}
    named = {"omnitron_id": omnitron_id, "number": number and number[:LONGEST_KEPT_NUMBER]}
    run(insert.on_conflict_do_nothing(index_elements=["key"]), {"key": key, **named, **blank})
    return run(_LOCKED, {"key": key}).mappings().one()


def keep_applied(record: RowMapping, summary: Summary, order_id: int) -> None:
    """This version is here now."""
    _change(record, {**_NO_FAULT, **_version(summary), "state": RecordState.APPLIED, "order_id": order_id})


def keep_refused(record: RowMapping, summary: Summary, reasons: Collection[str]) -> None:
    """This version may not come in; a later one is looked at again."""
    why = {"reason": "\n".join(reasons)}
    _change(record, {**_NO_FAULT, **_version(summary), "state": RecordState.REFUSED, **why})


def quarantine(broken: BrokenRecord, *, is_passing: bool = False) -> bool:
    """Keep the broken record apart, with its reason; whether it is kept: never instead of a newer version.

    `is_passing`: the upstream did not answer, so it is tried again soon.
    """
    summary = broken.summary
    omnitron_id = summary.omnitron_id if summary else _number_in(broken.raw)
    with unit_of_work() as work:
        record = lock(key_of(broken), omnitron_id, summary.number if summary else None)
        before = record["remote_modified_date"]
        if summary and before and (summary.modified_date < before or _is_settled(record, summary)):
            return False
        tries = record["tries"] + 1
        wait = wait_before_try(tries, is_passing)
        _change(
            record,
            {
                **(_version(summary) if summary else {}),
                "state": RecordState.QUARANTINED,
                "field": broken.field,
                "reason": broken.reason[:LONGEST_REASON],
                "raw": _shown(broken.raw),
                "tries": tries,
                "next_try_date": clock.now() + wait if omnitron_id is not None else None,
            },
        )
        if record["state"] != RecordState.QUARANTINED:
            after = {"key": record["key"], "field": broken.field, "reason": broken.reason[:LONGEST_REASON]}
            work.audit("upstream_order.quarantined", "upstream_order", record["id"], after=after)
        return True


def dismiss(record_id: int, reason: str | None = None) -> None:
    """Do without this version; a later one is looked at again. Raises NotFound, Refused `record_settled`."""
    with unit_of_work() as work:
        record = kept_away(record_id)
        values = {"state": RecordState.DISMISSED, "next_try_date": None}
        _change(record, values)
        before = {"state": record["state"], "reason": record["reason"]}
        work.audit("upstream_order.dismissed", "upstream_order", record_id, before, reason=reason)


def put_off(omnitron_id: int) -> None:
    """It was asked for again in vain: wait longer."""
    with unit_of_work():
        record = lock(f"pk:{omnitron_id}", omnitron_id, None)
        tries = record["tries"] + 1
        wait = wait_before_try(tries, is_passing=False)
        _change(record, {"tries": tries, "next_try_date": clock.now() + wait})


def forget_gone(omnitron_id: int) -> None:
    """The upstream does not have it any more: nobody needs to look at it."""
    with unit_of_work():
        record = lock(f"pk:{omnitron_id}", omnitron_id, None)
        _change(record, {"state": RecordState.DISMISSED, "next_try_date": None})


def kept_away(record_id: int) -> RowMapping:
    """The record of an order that is not here as it should be, locked.

    Raises NotFound, and Refused `record_settled` when there is nothing to decide about it any more.
    """
    found = run(_OF_ID, {"record_id": record_id}).mappings().one_or_none()
    if found is None:
        raise NotFound("upstream_order", record_id)
    if found["state"] not in (RecordState.QUARANTINED, RecordState.REFUSED):
        raise Refused("record_settled")
    return found


def _is_settled(record: RowMapping, summary: Summary) -> bool:
    is_applied: bool = record["state"] == RecordState.APPLIED
    return is_applied and bool(record["remote_modified_date"] == summary.modified_date)


def _change(record: RowMapping, values: Mapping[str, Any]) -> None:
    rows.change(_RECORDS, record["id"], {**values, "modified_date": clock.now()})


def _version(summary: Summary) -> dict[str, Any]:
    return {
        "omnitron_id": summary.omnitron_id,
        "number": summary.number[:LONGEST_KEPT_NUMBER],
        "remote_modified_date": summary.modified_date,
    }


def _number_in(raw: Any) -> int | None:
    """The upstream's number in a record that is broken otherwise."""
    found = raw.get("pk") if isinstance(raw, Mapping) else None
    is_number = isinstance(found, int) and not isinstance(found, bool) and 0 < found < 2**63
    return found if is_number else None


def _shown(raw: Any) -> Any:
    """The record as it may be looked at: without secrets, and not if it is huge or cannot be stored."""
    text = msgspec.json.encode(redaction.without_secrets(raw))
    if len(text) > LONGEST_RAW or b"\\u0000" in text:
        return None
    return msgspec.json.decode(text)
