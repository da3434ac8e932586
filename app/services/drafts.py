"""Edited scenarios and locations before they are saved: compared with what is stored, tried, saved, put back.

A draft is the JSON of the whole document, as far as it can be edited by hand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from app.domain.diagnosis.replay import Settings
from app.domain.errors import NotFound, Refused
from app.domain.facts import Location, Scenario
from app.domain.replays import ReplayKind
from app.extensions import run
from app.models.audit import AuditEntry
from app.models.columns import table
from app.queries import worlds
from app.services import scenarios, stock_locations
from app.services.documents.master_data import ScenarioDocument, StockLocationDocument
from app.services.documents.values import Json, read
from app.services.scenario_bodies import body_of_scenario, scenario_from
from app.services.unit_of_work import unit_of_work

LOCATION_FIELDS = ("name", "stock_location_type", "is_active", "priority", "max_quota")
_KEYS = {ReplayKind.SCENARIO: "name", ReplayKind.STOCK_LOCATION: "erp_code"}
_ENTRIES = table(AuditEntry)
_ENTRY = select(_ENTRIES).where(_ENTRIES.c.id == bindparam("entry_id"))


def name_of(kind: ReplayKind, draft: Json) -> str:
    """What the edited document is known by: a scenario's name, a location's ERP code."""
    return str(draft[_KEYS[kind]])


def stored_body(kind: ReplayKind, draft: Json) -> Json | None:
    """The stored document that the draft would change, in the draft's form; None for a new scenario.

    Raises NotFound for an unknown location.
    """
    if kind is ReplayKind.SCENARIO:
        stored = _scenario(draft["name"])
        return body_of_scenario(stored) if stored else None
    return location_body(_location(draft["erp_code"]))


def location_body(location: Location) -> Json:
    """The location as its document, as far as it is edited by hand."""
    body: dict[str, Any] = {name: getattr(location, name) for name in LOCATION_FIELDS}
    kind = location.stock_location_type.value
    return {"erp_code": location.erp_code, **body, "stock_location_type": kind}


def settings_with(kind: ReplayKind, draft: Json) -> Settings:
    """Today's settings with the draft in place of what is stored; an empty draft changes nothing."""
    reference = worlds.reference()
    locations = {one.erp_code: one for one in reference.locations.values()}
    if not draft:
        return Settings(locations, reference.scenarios)
    if kind is ReplayKind.STOCK_LOCATION:
        edited = _edited(_location(draft["erp_code"]), draft)
        return Settings({**locations, edited.erp_code: edited}, reference.scenarios)
    stored = _scenario(draft["name"])
    others = tuple(one for one in reference.scenarios if one.name != draft["name"])
    return Settings(locations, (*others, scenario_from(draft, stored)))


def save_draft(kind: ReplayKind, draft: Json, base: Json | None, reason: str = "") -> int:
    """Save the edited document; the id of its row.

    Raises Refused `edited_since` when what is stored is not as it was when the edit began (`base`, None or
    empty for a new scenario), and what saving the document raises.
    """
    with unit_of_work():
        if stored_body(kind, draft) != (base or None):
            raise Refused("edited_since")
        return _save(kind, draft, reason)


def undo_change(entry_id: int, reason: str = "") -> tuple[ReplayKind, int]:
    """Put back what the audit entry's change replaced, as a change of its own; what it was about, and its id.

    Raises NotFound for an entry that changed neither scenario nor location, Refused `undo_created` for one
    that made it, and `changed_since` when a changed field is not as the entry left it.
    """
    with unit_of_work():
        entry = run(_ENTRY, {"entry_id": entry_id}).one_or_none()
        if entry is None or entry.object_type not in list(ReplayKind):
            raise NotFound("change", entry_id)
        if not entry.before:
            raise Refused("undo_created")
        kind = ReplayKind(entry.object_type)
        now = _body_by_id(kind, int(entry.object_id))
        if any(now.get(field) != value for field, value in entry.after.items()):
            raise Refused("changed_since")
        key = _KEYS[kind]
        return kind, _save(kind, {key: now[key], **entry.before}, reason)


def _save(kind: ReplayKind, body: Json, reason: str) -> int:
    if kind is ReplayKind.SCENARIO:
        return scenarios.save_scenario(read(ScenarioDocument, body), reason or None)
    return stock_locations.save_stock_location(read(StockLocationDocument, body), reason or None)


def _body_by_id(kind: ReplayKind, row_id: int) -> Json:
    reference = worlds.reference()
    if kind is ReplayKind.SCENARIO:
        found = next((one for one in reference.scenarios if one.id == row_id), None)
        if found is None:
            raise NotFound("scenario", row_id)
        return body_of_scenario(found)
    return stock_locations.stored_body(row_id)


def _scenario(name: str) -> Scenario | None:
    return next((one for one in worlds.reference().scenarios if one.name == name), None)


def _location(erp_code: str) -> Location:
    found = (one for one in worlds.reference().locations.values() if one.erp_code == erp_code)
    location = next(found, None)
    if location is None:
        raise NotFound("stock_location", erp_code)
    return location


def _edited(location: Location, draft: Json) -> Location:
    document = read(StockLocationDocument, draft)
    return replace(location, **{name: getattr(document, name) for name in LOCATION_FIELDS if name in draft})
