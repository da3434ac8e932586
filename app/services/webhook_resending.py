"""Sending many events again: all that match a filter, as a batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.webhooks import EventState
from app.queries import webhook_deliveries
from app.queries.webhook_deliveries import DeliveryFilter, DeliveryRow
from app.services import batches, webhook_events
from app.services.batches import PlannedRow

BATCH_KIND = "webhook_resend"
MOST_EVENTS = 5_000


def plan(wanted: DeliveryFilter, title: Mapping[str, Any], back: str) -> int:
    """The id of a batch that resends every event that matches and did not arrive so far, the oldest first.

    At most MOST_EVENTS of them. Raises Refused("batch_empty") when there is none.
    """
    states = states_resent(wanted.state)
    found = webhook_deliveries.list_in_states(wanted, states, MOST_EVENTS) if states else []
    return batches.plan_batch(BATCH_KIND, [_planned(one) for one in found], title=title, back=back)


def states_resent(state: str | None) -> list[EventState]:
    """Which events of a filter are resent: what was never tried is due already, what arrived is done with."""
    both = [EventState.RETRYING, EventState.UNDELIVERED]
    return both if state is None else [one for one in both if one == state]


def resend_row(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """One row of the batch. Raises what `webhook_events.resend` raises."""
    return {"event_id": webhook_events.resend(str(arguments["event"]))}


def _planned(event: DeliveryRow) -> PlannedRow:
    expectation = {"state": event.state, "target": event.target_url, "order": event.order_number}
    return PlannedRow(
        label=f"{event.event_type} · {event.order_number or event.uuid}",
        arguments={"event": event.uuid},
        expectation=expectation,
    )


batches.register(BATCH_KIND, resend_row)
