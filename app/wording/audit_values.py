"""What the values of an audit entry are called, and those of them that are codes with words. Others stay as stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from app.domain.diagnosis.changes import ChangeKind
from app.domain.facts import Split
from app.domain.states import RecordKind
from app.wording.batches import batch_kind_label, batch_state_label
from app.wording.causes import cause_label
from app.wording.labels import CHANGES, CODES, ROLES, SPLITS, state_label
from app.wording.own_states import own_state_label
from app.wording.upstream import upstream_state_label

NAMES: Mapping[str, object] = {
    "cause": _("Cause"),
    "changes": _("Changes"),
    "channel": _("Channel"),
    "is_active": _("Active"),
    "kind": _("Kind"),
    "locations": _("Own locations"),
    "max_quota": _("Quota"),
    "name": _("Name"),
    "number": _("Number"),
    "priority": _("Priority"),
    "reason": _("Reason"),
    "role": _("Role"),
    "rows": _("Rows"),
    "state": _("State"),
    "username": _("User name"),
}

# Of every kind of object: name of the value → its codes with words.
WORDS: Mapping[str, Mapping[str, object]] = {"reason": CODES, "role": ROLES}

# Kind of object, as entries call it → the words of its states.
STATES: Mapping[str, Callable[[str], str]] = {
    "batch": batch_state_label,
    "execution_plan": lambda code: own_state_label(code, "plan"),
    "order": lambda code: state_label(RecordKind.ORDER, code),
    "order_item": lambda code: state_label(RecordKind.ORDER_ITEM, code),
    "package": lambda code: state_label(RecordKind.PACKAGE, code),
    "reservation": lambda code: own_state_label(code, "reservation"),
    "upstream_order": upstream_state_label,
    "webhook_event": lambda code: own_state_label(code, "webhookevent"),
}


def audit_name(name: str) -> str | None:
    """What a value is called; None for names without words."""
    found = NAMES.get(name)
    return str(found) if found is not None else None


def audit_value(object_type: str, name: str, stored: object) -> str | None:
    """The words of a code among the values of such an object; None where it has none."""
    if name == "changes" and isinstance(stored, list):
        return _known(_changes, stored)
    if not isinstance(stored, str):
        return None
    if name == "state" and object_type in STATES:
        return _known(STATES[object_type], stored)
    if name == "kind" and object_type == "batch":
        return _known(batch_kind_label, stored)
    if name == "cause":
        return _known(cause_label, stored)
    words = WORDS.get(name, {})
    return str(words[stored]) if stored in words else None


def _changes(targets: Sequence[Mapping[str, Any]]) -> str:
    """The changes of a remedy or a joint fix, each with what it was about."""
    return "; ".join(_change(one) for one in targets)


def _change(target: Mapping[str, Any]) -> str:
    kind = ChangeKind(target["kind"])
    about = ", ".join(str(target[name]) for name in ("sku", "erp_code", "rule", "scenario") if name in target)
    if kind is ChangeKind.RAISE_QUOTA:
        about += f" → {target['to']}"
    elif kind is ChangeKind.ALLOW_SPLIT:
        about += f" → {SPLITS[Split(target['to'])]}"
    return f"{CHANGES[kind]}: {about}" if about else str(CHANGES[kind])


def _known(words: Callable[[Any], str], stored: object) -> str | None:
    """The words of what is stored, or None for a code of earlier times that is none any more."""
    try:
        return words(stored)
    except (KeyError, TypeError, ValueError):
        return None
