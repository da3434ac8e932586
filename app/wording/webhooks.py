"""Words for webhooks: how an attempt ended, why one is off, what its schedule is, and what is wrong with a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal, gettext, ngettext
from flask_babel import lazy_gettext as _

from app.domain.webhook_retries import RetryChoice
from app.domain.webhooks import ANY_EVENT, AttemptOutcome, DisabledReason, EventState

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400

OUTCOMES: Mapping[AttemptOutcome, object] = {
    AttemptOutcome.DELIVERED: _("delivered"),
    AttemptOutcome.REJECTED: _("rejected by the receiver"),
    AttemptOutcome.TIMED_OUT: _("timed out: the receiver did not answer in time"),
    AttemptOutcome.UNREACHABLE: _("unreachable: no connection to the receiver"),
    AttemptOutcome.NOT_TRUSTED: _("not sent: the receiver’s certificate is not trusted"),
    AttemptOutcome.TARGET_REFUSED: _("not sent: the target is not allowed"),
    AttemptOutcome.OUTCOME_UNKNOWN: _("outcome unknown: the worker stopped before the answer"),
}
OFF: Mapping[DisabledReason, object] = {
    DisabledReason.PAUSED: _("paused"),
    DisabledReason.GONE: _("switched off: the receiver answered 410, gone"),
    DisabledReason.FAILING: _("switched off after five days of failures"),
}
STATES: Mapping[EventState, object] = {
    EventState.PENDING: _("Pending"),
    EventState.RETRYING: _("Retrying"),
    EventState.DELIVERED: _("Delivered"),
    EventState.UNDELIVERED: _("Undelivered"),
}
SCHEDULES: Mapping[str, object] = {
    "standard": _("Standard: over three days"),
    RetryChoice.FIXED: _("Fixed: always the same wait"),
    RetryChoice.LINEAR: _("Linear: base × number of the try"),
    RetryChoice.EXPONENTIAL: _("Exponential: base to the power of the try"),
    RetryChoice.RANDOM: _("Random: between two values"),
}


def outcome_label(outcome: str | None) -> str:
    """How an attempt ended; without an outcome it still runs."""
    return gettext("being sent") if outcome is None else str(OUTCOMES[AttemptOutcome(outcome)])


def off_label(reason: str | None) -> str:
    """Why a webhook is off."""
    return "" if reason is None else str(OFF[DisabledReason(reason)])


def event_state_label(state: str) -> str:
    """Where an event stands."""
    return str(STATES[EventState(state)])


def event_type_label(event_type: str) -> str:
    """What a subscription listens to: a code of the registry, or everything."""
    return gettext("Every event") if event_type == ANY_EVENT else event_type


def schedule_label(config: Mapping[str, Any] | None) -> str:
    """The kind of a retry schedule."""
    return str(SCHEDULES["standard" if config is None else config["choice"]])


def duration_text(seconds: float) -> str:
    """A wait in its largest units: "5 s", "1.5 s", "30 min", "7 h 30 min", "3 d 4 h"."""
    if seconds < _MINUTE:
        return gettext("%(number)s s", number=format_decimal(max(seconds, 0.01), "0.##"))
    whole = round(seconds)
    if whole < _HOUR:
        return _two(whole, _MINUTE, gettext("min"), 1, gettext("s"))
    if whole < _DAY:
        return _two(whole, _HOUR, gettext("h"), _MINUTE, gettext("min"))
    return _two(whole, _DAY, gettext("d"), _HOUR, gettext("h"))


def milliseconds_text(duration: int | None) -> str:
    """How long an attempt took."""
    if duration is None:
        return "–"
    if duration < 1_000:
        return f"{duration} ms"
    return gettext("%(number)s s", number=format_decimal(duration / 1_000, "0.0"))


def attempts_text(count: int) -> str:
    """How often it was tried."""
    return ngettext("%(num)s attempt", "%(num)s attempts", count)


def _two(seconds: int, large: int, large_name: str, small: int, small_name: str) -> str:
    whole, rest = divmod(seconds, large)
    shown = f"{whole} {large_name}"
    return f"{shown} {rest // small} {small_name}" if rest // small else shown
