"""Many acts of one kind: planned and shown first, begun by hand, then done one after another by a worker.

Every act runs in a unit of work of its own together with its outcome, so that a killed worker's batch is
taken up where it stood, and nothing is done twice. What an act does is the business of who registers it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from app import clock
from app.domain.batches import CANCELLABLE, MOST_ROWS, BatchState, RowState
from app.domain.errors import NotFound, Refused
from app.extensions import db, run
from app.models.batches import Batch, BatchRow
from app.models.columns import table
from app.services import audit, rows, wake
from app.services.unit_of_work import UnitOfWork, unit_of_work

Act = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
"""Does one row: gets its arguments, gives what is to be shown of its result. Raises what acts raise."""

Preparation = Callable[[Mapping[str, Any]], Callable[[], Mapping[str, Any] | None]]
"""What a row does before its unit of work is opened, such as asking another system; gives its act."""

KEPT_UNSTARTED = timedelta(days=7)
"""A plan nobody started in that time is forgotten: what it shows is not true any more."""

_BATCHES, _ROWS = table(Batch), table(BatchRow)
_LOCKED = select(_BATCHES).where(_BATCHES.c.id == bindparam("batch_id")).with_for_update(key_share=True)
_acts: dict[str, Act] = {}
_at_end: dict[str, Callable[[], object]] = {}
_preparations: dict[str, Preparation] = {}


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One act to come: what it is about, its arguments, and what is foreseen (both JSON objects).

    `is_required`: when it is not done, the rest is skipped.
    """

    label: str
    arguments: Mapping[str, Any]
    expectation: Mapping[str, Any] = field(default_factory=dict)
    is_required: bool = False


def register(kind: str, act: Act, at_end: Callable[[], object] | None = None) -> None:
    """Say how one row of that kind is done, and what follows the end. Called where the module is imported."""
    _acts[kind] = act
    if at_end is not None:
        _at_end[kind] = at_end


def register_prepared(kind: str, prepare: Preparation) -> None:
    """As `register`, for acts that wait for others: nobody's writing should wait with them."""
    _preparations[kind] = prepare
    register(kind, lambda arguments: prepare(arguments)())


def preparation_for(kind: str) -> Preparation | None:
    """What a row of that kind does first, if anything."""
    return _preparations.get(kind)


def act_for(kind: str) -> Act:
    """How one row of that kind is done. Raises NotFound for a kind that nobody registered."""
    if kind not in _acts:
        raise NotFound("kind of batch", kind)
    return _acts[kind]


def plan_batch(
    kind: str,
    planned: Sequence[PlannedRow],
    reason: str = "",
    title: Mapping[str, Any] | None = None,
    back: str = "",
) -> int:
    """Store what would be done, in that order; its id. Nothing is done before `start_batch`.

    `title` holds what the kind's words need, `back` the address of the page it is planned on. Raises NotFound
    for an unknown kind, Refused `batch_empty` without a row and `batch_too_large` with too many.
    """
    act_for(kind)
    if not planned:
        raise Refused("batch_empty")
    if len(planned) > MOST_ROWS:
        raise Refused("batch_too_large", rows=len(planned), most=MOST_ROWS)
    with unit_of_work() as work:
        now, who = clock.now(), audit.actor()
        batch = {"kind": kind, "title": dict(title or {}), "reason": reason, "back": back}
        stamps = {"state": BatchState.PLANNED.value, "created_date": now, "modified_date": now}
        who_planned = {"planned_by": who.name, "planned_by_id": who.user_id}
        batch_id = rows.add(_BATCHES, {**batch, **stamps, **who_planned})
        run(insert(_ROWS), [_row(batch_id, place, one) for place, one in enumerate(planned, start=1)])
        after = {"kind": kind, "rows": len(planned), "title": dict(title or {})}
        work.audit("batch.planned", "batch", batch_id, None, after, reason or None)
    return batch_id


def start_batch(batch_id: int) -> None:
    """Have a worker begin, in the name of who acts now.

    Raises NotFound, and Refused `batch_started` unless it is planned only: pressing twice begins once.
    """
    with unit_of_work() as work:
        batch = locked(batch_id)
        if batch.state != BatchState.PLANNED:
            raise Refused("batch_started", state=batch.state)
        who = audit.actor()
        values = {"started_by": who.name, "started_by_id": who.user_id, "started_date": clock.now()}
        change_state(work, batch, BatchState.STARTED, values)
        work.after_commit(lambda: wake.run_batch(batch_id))


def cancel_batch(batch_id: int) -> None:
    """Do no further row: the one being done is finished first, the others are skipped.

    Raises NotFound, and Refused `batch_ended` when nothing was left to be done.
    """
    with unit_of_work() as work:
        batch = locked(batch_id)
        if batch.state not in CANCELLABLE:
            raise Refused("batch_ended", state=batch.state)
        skip_rest(batch_id)
        end(work, batch, BatchState.CANCELLED)


def forget_unstarted() -> int:
    """Delete the plans that nobody started for long; how many. The audit log keeps that there were any."""
    with unit_of_work():
        old = (
            _BATCHES.c.state == BatchState.PLANNED,
            _BATCHES.c.created_date < clock.now() - KEPT_UNSTARTED,
        )
        return run(_BATCHES.delete().where(*old)).rowcount


def locked(batch_id: int) -> Row[Any]:
    """The batch, held until the end of the unit of work. Raises NotFound."""
    found = run(_LOCKED, {"batch_id": batch_id}).one_or_none()
    if found is None:
        raise NotFound("batch", batch_id)
    return found


def change_state(
    work: UnitOfWork, batch: Row[Any], state: BatchState, values: Mapping[str, Any] | None = None
) -> None:
    """Store the state with these values, and say so in the audit log."""
    rows.change(_BATCHES, batch.id, {"state": state.value, "modified_date": clock.now(), **(values or {})})
    after = {"state": state.value, "kind": batch.kind, **counts(batch.id)}
    work.audit(f"batch.{state.value}", "batch", batch.id, {"state": batch.state}, after, batch.reason or None)


def end(work: UnitOfWork, batch: Row[Any], state: BatchState) -> None:
    """Nothing more is done, and nobody holds it."""
    ended = {"ended_date": clock.now(), "lease_token": None, "lease_until": None}
    change_state(work, batch, state, ended)
    if batch.kind in _at_end:
        work.after_commit(_at_end[batch.kind])


def skip_rest(batch_id: int) -> None:
    """Settle every row that was not tried."""
    left = (_ROWS.c.batch_id == batch_id, _ROWS.c.state == RowState.PLANNED)
    run(update(_ROWS).where(*left).values(state=RowState.SKIPPED.value, settled_date=clock.now()))


def counts(batch_id: int) -> dict[str, int]:
    """How many rows are in which state."""
    counting = select(_ROWS.c.state, func.count()).where(_ROWS.c.batch_id == batch_id).group_by(_ROWS.c.state)
    return {str(state): int(count) for state, count in db.session.execute(counting)}


def _row(batch_id: int, position: int, planned: PlannedRow) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "position": position,
        "label": planned.label,
        "arguments": dict(planned.arguments),
        "expectation": dict(planned.expectation),
        "is_required": planned.is_required,
        "state": RowState.PLANNED.value,
    }
