"""What changed since a plan, in words: the kind of fact, and its value then and now."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.wording.labels import label
from app.wording.values import NOT_KNOWN, quantity

KINDS: Mapping[str, object] = {
    "stock": _("Stock"),
    "reserved": _("Reserved"),
    "discrepancies": _("Active reports"),
    "location_added": _("New location"),
    "location_active": _("Location switched on"),
    "max_quota": _("Quota"),
    "quota": _("Quota used"),
    "scenario_removed": _("Scenario"),
    "scenario_active": _("Scenario switched on"),
    "rule_added": _("New rule"),
    "rule_removed": _("Rule"),
    "rule_split": _("Split of the rule"),
    "rule_order": _("Order of the rule"),
    "rule_quota": _("Rule selects by quota"),
    "rule_locations": _("Locations of the rule"),
}
COUNTS = frozenset({"stock", "reserved"})


def difference_label(kind: str) -> str:
    """What kind of fact differs."""
    return str(KINDS[kind])


def difference_value(kind: str, value: Any) -> str:
    """A value of that kind as a person reads it."""
    if value is None:
        return NOT_KNOWN
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if kind in COUNTS:
        return quantity(value)
    return label(value) if isinstance(value, str) and kind != "rule_locations" else str(value)
