"""What is done about webhooks once a minute: old events go, lost ones are given up, somebody is warned.

Source: reliability.md, "Webhooks out".
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import bindparam, delete, func, or_, select, update

from app import clock
from app.domain import webhook_outcomes
from app.domain.webhooks import EventState
from app.extensions import run
from app.models.audit import AuditEntry
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.webhooks import IS_KEPT, LISTENS, Webhook, WebhookEvent
from app.services.unit_of_work import unit_of_work

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(days=90)
AT_ONCE = 500  # events that one transaction removes, so that others need not wait for long
WARNING = "webhook.failing"

_WEBHOOKS, _EVENTS, _AUDIT = table(Webhook), table(WebhookEvent), table(AuditEntry)
_events = _EVENTS.c
# Whoever is still to be sent, or is being sent, stays.
_OLD = (
    select(_events.id)
    .join_from(_EVENTS, _WEBHOOKS, _WEBHOOKS.c.id == _events.webhook_id)
    .where(
        _events.created_date < bindparam("before"),
        _events.lease_token.is_(None),
        or_(_events.next_attempt_date.is_(None), ~LISTENS),
    )
    .order_by(_events.created_date, _events.id)
    .limit(AT_ONCE)
)
_REMOVE = delete(_EVENTS).where(one_of(_events.id, "ids"), _events.lease_token.is_(None))
_DELETED = select(_WEBHOOKS.c.id).where(~IS_KEPT)
_IS_LOST = (_events.next_attempt_date.is_not(None), _events.webhook_id.in_(_DELETED))
_LOST = select(_events.id).where(*_IS_LOST).limit(1)
_GIVE_UP = (
    update(_EVENTS)
    .where(*_IS_LOST)
    .values(state=EventState.UNDELIVERED.value, next_attempt_date=None, modified_date=bindparam("now"))
)
_WARNED_AT = (
    select(func.max(_AUDIT.c.date))
    .where(
        _AUDIT.c.action == WARNING,
        _AUDIT.c.object_type == "webhook",
        _AUDIT.c.object_id == bindparam("webhook_id"),
    )
    .scalar_subquery()
)
_FAILING = select(_WEBHOOKS.c.id, _WEBHOOKS.c.failing_since).where(
    LISTENS, _WEBHOOKS.c.failing_since <= bindparam("before")
)
_LAST_WARNING = select(_WARNED_AT)


def sweep() -> None:
    """All of it."""
    remove_old_events()
    give_up_events_of_deleted_webhooks()
    warn_of_failing_webhooks()


def remove_old_events() -> int:
    """Remove events of more than 90 days with their attempts; how many. A transaction for each AT_ONCE."""
    removed = 0
    while True:
        ids = list(run(_OLD, {"before": clock.now() - KEPT_FOR}).scalars())
        if not ids:
            return removed
        with unit_of_work():
            removed += run(_REMOVE, {"ids": ids}).rowcount


def give_up_events_of_deleted_webhooks() -> int:
    """Those that an act owed while its webhook was being deleted; how many."""
    if run(_LOST).first() is None:
        return 0
    with unit_of_work():
        return run(_GIVE_UP, {"now": clock.now()}).rowcount


def warn_of_failing_webhooks() -> int:
    """A warning a day, in log and audit log, before a webhook that only fails is switched off; how many."""
    now, warned = clock.now(), 0
    for row in run(_FAILING, {"before": now - webhook_outcomes.WARNED_EVERY}).all():
        last = run(_LAST_WARNING, {"webhook_id": str(row.id)}).scalar()
        if webhook_outcomes.is_warning_due(row.failing_since, last, now):
            off_at = row.failing_since + webhook_outcomes.FAILING_FOR
            with unit_of_work() as work:
                work.audit(WARNING, "webhook", row.id, after={"off_from": off_at.isoformat()})
            log.warning("webhook_failing", webhook_id=row.id, off_from=off_at.isoformat())
            warned += 1
    return warned
