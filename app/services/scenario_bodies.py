"""A scenario as the JSON of its document, and back: what is stored, compared, tried and put back."""

from __future__ import annotations

from app.domain.facts import Rule, Scenario
from app.services.documents.master_data import RuleDocument, ScenarioDocument
from app.services.documents.values import Json, body_of, read

UNSAVED_ID = 2**62
"""Rules and scenarios that are not stored yet are numbered from here: behind all that are."""


def body_of_scenario(scenario: Scenario) -> Json:
    """The whole document in its one form: lists that mean sets sorted, rules in the order tried."""
    return {
        "name": scenario.name,
        "is_active": scenario.is_active,
        "priority": scenario.priority,
        "channels": sorted(scenario.channels),
        "payment_types": sorted(scenario.payment_types),
        "delivery_types": sorted(scenario.delivery_types),
        "rules": [body_of(rule_document(rule)) for rule in scenario.ordered_rules],
    }


def rule_document(rule: Rule) -> RuleDocument:
    """The rule as its document."""
    return RuleDocument(
        name=rule.name,
        priority=rule.priority,
        stock_locations=sorted(rule.stock_locations),
        except_stock_locations=sorted(rule.except_stock_locations),
        stock_location_type=rule.stock_location_type,
        order_by=rule.order_by,
        select_by_quota=rule.select_by_quota,
        split=rule.split,
    )


def scenario_from(body: Json, stored: Scenario | None) -> Scenario:
    """The scenario that saving the whole body would make; ids are kept by name, as saving keeps them.

    Raises msgspec.ValidationError for a body that is none.
    """
    document = read(ScenarioDocument, body)
    ids = {rule.name: rule.id for rule in stored.rules} if stored else {}
    rules = document.rules or []
    return Scenario(
        id=stored.id if stored else UNSAVED_ID,
        name=document.name,
        is_active=bool(document.is_active),
        priority=document.priority if isinstance(document.priority, int) else None,
        channels=frozenset(document.channels or ()),
        payment_types=frozenset(document.payment_types or ()),
        delivery_types=frozenset(document.delivery_types or ()),
        rules=tuple(_rule(one, ids.get(one.name, UNSAVED_ID + place)) for place, one in enumerate(rules)),
    )


def _rule(document: RuleDocument, rule_id: int) -> Rule:
    return Rule(
        id=rule_id,
        name=document.name,
        priority=document.priority,
        stock_locations=frozenset(document.stock_locations),
        except_stock_locations=frozenset(document.except_stock_locations),
        stock_location_type=document.stock_location_type,
        order_by=document.order_by,
        select_by_quota=document.select_by_quota,
        split=document.split,
    )
