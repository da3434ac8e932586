"""Words for what the upstream hub is told: states, and why it was not told yet."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from app.domain.mapping_forwards import ForwardState

STATES: Mapping[str, object] = {
    ForwardState.WAITING: _("Waiting"),
    ForwardState.SENT: _("Sent"),
    ForwardState.FAILED: _("Failed"),
}
TROUBLES: Mapping[str, object] = {
    "unreachable": _("Omnitron could not be reached"),
    "timeout": _("Omnitron took too long to answer"),
    "throttled": _("Omnitron asked us to wait"),
    "server_error": _("Omnitron had an error of its own"),
    "cut_body": _("the answer was cut off"),
    "not_json": _("the answer could not be read"),
    "too_large": _("the answer was too large"),
    "unexpected": _("the answer was not what was agreed"),
    "sign_in_refused": _("Omnitron refused our sign-in: check its token in the settings"),
    "refused": _("Omnitron refused it, perhaps because the item is mapped otherwise there"),
    "not_found": _("Omnitron does not know this order item"),
}


def forward_state_label(state: str) -> str:
    """What became of it."""
    return str(STATES[state])


def trouble_label(trouble: str) -> str:
    """Why the last try failed."""
    return str(TROUBLES.get(trouble, trouble.replace("_", " ")))
