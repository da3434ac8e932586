"""What an edit would have changed: trials on past plannings, a part at a time, that save nothing of the edit.

A part is planned outside any transaction; its result is stored only if nobody else went on meanwhile, so a
killed worker's trial is taken up where it stood, and two workers never count one planning twice.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from app import clock
from app.domain.diagnosis.replay import Flip, FlipKind, replay
from app.domain.errors import NotFound, Refused
from app.domain.replays import ReplayKind, ReplayState
from app.extensions import db, run
from app.models.columns import table
from app.models.replays import Replay
from app.queries.past_plannings import PastPlanning, plannings_after, span_since
from app.services import audit, drafts, rows, wake
from app.services.documents.values import Json
from app.services.unit_of_work import unit_of_work

PART = 100
"""So many plannings between two looks at the clock; about a fifth of a second."""
AT_ONCE_SECONDS = 0.5
"""A trial that takes longer is gone on with by a worker."""
KEPT = timedelta(days=7)
FORGOTTEN_AFTER = timedelta(minutes=1)
"""Nobody went on for so long: its worker is gone."""
LISTED = 300
"""Of each kind of flip so many orders are listed; all are counted."""

_REPLAYS = table(Replay)
_ONE = select(_REPLAYS).where(_REPLAYS.c.id == bindparam("replay_id"))


def try_edit(kind: ReplayKind, draft: Json, days: int) -> int:
    """Begin a trial of the edited document on the plannings of the last days; its id.

    What takes less than half a second is finished here, the rest by a worker. Raises NotFound and Invalid as
    saving the document would.
    """
    base = drafts.stored_body(kind, draft)
    drafts.settings_with(kind, draft)
    now = clock.now()
    since = now - timedelta(days=days)
    span, who = span_since(since), audit.actor()
    with unit_of_work():
        replay_id = rows.add(
            _REPLAYS,
            {
                "kind": kind.value,
                "target": drafts.name_of(kind, draft),
                "base": base or {},
                "draft": draft,
                "since": since,
                "days": days,
                "state": ReplayState.RUNNING.value if span.count else ReplayState.FINISHED.value,
                "last_attempt_id": 0,
                "newest_attempt_id": span.newest_id,
                "done": 0,
                "total": span.count,
                "found": {"orders": {one.value: [] for one in FlipKind}, "rows": []},
                "actor": who.name,
                "user_id": who.user_id,
                "created_date": now,
                "modified_date": now,
            },
        )
    if run_replay(replay_id, AT_ONCE_SECONDS):
        wake.run_replay(replay_id)
    return replay_id


def run_replay(replay_id: int, seconds: float) -> bool:
    """Go on with the trial for about so long; whether there is more to do."""
    end = time.monotonic() + seconds
    while _next_part(replay_id):
        if time.monotonic() >= end:
            return True
    return False


def cancel_replay(replay_id: int) -> None:
    """Replay nothing further. Raises NotFound, and Refused `replay_ended` when nothing was left."""
    with unit_of_work():
        stopped = update(_REPLAYS).where(
            _REPLAYS.c.id == replay_id, _REPLAYS.c.state == ReplayState.RUNNING.value
        )
        values = {"state": ReplayState.CANCELLED.value, "modified_date": clock.now()}
        if run(stopped.values(values)).rowcount == 0:
            _find(replay_id)
            raise Refused("replay_ended")


def due() -> list[int]:
    """Running trials that nobody has gone on with for a while. Old trials are forgotten on the way."""
    now = clock.now()
    with unit_of_work():
        run(_REPLAYS.delete().where(_REPLAYS.c.created_date < now - KEPT))
    waiting = select(_REPLAYS.c.id).where(
        _REPLAYS.c.state == ReplayState.RUNNING.value, _REPLAYS.c.modified_date < now - FORGOTTEN_AFTER
    )
    return list(db.session.execute(waiting.order_by(_REPLAYS.c.id)).scalars())


def _find(replay_id: int) -> Row[Any]:
    found = run(_ONE, {"replay_id": replay_id}).one_or_none()
    if found is None:
        raise NotFound("replay", replay_id)
    return found


def _next_part(replay_id: int) -> bool:
    """Replay the next part and store it; whether there is more."""
    trial = _find(replay_id)
    if trial.state != ReplayState.RUNNING:
        return False
    kind = ReplayKind(trial.kind)
    before, after = drafts.settings_with(kind, trial.base), drafts.settings_with(kind, trial.draft)
    part = list(plannings_after(trial.since, trial.last_attempt_id, trial.newest_attempt_id, PART))
    found = trial.found
    for planning in part:
        flips = replay(planning.demand, planning.world, before, after)
        if flips:
            _note(found, planning, flips)
    return _store(trial, part, found) and len(part) == PART


def _note(found: Json, planning: PastPlanning, flips: Sequence[Flip]) -> None:
    """Add the flips, unless an earlier planning of the same order flipped already."""
    order_id = planning.demand.order_id
    if any(order_id in ids for ids in found["orders"].values()):
        return
    for kind in FlipKind:
        lines = [flip for flip in flips if flip.kind is kind]
        if lines:
            listed = len(found["orders"][kind.value])
            found["orders"][kind.value].append(order_id)
            if listed < LISTED:
                found["rows"].append(_row(kind, planning, lines))


def _row(kind: FlipKind, planning: PastPlanning, lines: Sequence[Flip]) -> Json:
    return {
        "kind": kind.value,
        "order_id": planning.demand.order_id,
        "order_number": planning.demand.order_number,
        "attempt": planning.number,
        "attempt_id": planning.attempt_id,
        "date": planning.date.isoformat(),
        "lines": [
            {
                "order_item": one.order_item_id,
                "sku": one.sku,
                "before": list(one.before),
                "after": list(one.after),
            }
            for one in lines
        ],
    }


def _store(trial: Row[Any], part: Sequence[PastPlanning], found: Json) -> bool:
    """Keep how far it is, unless somebody else went on from here or it was cancelled."""
    is_end = len(part) < PART
    values = {
        "last_attempt_id": part[-1].attempt_id if part else trial.last_attempt_id,
        "done": trial.total if is_end else trial.done + len(part),
        "found": found,
        "state": (ReplayState.FINISHED if is_end else ReplayState.RUNNING).value,
        "modified_date": clock.now(),
    }
    with unit_of_work():
        stored = update(_REPLAYS).where(
            _REPLAYS.c.id == trial.id,
            _REPLAYS.c.state == ReplayState.RUNNING.value,
            _REPLAYS.c.last_attempt_id == trial.last_attempt_id,
        )
        return bool(run(stored.values(values)).rowcount)
