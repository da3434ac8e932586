"""Writes the rows of a scenario. Rules keep their ids by name, so that links and remedies stay right."""

from __future__ import annotations

from sqlalchemy import delete, insert

from app.domain.facts import Scenario
from app.extensions import db
from app.models.columns import table
from app.models.scenarios import Rule as RuleRow
from app.models.scenarios import RuleLocation, scenario_channels
from app.models.scenarios import Scenario as ScenarioRow
from app.services import natural_keys, rows
from app.services.documents.values import Json
from app.services.saving import Change
from app.services.unit_of_work import UnitOfWork

_SCENARIOS = table(ScenarioRow)
_RULES = table(RuleRow)
_RULE_LOCATIONS = table(RuleLocation)

_OWN = ("name", "is_active", "priority", "payment_types", "delivery_types")
_OF_RULE = ("name", "priority", "stock_location_type", "order_by", "select_by_quota", "split")


def store(work: UnitOfWork, change: Change, stored: Scenario | None) -> int:
    """Write what differs; the scenario's id. Channels and locations are known to exist."""
    values = {key: value for key, value in change.changed.items() if key in _OWN}
    scenario_id = rows.add(_SCENARIOS, values) if stored is None else stored.id
    if stored is not None and values:
        rows.change(_SCENARIOS, scenario_id, values)
    if "channels" in change.changed:
        _store_channels(work, scenario_id, change.after["channels"])
    if "rules" in change.changed:
        _store_rules(work, scenario_id, change.after["rules"], stored)
    return scenario_id


def _store_channels(work: UnitOfWork, scenario_id: int, names: list[str]) -> None:
    limits = scenario_channels
    db.session.execute(delete(limits).where(limits.c.scenario_id == scenario_id))
    for name in names:
        keys = {"scenario_id": scenario_id, "channel_id": natural_keys.channel_id(work, name)}
        db.session.execute(insert(limits), keys)


def _store_rules(work: UnitOfWork, scenario_id: int, rules: list[Json], stored: Scenario | None) -> None:
    known = {rule.name: rule.id for rule in stored.rules} if stored else {}
    kept = {rule["name"] for rule in rules}
    gone = [rule_id for name, rule_id in known.items() if name not in kept]
    db.session.execute(delete(_RULE_LOCATIONS).where(_RULE_LOCATIONS.c.rule_id.in_(known.values())))
    db.session.execute(delete(_RULES).where(_RULES.c.id.in_(gone)))
    for rule in rules:
        values = {key: rule[key] for key in _OF_RULE}
        rule_id = known.get(rule["name"])
        if rule_id is None:
            rule_id = rows.add(_RULES, {"scenario_id": scenario_id, **values})
        else:
            rows.change(_RULES, rule_id, values)
        _store_locations(work, rule_id, rule)


def _store_locations(work: UnitOfWork, rule_id: int, rule: Json) -> None:
    named = [(code, False) for code in rule["stock_locations"]]
    named += [(code, True) for code in rule["except_stock_locations"]]
    if named:
        db.session.execute(
            insert(_RULE_LOCATIONS),
            [
                {
                    "rule_id": rule_id,
                    "stock_location_id": natural_keys.location_id(work, code),
                    "is_excluded": excluded,
                }
                for code, excluded in named
            ],
        )
