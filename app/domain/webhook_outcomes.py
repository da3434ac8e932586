"""What follows from a try to deliver: the event's next state and wait, and whether its webhook goes on.

Source: reliability.md, "Webhooks out".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from app.domain import webhook_retries
from app.domain.webhooks import DUE_STATES, AttemptOutcome, DisabledReason, EventState

FAILING_FOR = timedelta(days=5)
"""After so long without anything but failures a webhook is switched off."""

WARNED_EVERY = timedelta(days=1)
"""How often a warning comes before that."""

OURS = frozenset({AttemptOutcome.OUTCOME_UNKNOWN})
"""Outcomes that say nothing about the receiver."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An event whose try has ended, as it is stored now."""

    state: str
    retry_count: int
    config: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Following:
    """What becomes of the event. `wait` are the seconds to its next try, None for none."""

    state: EventState
    retry_count: int
    wait: float | None


def outcome_of(status: int) -> AttemptOutcome:
    """What an answer with that status means; only 2xx is delivered, and redirects are not followed."""
    return AttemptOutcome.DELIVERED if 200 <= status < 300 else AttemptOutcome.REJECTED


def following(event: Tried, outcome: AttemptOutcome, chance: float, asked: float | None = None) -> Following:
    """The event's next state. `chance` (0 to 1) and `asked` (Retry-After) are for webhook_retries.wait().

    One that was given up meanwhile stays so, unless it arrived all the same.
    """
    if outcome is AttemptOutcome.DELIVERED:
        return Following(EventState.DELIVERED, event.retry_count, None)
    begun = event.retry_count + 1
    if event.state not in DUE_STATES or begun >= webhook_retries.TRIES:
        return Following(EventState.UNDELIVERED, event.retry_count, None)
    wait = webhook_retries.wait(event.config, begun, chance, asked)
    return Following(EventState.RETRYING, begun, wait)


def disabled_reason(
    outcome: AttemptOutcome, status: int | None, failing_since: datetime | None, now: datetime
) -> DisabledReason | None:
    """Why the webhook is to be switched off after a try that ended so; None where it goes on."""
    if outcome is AttemptOutcome.DELIVERED or outcome in OURS:
        return None
    if status == HTTPStatus.GONE:
        return DisabledReason.GONE
    if failing_since is not None and now - failing_since >= FAILING_FOR:
        return DisabledReason.FAILING
    return None


def is_warning_due(failing_since: datetime, warned_at: datetime | None, now: datetime) -> bool:
    """Whether somebody should hear that a webhook has failed for another day. `warned_at`: the last time."""
    return now - max(failing_since, warned_at or failing_since) >= WARNED_EVERY
