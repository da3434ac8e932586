"""Writes down how tries to deliver ended, once each, and what follows: next try, given up, webhook off.

Only whoever still holds the token of a claim writes its result. Source: reliability.md, "Webhooks out".
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, select, update

from app.domain import retry_after, webhook_outcomes
from app.domain.webhook_outcomes import Following, Tried
from app.domain.webhooks import AttemptOutcome, DisabledReason
from app.extensions import run
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.webhooks import Webhook, WebhookAttempt, WebhookEvent
from app.services import delivery_clock
from app.services.unit_of_work import UnitOfWork, unit_of_work

log = structlog.get_logger(__name__)
AnyRow = Row[*tuple[Any, ...]]

AT_ONCE = 500  # expired leases that one transaction closes
_WEBHOOKS, _EVENTS, _ATTEMPTS = table(Webhook), table(WebhookEvent), table(WebhookAttempt)
_webhooks, _events, _attempts = _WEBHOOKS.c, _EVENTS.c, _ATTEMPTS.c

# Webhooks before events, both by id, as everybody locks them who changes both.
_LOCK_WEBHOOKS = (
    select(
        _webhooks.id,
        _webhooks.is_active,
        _webhooks.deleted_date,
        _webhooks.failing_since,
        _webhooks.retry_countdown_config,
    )
    .where(one_of(_webhooks.id, "ids"))
    .order_by(_webhooks.id)
    .with_for_update(key_share=True)
)
_LOCK_EVENTS = (
    select(_events.id, _events.webhook_id, _events.state, _events.retry_count, _events.lease_token)
    .where(one_of(_events.id, "ids"))
    .order_by(_events.id)
    .with_for_update(key_share=True)
)
_EXPIRED = (
    select(_events.id, _events.webhook_id, _events.lease_token)
    .where(_events.lease_until.is_not(None), _events.lease_until < bindparam("now"))
    .order_by(_events.lease_until)
    .limit(AT_ONCE)
)
_CLOSE_ATTEMPT = (
    update(_ATTEMPTS)
    .where(
        _attempts.event_id == bindparam("of_event"),
        _attempts.lease_token == bindparam("token"),
        _attempts.finished_date.is_(None),
    )
    .values(
        finished_date=bindparam("now"),
        outcome=bindparam("ended"),
        response_http_status=bindparam("status"),
        response_excerpt=bindparam("excerpt"),
        duration_ms=bindparam("took"),
    )
)
_SETTLE_EVENT = (
    update(_EVENTS)
    .where(_events.id == bindparam("event_id"))
    .values(
        state=bindparam("new_state"),
        retry_count=bindparam("retries"),
        next_attempt_date=bindparam("next"),
        response_http_status=bindparam("status"),
        lease_token=None,
        lease_until=None,
        modified_date=bindparam("now"),
    )
)
_SET_FAILING = (
    update(_WEBHOOKS)
    .where(_webhooks.id == bindparam("webhook_id"))
    .values(failing_since=bindparam("since"), modified_date=_webhooks.modified_date)
)
_DISABLE = (
    update(_WEBHOOKS)
    .where(_webhooks.id == bindparam("webhook_id"))
    .values(
        is_active=False,
        disabled_reason=bindparam("why"),
        disabled_date=bindparam("now"),
        modified_date=bindparam("now"),
    )
)


@dataclass(frozen=True, slots=True)
class Report:
    """How the try under a claim ended. `retry_after` is the header of that name, as it came."""

    event_id: int
    webhook_id: int
    token: str
    outcome: AttemptOutcome
    duration_ms: int | None = None
    status: int | None = None
    excerpt: bytes | None = None
    retry_after: str | None = None


def close(reports: Sequence[Report], chance: Callable[[], float] = random.random) -> int:
    """Write the results of those reports whose claim still holds; how many. `chance` spreads the waits."""
    if not reports:
        return 0
    with unit_of_work() as work:
        now = delivery_clock.now()
        webhooks = {row.id: row for row in run(_LOCK_WEBHOOKS, {"ids": _ids(reports, "webhook_id")})}
        events = {row.id: row for row in run(_LOCK_EVENTS, {"ids": _ids(reports, "event_id")})}
        held = [one for one in reports if _is_held(one, events)]
        following = {one.event_id: _following(one, events, webhooks, chance, now) for one in held}
        _write(held, following, now)
        for webhook in webhooks.values():
            own = [one for one in held if one.webhook_id == webhook.id]
            _note_health(work, webhook, own, now)
        return len(held)


def close_expired(chance: Callable[[], float] = random.random) -> int:
    """Close what was being sent by somebody whose lease ran out, as "outcome unknown"; how many."""
    rows = run(_EXPIRED, {"now": delivery_clock.now()}).all()
    unknown = AttemptOutcome.OUTCOME_UNKNOWN
    closed = close([Report(row.id, row.webhook_id, row.lease_token, unknown) for row in rows], chance)
    if closed:
        log.warning("deliveries_outcome_unknown", events=closed)
    return closed


def _ids(reports: Sequence[Report], name: str) -> list[int]:
    return sorted({getattr(one, name) for one in reports})


def _is_held(report: Report, events: Mapping[int, AnyRow]) -> bool:
    """Events go with their attempts by retention, and their leases to others."""
    event = events.get(report.event_id)
    return event is not None and event.lease_token == report.token


def _following(
    report: Report,
    events: Mapping[int, AnyRow],
    webhooks: Mapping[int, AnyRow],
    chance: Callable[[], float],
    now: datetime,
) -> Following:
    event = events[report.event_id]
    config = webhooks[report.webhook_id].retry_countdown_config
    asked = retry_after.seconds_asked(report.retry_after, now)
    tried = Tried(event.state, event.retry_count, config)
    return webhook_outcomes.following(tried, report.outcome, chance(), asked)


def _write(reports: Sequence[Report], following: Mapping[int, Following], now: datetime) -> None:
    if not reports:
        return
    run(
        _CLOSE_ATTEMPT,
        [
            {
                "of_event": one.event_id,
                "token": one.token,
                "now": now,
                "ended": one.outcome.value,
                "status": one.status,
                "excerpt": one.excerpt,
                "took": one.duration_ms,
            }
            for one in reports
        ],
    )
    run(_SETTLE_EVENT, [_settled(one, following[one.event_id], now) for one in reports])


def _settled(report: Report, following: Following, now: datetime) -> dict[str, Any]:
    wait = following.wait
    return {
        "event_id": report.event_id,
        "new_state": following.state.value,
        "retries": following.retry_count,
        "next": None if wait is None else now + timedelta(seconds=wait),
        "status": report.status,
        "now": now,
    }


def _note_health(work: UnitOfWork, webhook: AnyRow, reports: Collection[Report], now: datetime) -> None:
    """Since when nothing but failures came from there; switched off for the reasons of the domain."""
    outcomes = {one.outcome for one in reports}
    if AttemptOutcome.DELIVERED in outcomes:
        if webhook.failing_since is not None:
            run(_SET_FAILING, {"webhook_id": webhook.id, "since": None})
    elif outcomes - webhook_outcomes.OURS and webhook.failing_since is None:
        run(_SET_FAILING, {"webhook_id": webhook.id, "since": now})
    since = None if AttemptOutcome.DELIVERED in outcomes else webhook.failing_since
    reasons = [webhook_outcomes.disabled_reason(one.outcome, one.status, since, now) for one in reports]
    reason = next((one for one in reasons if one is not None), None)
    if reason is not None and webhook.is_active and webhook.deleted_date is None:
        _disable(work, webhook.id, reason, now)


def _disable(work: UnitOfWork, webhook_id: int, reason: DisabledReason, now: datetime) -> None:
    run(_DISABLE, {"webhook_id": webhook_id, "why": reason.value, "now": now})
    before = {"is_active": True, "disabled_reason": None}
    after = {"is_active": False, "disabled_reason": reason.value}
    work.audit("webhook.disabled", "webhook", webhook_id, before, after)
    log.warning("webhook_disabled", webhook_id=webhook_id, reason=reason.value)
