"""What edits of scenarios and locations share: versions, words for what differs, saving and trying."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from json import dumps
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app import wording
from app.domain.replays import ReplayKind
from app.queries import audit
from app.queries.audit import AuditRow
from app.services import drafts, replays
from app.web.formats import NOT_KNOWN
from app.wording import Names

Body = Mapping[str, Any]
FIELDS: Mapping[str, Any] = {
    "name": _("Name"),
    "is_active": _("Active"),
    "priority": _("Priority"),
    "max_quota": _("Quota"),
    "stock_location_type": _("Type"),
    "city": _("City"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "channels": _("Channels"),
    "payment_types": _("Payment"),
    "delivery_types": _("Delivery"),
    "stock_locations": _("Only these locations"),
    "except_stock_locations": _("Except these"),
    "order_by": _("Asked in this order"),
    "select_by_quota": _("Only with free quota"),
    "split": _("May divide an order"),
}
_PLACES = frozenset({"stock_locations", "except_stock_locations"})
PAGES = {
    ReplayKind.SCENARIO: ("scenarios.show", "scenario_id"),
    ReplayKind.STOCK_LOCATION: ("stock_locations.show", "location_id"),
}


@dataclass(frozen=True, slots=True)
class EditedValue:
    """A setting before and after, in words. `rule` is the rule it belongs to; empty for none."""

    rule: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PastEdit:
    """An entry of the audit log, and what it changed, in words."""

    row: AuditRow
    values: Sequence[EditedValue]

    @property
    def can_be_undone(self) -> bool:
        """Whether there was anything before."""
        return bool(self.row.before)


def past_edit(row: AuditRow, names: Names) -> PastEdit:
    """The entry in words. What made a scenario or location lists everything that was set."""
    return PastEdit(row, edited_values(row.before or {}, row.after or {}, names))


def history(kind: ReplayKind, row_id: int, names: Names) -> list[PastEdit]:
    """Who changed what of a scenario or location, the newest first."""
    return [past_edit(row, names) for row in audit.entries_of(kind.value, row_id)]


def version_of(body: Body | None) -> str:
    """A short name of exactly this document."""
    return blake2b(dumps(body, sort_keys=True).encode(), digest_size=8).hexdigest()


def edited_values(base: Body, draft: Body, names: Names) -> list[EditedValue]:
    """What the draft changes, rules by their names."""
    own = [one for one in draft if one not in ("rules", "erp_code")]
    found = list(_compared("", base, draft, own, names))
    old = {rule["name"]: rule for rule in base.get("rules", ())}
    new = {rule["name"]: rule for rule in draft.get("rules", ())}
    for name in dict.fromkeys([*new, *old]):
        found += _of_rule(name, old.get(name), new.get(name), names)
    if [one for one in old if one in new] != [one for one in new if one in old]:
        found.append(EditedValue("", gettext("Order of the rules"), ", ".join(old), ", ".join(new)))
    return found


def try_draft(kind: ReplayKind, draft: dict[str, Any], days: int) -> Response:
    """Try it, and go to the page of the trial."""
    replay_id = replays.try_edit(kind, draft, days)
    return redirect(url_for("replays.show", replay_id=replay_id), 303)


def save_draft(kind: ReplayKind, draft: dict[str, Any], base: dict[str, Any] | None, reason: str) -> Response:
    """Save it, and go to the page of what was edited. Raises what drafts.save_draft raises."""
    row_id = drafts.save_draft(kind, draft, base, reason)
    flash(gettext("Saved. Orders are planned by it from now on."), "success")
    return redirect(page_of(kind, row_id), 303)


def page_of(kind: ReplayKind, row_id: int) -> str:
    """The address of a scenario or location."""
    endpoint, parameter = PAGES[kind]
    return url_for(endpoint, **{parameter: row_id})  # type: ignore[arg-type]


def _of_rule(name: str, old: Body | None, new: Body | None, names: Names) -> Iterator[EditedValue]:
    if old is None:
        yield EditedValue(name, gettext("Rule"), NOT_KNOWN, gettext("new"))
    elif new is None:
        yield EditedValue(name, gettext("Rule"), gettext("there"), gettext("removed"))
    else:
        fields = [one for one in new if one not in ("name", "priority")]
        yield from _compared(name, old, new, fields, names)


def _compared(rule: str, old: Body, new: Body, fields: list[str], names: Names) -> Iterator[EditedValue]:
    for field in fields:
        before, after = old.get(field), new.get(field)
        if before != after:
            texts = _lists(before, after, names) if field in _PLACES and before and after else None
            was, now = texts or (_text(field, before, names), _text(field, after, names))
            yield EditedValue(rule, str(FIELDS[field]), was, now)


def _lists(before: Sequence[str], after: Sequence[str], names: Names) -> tuple[str, str]:
    """Of two lists of locations only what differs."""
    more = [names.place(code) for code in after if code not in before]
    less = [names.place(code) for code in before if code not in after]
    said = [
        gettext("also %(places)s", places=", ".join(more)) if more else "",
        gettext("without %(places)s", places=", ".join(less)) if less else "",
    ]
    count = ngettext("%(num)s location", "%(num)s locations", len(before))
    return count, "; ".join(text for text in said if text)


def _text(field: str, value: Any, names: Names) -> str:
    if value is None or value == []:
        return {"stock_locations": gettext("every location"), "max_quota": gettext("none")}.get(
            field, NOT_KNOWN
        )
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if field in _PLACES:
        return ", ".join(names.place(code) for code in value)
    if isinstance(value, list):
        return ", ".join(wording.label(one) for one in value)
    return wording.label(value) if isinstance(value, str) and field != "name" else str(value)
