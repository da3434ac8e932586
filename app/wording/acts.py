"""What was done, as the audit log says it in one or two words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_pgettext

from app.wording.labels import label

# The part of an action behind its dot. Commands of packages and plans are called what their buttons say.
ACTS: Mapping[str, object] = {
    "added": lazy_pgettext("act", "added"),
    "all_tried_again": lazy_pgettext("act", "all tried again"),
    "applied": lazy_pgettext("act", "applied"),
    "cancelled": lazy_pgettext("act", "cancelled"),
    "changed": lazy_pgettext("act", "changed"),
    "cleared": lazy_pgettext("act", "cleared"),
    "confirmed": lazy_pgettext("act", "confirmed"),
    "created": lazy_pgettext("act", "created"),
    "deleted": lazy_pgettext("act", "deleted"),
    "details_changed": lazy_pgettext("act", "details changed"),
    "disabled": lazy_pgettext("act", "disabled"),
    "dismissed": lazy_pgettext("act", "dismissed"),
    "finished": lazy_pgettext("act", "finished"),
    "imported": lazy_pgettext("act", "imported"),
    "password_changed": lazy_pgettext("act", "password changed"),
    "pinged": lazy_pgettext("act", "pinged"),
    "planned": lazy_pgettext("act", "planned"),
    "quarantined": lazy_pgettext("act", "quarantined"),
    "recorded": lazy_pgettext("act", "recorded"),
    "recounted": lazy_pgettext("act", "recounted"),
    "released": lazy_pgettext("act", "released"),
    "removed": lazy_pgettext("act", "removed"),
    "reported": lazy_pgettext("act", "reported"),
    "resent": lazy_pgettext("act", "resent"),
    "restored": lazy_pgettext("act", "restored"),
    "revoked": lazy_pgettext("act", "revoked"),
    "signed_out": lazy_pgettext("act", "signed out"),
    "started": lazy_pgettext("act", "started"),
    "state_changed": lazy_pgettext("act", "state changed"),
    "tried_again": lazy_pgettext("act", "tried again"),
}


def act_label(action: str) -> str:
    """The verb of an action: "order.state_changed" → "state changed"."""
    verb = action.rpartition(".")[2]
    found = ACTS.get(verb)
    return str(found) if found is not None else label(verb)
