"""The form of a scenario with its rules: read from a document, turned back into one, and rearranged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app import wording
from app.domain.facts import LocationType, OrderBy, Split
from app.domain.order_types import DeliveryType, PaymentType
from app.domain.replays import DAYS_OFFERED, USUAL_DAYS
from app.web.lists import PLAIN_TEXT

LARGEST_NUMBER = 2**31 - 1
MOST_RULES = 30
_STEP = re.compile(r"(add|remove|up|down)(?:-(\d{1,3}))?\Z")
Body = dict[str, Any]


class Checkboxes(SelectMultipleField):
    """Some of a list, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def stripped(text: str | None) -> str | None:
    """Text without blanks around it."""
    return text.strip() if text else text


def whole_number(label: Any, lowest: int = 0) -> IntegerField:
    """A number that may be left empty."""
    said = _("A whole number of at least %(lowest)s, or nothing.", lowest=lowest)
    return IntegerField(label, [Optional(), NumberRange(lowest, LARGEST_NUMBER, said)])


def trial_days() -> SelectField:
    """Over how many past days an edit is tried."""
    return SelectField(
        _("Tried on the plans of"),
        choices=lambda: [(str(days), gettext("the last %(days)s days", days=days)) for days in DAYS_OFFERED],
        default=str(USUAL_DAYS),
    )


class RuleForm(Form):
    """One rule. `priority` is kept as it was unless rules are rearranged."""

    class Meta(FlaskForm.Meta):
        """Complains in the reader's language, as the form around it does."""

        csrf = False  # that form has the token

    priority = HiddenField()
    name = StringField(
        _("Name"), [DataRequired(_("Give the rule a name.")), Length(max=255), PLAIN_TEXT], [stripped]
    )
    stock_location_type = SelectField(
        _("Type"), choices=lambda: [("", gettext("Stores and warehouses")), *_types()]
    )
    stock_locations = Checkboxes(_("Only these locations"))
    except_stock_locations = Checkboxes(_("Except these"))
    order_by = SelectField(_("Asked in this order"), choices=lambda: _codes(OrderBy))
    split = SelectField(_("May divide an order"), choices=lambda: _codes(Split))
    select_by_quota = BooleanField(_("Only locations with free quota"))

    def validate_except_stock_locations(self, field: Checkboxes) -> None:
        """What is listed and excepted at once would never be asked."""
        both = set(field.data or ()) & set(self.stock_locations.data or ())
        if both:
            raise ValidationError(
                gettext("Listed and excepted at once: %(codes)s.", codes=", ".join(sorted(both)))
            )


class ScenarioForm(FlaskForm):
    """A scenario. `version` is that of the stored one when the form was opened."""

    version = HiddenField()
    name = StringField(
        _("Name"), [DataRequired(_("Give the scenario a name.")), Length(max=255), PLAIN_TEXT], [stripped]
    )
    is_active = BooleanField(_("Active"))
    priority = whole_number(_("Priority"))
    channels = Checkboxes(_("Channels"))
    payment_types = Checkboxes(_("Payment"))
    delivery_types = Checkboxes(_("Delivery"))
    rules = FieldList(FormField(RuleForm), max_entries=MOST_RULES)
    days = trial_days()
    reason = StringField(_("Reason"), [Length(max=500)], [stripped])

    def offer(self, channels: Iterable[str], locations: Mapping[str, str], body: Body) -> None:
        """Give the lists their choices; what the stored scenario names is always among them."""
        self.channels.choices = _offered(channels, body.get("channels", ()), str)
        self.payment_types.choices = _offered(PaymentType, body.get("payment_types", ()), wording.label)
        self.delivery_types.choices = _offered(DeliveryType, body.get("delivery_types", ()), wording.label)
        for rule in self.rules:
            rule.form.stock_locations.choices = list(locations.items())
            rule.form.except_stock_locations.choices = list(locations.items())

    def validate_rules(self, field: FieldList) -> None:
        """Rules are known by their names."""
        seen: set[str] = set()
        for entry in field:
            name = entry.form.name.data or ""
            if name in seen:
                entry.form.name.errors = [gettext("Another rule has this name.")]
                raise ValidationError(gettext("Two rules have the same name."))
            seen.add(name)

    def body(self) -> Body:
        """The document that was filled in."""
        return {
            "name": self.name.data,
            "is_active": bool(self.is_active.data),
            "priority": self.priority.data,
            "channels": sorted(self.channels.data or ()),
            "payment_types": sorted(self.payment_types.data or ()),
            "delivery_types": sorted(self.delivery_types.data or ()),
            "rules": rule_bodies(self.rules.data),
        }


def rule_bodies(rules: Sequence[Mapping[str, Any]]) -> list[Body]:
    """The rules as documents. Their numbers stay as long as they rise; rearranged rules are numbered anew."""
    numbers = [_number(rule["priority"]) for rule in rules]
    rising = None not in numbers and all(one < other for one, other in pairwise(numbers))  # type: ignore[operator]
    return [
        {
            "name": rule["name"] or "",
            "priority": numbers[place] if rising else place + 1,
            "stock_locations": sorted(rule["stock_locations"] or ()),
            "except_stock_locations": sorted(rule["except_stock_locations"] or ()),
            "stock_location_type": rule["stock_location_type"] or None,
            "order_by": rule["order_by"] or OrderBy.PRIORITY.value,
            "select_by_quota": bool(rule["select_by_quota"]),
            "split": rule["split"] or Split.LINE.value,
        }
        for place, rule in enumerate(rules)
    ]


def rearranged(rules: Sequence[Body], step: str) -> list[Body] | None:
    """The rules after a button "add", "remove-2", "up-2" or "down-2"; None for any other button."""
    found = _STEP.match(step)
    if found is None:
        return None
    what, place = found[1], int(found[2] or 0)
    kept = list(rules)
    if what == "add":
        return [*kept, *rule_bodies([{**_NEW_RULE, "priority": None}])] if len(kept) < MOST_RULES else kept
    if place >= len(kept):
        return kept
    rule = kept.pop(place)
    if what != "remove":
        kept.insert(max(0, place + (-1 if what == "up" else 1)), rule)
    return kept


_NEW_RULE: Body = {
    "name": "",
    "stock_locations": (),
    "except_stock_locations": (),
    "stock_location_type": None,
    "order_by": None,
    "select_by_quota": False,
    "split": None,
}


def _number(text: Any) -> int | None:
    try:
        found = int(text)
    except (TypeError, ValueError):
        return None
    return found if abs(found) <= LARGEST_NUMBER else None


def _types() -> list[tuple[str, str]]:
    return [(one.value, wording.capitalized(wording.label(one.value))) for one in LocationType]


def _codes(kind: Iterable[Any]) -> list[tuple[str, str]]:
    return [(one.value, wording.capitalized(wording.label(one.value))) for one in kind]


def _offered(known: Iterable[str], stored: Iterable[str], words: Any) -> list[tuple[str, str]]:
    codes = dict.fromkeys([*(str(one) for one in known), *stored])
    return [(code, words(code)) for code in codes]
