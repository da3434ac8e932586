"""Releasing many reservations: planned first, then one after another, each with its own result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.queries.reservation_lists import ReservationLine, lines_of
from app.services import batches, reservations
from app.services.batches import PlannedRow
from app.services.documents.values import Hundredths

BATCH_KIND = "reservation_release"


def plan_releases(reservation_ids: Sequence[int], reason: str, back: str = "") -> int:
    """The id of a batch that will release those of the reservations that are held now.

    Raises Refused `batch_empty` and `batch_too_large`.
    """
    planned = [_row(line, reason) for line in lines_of(reservation_ids) if line.is_held]
    return batches.plan_batch(BATCH_KIND, planned, reason, {"count": len(planned)}, back)


def release_row(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Release the reservation of one row, unless somebody did so meanwhile."""
    released = reservations.release_reservation(arguments["reservation_id"], arguments["reason"])
    return {"released": released}


def _row(line: ReservationLine, reason: str) -> PlannedRow:
    held = line.held
    return PlannedRow(
        label=f"{held.order_number} · {held.sku}",
        arguments={"reservation_id": held.id, "order_id": held.order_id, "reason": reason},
        expectation={
            "place": line.location_name,
            "quantity": Hundredths(held.quantity).write(),
            "stale": line.stale.value if line.stale else None,
            "live": line.live.value if line.live else None,
        },
    )


batches.register(BATCH_KIND, release_row)
