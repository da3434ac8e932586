"""Names of states that are ours and in no table of states."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from app.wording import webhooks

# Kind of record, as badges call it → state → words.
OWN_STATES: Mapping[str, Mapping[str, object]] = {
    "plan": {
        "start": _("Started"),
        "pending": _("Pending"),
        "cancelled": _("Cancelled"),
        "completed": _("Completed"),
    },
    "planitem": {"served": _("Served"), "out_of_stock": _("Out of stock"), "cancelled": _("Cancelled")},
    "reservation": {"held": _("Held"), "stale": _("Stale"), "released": _("Released")},
    "webhookevent": {state.value: words for state, words in webhooks.STATES.items()},
}


def own_state_label(state: str, kind: str) -> str:
    """The name of a state of plans, their items, reservations and webhook events."""
    return str(OWN_STATES[kind][state])
