"""Keeps what the last look at all waiting packages came to. Looking takes seconds: only workers do it."""

from __future__ import annotations

import time
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from app import clock
from app.domain.diagnosis.kept_changes import fix_key, plain_changes, plain_finding
from app.domain.diagnosis.triage import JointFix
from app.extensions import run
from app.models.columns import table
from app.models.triage import TriageResult
from app.queries import kept_triage, triage
from app.queries.kept_triage import KeptTriage
from app.queries.triage import Triage
from app.services import rows
from app.services.unit_of_work import unit_of_work

NAMED_ORDERS = 20
"""Of a fix, so many orders are named in lists."""
SHORTEST_WAIT = timedelta(seconds=30)
"""Between two looks that nobody asked for."""
SHARE_OF_TIME = 10
"""A look that took long is repeated late: at most so small a part of the time is spent on looking."""
LONGEST_KEPT = timedelta(minutes=30)
"""Even without a changed fact a reservation may grow stale with time."""

_RESULTS = table(TriageResult)


def refresh_if_due(asked_at: float | None = None) -> bool:
    """Look again if facts changed or the last look is old; whether a look was made.

    `asked_at`: somebody asked at that instant (seconds of the epoch), and wants none from before it.
    """
    kept, now = kept_triage.kept_triage(), clock.now()
    if kept is not None and not _is_due(kept, now, asked_at):
        return False
    refresh()
    return True


def refresh() -> None:
    """Look now, and keep what was found in place of what was kept."""
    begun = time.monotonic()
    found = triage.find_triage(clock.now())
    row = _row(found, took_ms=round((time.monotonic() - begun) * 1000))
    with unit_of_work():
        kept = rows.add(_RESULTS, row)
        run(_RESULTS.delete().where(_RESULTS.c.id < kept))


def _is_due(kept: KeptTriage, now: datetime, asked_at: float | None) -> bool:
    if asked_at is not None:
        return kept.computed_at < datetime.fromtimestamp(asked_at, UTC)
    age = now - kept.computed_at
    rest = max(SHORTEST_WAIT, SHARE_OF_TIME * timedelta(milliseconds=kept.took_ms))
    return age >= LONGEST_KEPT or (kept.is_outdated and age >= rest)


def _row(found: Triage, took_ms: int) -> dict[str, Any]:
    served = {fix_key(fix.changes): _packages(fix, found) for fix in found.fixes}
    return {
        "computed_date": found.counted_at,
        "took_ms": took_ms,
        "last_fact_id": found.last_fact_id,
        "packages": found.packages,
        "fixes": [_fix(one) for one in found.fixes],
        "lint": [plain_finding(one) for one in found.lint],
        "names": {"locations": dict(found.location_names), "products": dict(found.product_names)},
        "served": zlib.compress(msgspec.json.encode(served)),
    }


def _fix(fix: JointFix) -> dict[str, Any]:
    return {
        "key": fix_key(fix.changes),
        "changes": plain_changes(fix.changes),
        "packages": len(fix.served),
        "order_numbers": [demand.order_number for demand in fix.served[:NAMED_ORDERS]],
    }


def _packages(fix: JointFix, found: Triage) -> list[int]:
    return [found.package_of[demand.order_id] for demand in fix.served]
