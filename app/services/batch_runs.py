"""Runs a started batch, row after row. Who runs it holds a lease; everything else is in app.services.batches.

Each row locks the batch first and looks whether the lease is still its own: a second worker, a cancellation
and the row being done wait for each other there. A lease only lets others know when a worker was killed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import Row, bindparam, select

from app import clock, databases
from app.domain.batches import UNSUCCESSFUL, BatchState, RowState
from app.domain.errors import Invalid, NotFound, Refused
from app.extensions import run
from app.models.batches import Batch, BatchRow
from app.models.columns import table
from app.queries.batches import due_batches
from app.services import audit, batches, rows
from app.services.unit_of_work import UnitOfWork, unit_of_work

LEASE = timedelta(minutes=2)
"""Longer than any one row takes: later a worker counts as killed."""
SLICE_SECONDS = 20.0
"""So long one task works on a batch before others get their turn and the worker may stop."""
TRIES = 3
"""So often a row is begun while the database is busy, before that counts as its failure."""

log = structlog.get_logger(__name__)
_BATCHES, _ROWS = table(Batch), table(BatchRow)
_NEXT = (
    select(_ROWS)
    .where(_ROWS.c.batch_id == bindparam("batch_id"), _ROWS.c.state == RowState.PLANNED.value)
    .order_by(_ROWS.c.position)
    .limit(1)
)

_AHEAD = _NEXT.with_only_columns(_BATCHES.c.kind, _ROWS.c.arguments).join_from(
    _ROWS, _BATCHES, _BATCHES.c.id == _ROWS.c.batch_id
)


class _LeaseLost(Exception):
    """The batch was cancelled, or somebody else runs it."""


def run_batch(batch_id: int, seconds: float = SLICE_SECONDS) -> bool:
    """Do the rows that are left, as far as `seconds` reach; whether some are left for the next call.

    Does nothing where another worker is at it, or the batch is not started or at its end. Raises NotFound,
    and what databases.is_unavailable() recognises: the lease then runs out, and the sweep calls again.
    """
    token = str(uuid4())
    starter = _take(batch_id, token)
    if starter is None:
        return False
    until = time.monotonic() + seconds
    try:
        with audit.acting_as(*starter):
            while _do_next(batch_id, token):
                if time.monotonic() >= until:
                    _give_back(batch_id, token)
                    return True
    except _LeaseLost:
        log.info("batch_left", batch=batch_id)
    return False


def due() -> list[int]:
    """Ids of started batches that nobody is working on now."""
    return due_batches(clock.now())


def _take(batch_id: int, token: str) -> tuple[str, int | None] | None:
    """Become the one who runs it; in whose name, or None where that is not possible now."""
    with unit_of_work():
        batch = batches.locked(batch_id)
        now = clock.now()
        is_held = batch.lease_until is not None and batch.lease_until > now
        if batch.state != BatchState.STARTED or is_held:
            return None
        rows.change(_BATCHES, batch_id, {"lease_token": token, "lease_until": now + LEASE})
        return batch.started_by, batch.started_by_id


def _give_back(batch_id: int, token: str) -> None:
    with unit_of_work():
        _own(batch_id, token)
        rows.change(_BATCHES, batch_id, {"lease_token": None, "lease_until": None})


def _do_next(batch_id: int, token: str) -> bool:
    """Do one row, or end the batch; whether there may be another row."""
    for tried in range(1, TRIES + 1):
        try:
            return _attempt(batch_id, token)
        except _LeaseLost:
            raise
        except Exception as error:
            if not databases.is_unavailable(error) or tried == TRIES:
                return _settle_failed(batch_id, token, error)
            log.warning("batch_row_waits", batch=batch_id, tried=tried, exc_info=True)
    return True


def _attempt(batch_id: int, token: str) -> bool:
    """The next row with its outcome in one unit of work. A refusal undoes it, and is stored by another."""
    try:
        prepared = _prepare(batch_id)
        with unit_of_work() as work:
            batch = _own(batch_id, token)
            row = _next_row(batch_id)
            if row is None:
                batches.end(work, batch, BatchState.FINISHED)
                return False
            result = prepared() if prepared else batches.act_for(batch.kind)(row.arguments)
            _settle(work, batch, row, {"state": RowState.DONE.value, "result": dict(result or {})})
            return True
    except Refused as refused:
        outcome = {"code": refused.code, "params": _plain(refused.params)}
    except NotFound as missing:
        outcome = {"code": "not_found", "params": _plain({"kind": missing.kind, "key": missing.key})}
    except Invalid as invalid:
        outcome = {"code": "invalid", "params": _plain(invalid.errors)}
    return _settle_alone(batch_id, token, {"state": RowState.REFUSED.value, **outcome})


def _prepare(batch_id: int) -> Callable[[], Mapping[str, Any] | None] | None:
    """The act of the next row, where its kind asks somebody first. The lease keeps it the next one."""
    row = run(_AHEAD, {"batch_id": batch_id}).one_or_none()
    prepare = batches.preparation_for(row.kind) if row else None
    return prepare(row.arguments) if row and prepare else None


def _settle_failed(batch_id: int, token: str, error: Exception) -> bool:
    """The row broke: what it did is undone, the others go on. Nobody is shown more than that it broke."""
    log.error("batch_row_failed", batch=batch_id, exc_info=error)
    return _settle_alone(batch_id, token, {"state": RowState.FAILED.value})


def _settle_alone(batch_id: int, token: str, outcome: Mapping[str, Any]) -> bool:
    """Store what became of the next row, where its own unit of work was undone."""
    with unit_of_work() as work:
        batch = _own(batch_id, token)
        row = _next_row(batch_id)
        if row is not None:
            _settle(work, batch, row, outcome)
    return True


def _settle(work: UnitOfWork, batch: Row[Any], row: Row[Any], outcome: Mapping[str, Any]) -> None:
    now = clock.now()
    rows.change(_ROWS, row.id, {**outcome, "settled_date": now})
    rows.change(_BATCHES, batch.id, {"lease_until": now + LEASE})
    if row.is_required and outcome["state"] in UNSUCCESSFUL:
        batches.skip_rest(batch.id)


def _own(batch_id: int, token: str) -> Row[Any]:
    batch = batches.locked(batch_id)
    if batch.state != BatchState.STARTED or batch.lease_token != token:
        raise _LeaseLost
    return batch


def _next_row(batch_id: int) -> Row[Any] | None:
    return run(_NEXT, {"batch_id": batch_id}).one_or_none()


def _plain(params: Mapping[str, object]) -> dict[str, Any]:
    """Parameters of a refusal as JSON can hold them."""
    return {
        name: value if isinstance(value, int | str | None) else str(value) for name, value in params.items()
    }
