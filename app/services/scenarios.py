"""Scenarios with their rules: saved whole, or one property of theirs changed by an operator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app import clock
from app.domain.diagnosis.changes import admitting
from app.domain.errors import Invalid, NotFound
from app.domain.facts import Rule, Scenario, Split, World
from app.queries import worlds
from app.services import natural_keys, planning, saving, scenario_rows
from app.services.documents.master_data import ScenarioDocument
from app.services.documents.values import Json, body_of
from app.services.scenario_bodies import body_of_scenario, rule_document
from app.services.unit_of_work import UnitOfWork, unit_of_work

_DEFAULTS: Json = {
    "is_active": True,
    "priority": None,
    "channels": [],
    "payment_types": [],
    "delivery_types": [],
    "rules": [],
}


def save_scenario(document: ScenarioDocument, reason: str | None = None) -> int:
    """Make or change a scenario; its id.

    Raises Invalid for unknown channels or locations and for two rules of one name.
    """
    with unit_of_work() as work:
        stored = _find(lambda one: one.name == document.name)
        before = body_of_scenario(stored) if stored else None
        change = saving.laid_over(before, _given(work, document), ScenarioDocument, _DEFAULTS)
        if stored is not None and change.is_none:
            return stored.id
        scenario_id = scenario_rows.store(work, change, stored)
        saving.tell(work, "scenario", change, scenario_id, reason)
        planning.forget_reference(work)
        work.touch(all_products=True)
        return scenario_id


def add_location_to_rule(rule_id: int, erp_code: str, reason: str | None = None) -> None:
    """Change the rule so that it admits this location beside those it admits now, and no other.

    Raises NotFound for an unknown rule or location.
    """
    with unit_of_work():
        scenario, rule = _rule(rule_id)
        locations = {one.erp_code: one for one in worlds.reference().locations.values()}
        if erp_code not in locations:
            raise NotFound("stock_location", erp_code)
        if not rule.admits(locations[erp_code]):
            world = World(seen_at=clock.now(), locations=locations)
            _put(scenario, admitting(rule, erp_code, world), reason)


def allow_split(rule_id: int, to: Split, reason: str | None = None) -> None:
    """Let the rule divide an order as far as `to`, unless it may go further already. Raises NotFound."""
    farness = list(Split).index
    with unit_of_work():
        scenario, rule = _rule(rule_id)
        if farness(rule.split) < farness(to):
            _put(scenario, replace(rule, split=to), reason)


def activate_scenario(scenario_id: int, reason: str | None = None) -> None:
    """Switch the scenario on. Raises NotFound."""
    with unit_of_work():
        scenario = _find(lambda one: one.id == scenario_id)
        if scenario is None:
            raise NotFound("scenario", scenario_id)
        save_scenario(ScenarioDocument(name=scenario.name, is_active=True), reason)


def _find(wanted: Callable[[Scenario], bool]) -> Scenario | None:
    return next((one for one in worlds.reference().scenarios if wanted(one)), None)


def _rule(rule_id: int) -> tuple[Scenario, Rule]:
    scenario = _find(lambda one: any(rule.id == rule_id for rule in one.rules))
    if scenario is None:
        raise NotFound("rule", rule_id)
    return scenario, next(rule for rule in scenario.rules if rule.id == rule_id)


def _put(scenario: Scenario, changed: Rule, reason: str | None) -> None:
    rules = [rule_document(changed if rule.id == changed.id else rule) for rule in scenario.ordered_rules]
    save_scenario(ScenarioDocument(name=scenario.name, rules=rules), reason)


def _given(work: UnitOfWork, document: ScenarioDocument) -> Json:
    """The document's fields in their one form: lists that mean sets sorted, rules in the order tried."""
    body = body_of(document)
    for place, name in enumerate(body.get("channels", ())):
        natural_keys.channel_id(work, name, f"channels[{place}]")
    for name in ("channels", "payment_types", "delivery_types"):
        if name in body:
            body[name] = sorted(set(body[name]))
    if "rules" in body:
        _refuse_bad_rules(work, body["rules"])
        for rule in body["rules"]:
            rule["stock_locations"] = sorted(set(rule["stock_locations"]))
            rule["except_stock_locations"] = sorted(set(rule["except_stock_locations"]))
        body["rules"].sort(key=lambda rule: rule["priority"])
    return body


def _refuse_bad_rules(work: UnitOfWork, rules: list[Json]) -> None:
    names: set[str] = set()
    for place, rule in enumerate(rules):
        if rule["name"] in names:
            raise Invalid({f"rules[{place}].name": [f"is {rule['name']!r}, as another rule's"]})
        names.add(rule["name"])
        for field in ("stock_locations", "except_stock_locations"):
            for position, erp_code in enumerate(rule[field]):
                natural_keys.location_id(work, erp_code, f"rules[{place}].{field}[{position}]")
