"""An audit entry as people read it: what was done, to what, and each value before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app import wording
from app.domain import json_differences, redaction
from app.domain.json_differences import ABSENT, JsonDifference
from app.queries.audit import AuditRow
from app.queries.audit_names import Named, names_of, referred
from app.wording.labels import TRIGGERS

LONGEST_VALUE = 200
# Values that are no words: what a bulk action is about, its own page says.
TOLD_ELSEWHERE = {("batch", "title")}

KINDS: Mapping[str, Any] = {
    "batch": _("Bulk action"),
    "cargo_company": _("Carrier"),
    "channel": _("Channel"),
    "discrepancy": _("Discrepancy"),
    "execution_plan": _("Plan"),
    "joint_fix": _("Joint fix"),
    "mapping": _("Mapping"),
    "mapping_forward": _("Mapping sent to Omnitron"),
    "order": _("Order"),
    "order_item": _("Order item"),
    "package": _("Package"),
    "package_item": _("Package item"),
    "product": _("Product"),
    "reservation": _("Reservation"),
    "saved_view": _("Saved view"),
    "scenario": _("Scenario"),
    "stock": _("Stock"),
    "stock_location": _("Location"),
    "token": _("Token"),
    "upstream_order": _("Order in Omnitron"),
    "user": _("User"),
    "webhook": _("Webhook"),
    "webhook_event": _("Webhook event"),
}
# Where an object is shown: the endpoint, and what its address calls the id.
PAGES: Mapping[str, tuple[str, str]] = {
    "batch": ("batches.show", "batch_id"),
    "channel": ("channels.show", "channel_id"),
    "discrepancy": ("discrepancies.show", "discrepancy_id"),
    "execution_plan": ("execution_plans.show", "plan_id"),
    "order": ("orders.show", "order_id"),
    "package": ("explanations.show", "package_id"),
    "scenario": ("scenarios.show", "scenario_id"),
    "stock_location": ("stock_locations.show", "location_id"),
    "user": ("users.show", "user_id"),
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One value; empty text where there was none. What has no words is as it is stored, in English."""

    name: str
    before: str
    after: str
    has_named: bool = False
    has_words: bool = False


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry with its words. `name` is what people call the object; `url` leads to it if it has a page."""

    row: AuditRow
    kind: str
    name: str | None
    action: str
    url: str | None
    changes: tuple[ShownChange, ...]
    reason: str


def shown(rows: Iterable[AuditRow], names: Mapping[Named, str] | None = None) -> list[ShownEntry]:
    """The entries with their words and names; secrets that an entry may hold are masked once more."""
    named = names or {}
    return [
        ShownEntry(
            row,
            kind_label(row.object_type),
            named.get((row.object_type, row.object_id or "")),
            wording.act_label(row.action),
            _url(row),
            _changes(row, named),
            _reason(row),
        )
        for row in rows
    ]


def shown_by_name(rows: Sequence[AuditRow]) -> list[ShownEntry]:
    """The same with the names of what the entries tell of, which takes a statement."""
    return shown(rows, names_of(rows))


def kind_label(object_type: str) -> str:
    """What a kind of object is called."""
    found = KINDS.get(object_type)
    return str(found) if found is not None else object_type.replace("_", " ").capitalize()


def _url(row: AuditRow) -> str | None:
    page = PAGES.get(row.object_type)
    if page is None or row.object_id is None or not row.object_id.isdigit():
        return None
    return url_for(page[0], **{page[1]: int(row.object_id)})  # type: ignore[arg-type]


def _reason(row: AuditRow) -> str:
    """Why, in the person's words; plans that were given none keep the code of what set them off."""
    code = row.reason or ""
    if row.object_type != "execution_plan" or code not in TRIGGERS:
        return code
    return "" if row.action.endswith(code) else wording.trigger_label(code)


def _changes(row: AuditRow, named: Mapping[Named, str]) -> tuple[ShownChange, ...]:
    before, after = redaction.without_secrets(row.before or {}), redaction.without_secrets(row.after or {})
    found = json_differences.differences(before, after)
    return tuple(
        _change(row.object_type, one, named)
        for one in found
        if (row.object_type, one.path) not in TOLD_ELSEWHERE
    )


def _change(object_type: str, found: JsonDifference, named: Mapping[Named, str]) -> ShownChange:
    kind = referred(found.path)
    name = kind_label(kind) if kind else wording.audit_name(found.path)
    stored = found.path.removesuffix("_id").replace("_", " ")
    then, now = (
        named.get((kind, str(value))) if kind else wording.audit_value(object_type, found.path, value)
        for value in (found.then, found.now)
    )
    return ShownChange(
        name or stored[:1].upper() + stored[1:],
        then if then is not None else _text(found.then),
        now if now is not None else _text(found.now),
        has_named=name is not None,
        has_words=then is not None or now is not None,
    )


def _text(value: Any) -> str:
    if value is ABSENT or value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)[:LONGEST_VALUE] or "–"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(one)}" for key, one in value.items())[:LONGEST_VALUE]
    return str(value)[:LONGEST_VALUE]


def exported(rows: Iterable[AuditRow], columns: Iterable[str]) -> Iterable[list[Any]]:
    """The entries as rows of a file, their values as JSON with secrets masked."""
    names = tuple(columns)
    for row in rows:
        yield [_exported(getattr(row, name)) for name in names]


def _exported(value: Any) -> Any:
    is_json = isinstance(value, dict | list)
    return msgspec.json.encode(redaction.without_secrets(value)).decode() if is_json else value
