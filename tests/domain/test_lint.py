"""Rule lint: each oddity found where it is, and a healthy world without any."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.diagnosis.lint import Finding, History, LintCode, lint
from app.domain.facts import World
from tests.domain.worlds import a_demand, a_location, a_rule, a_scenario, a_world

HEALTHY = History()


def found(world: World, history: History = HEALTHY, **order: Any) -> list[tuple[str, str | None, str | None]]:
    return [(one.code.value, one.scenario, one.rule) for one in lint(world, [a_demand(**order)], history)]


def test_a_healthy_world_has_nothing_odd() -> None:
    assert found(a_world()) == []


def test_a_scenario_without_rules_serves_nothing() -> None:
    odd = a_scenario(id=2, name="Empty", priority=0, channels=["App"])
    world = a_world(scenarios=[a_scenario(a_rule()), odd])
    assert found(world) == [("scenario_without_rules", "Empty", None)]


@pytest.mark.parametrize(
    ("earlier", "later", "is_odd"),
    [
        ({}, {"channels": ["Web"]}, True),
        ({"channels": ["Web", "App"]}, {"channels": ["Web"]}, True),
        ({"channels": ["Web"]}, {"channels": ["Web", "App"]}, False),
        ({"channels": ["Web"]}, {}, False),
        ({"payment_types": ["cash"]}, {"channels": ["Web"], "payment_types": ["cash"]}, True),
        ({"delivery_types": ["standard"]}, {"payment_types": ["cash"]}, False),
        ({"is_active": False}, {"channels": ["Web"]}, False),
    ],
)
def test_a_scenario_behind_a_wider_one_is_never_reached(
    earlier: dict[str, Any], later: dict[str, Any], is_odd: bool
) -> None:
    first = a_scenario(a_rule(id=1), id=1, name="First", priority=1, **earlier)
    second = a_scenario(a_rule(id=2), id=2, name="Second", priority=2, **later)
    last = a_scenario(a_rule(id=3), id=3, name="Rest", priority=None)
    odd = [one for one in found(a_world(scenarios=[last, second, first])) if one[1] == "Second"]
    assert odd == ([("scenario_never_reached", "Second", None)] if is_odd else [])


@pytest.mark.parametrize(
    ("location", "rule", "code"),
    [
        ({}, {"stock_locations": ["WH1"], "except_stock_locations": ["WH1"]}, LintCode.RULE_ADMITS_NOBODY),
        ({}, {"stock_location_type": "store"}, LintCode.RULE_ADMITS_NOBODY),
        ({"is_active": False}, {}, LintCode.RULE_ADMITS_ONLY_INACTIVE),
        ({}, {"select_by_quota": True}, LintCode.RULE_WITHOUT_QUOTA),
        ({"max_quota": 0}, {"select_by_quota": True}, LintCode.RULE_WITHOUT_QUOTA),
        ({"max_quota": 1, "quota": 9}, {"select_by_quota": True}, None),
        ({}, {"stock_locations": ["WH1"]}, None),
    ],
)
def test_a_rule_that_can_never_serve_is_named(
    location: dict[str, Any], rule: dict[str, Any], code: LintCode | None
) -> None:
    odd = found(a_world(a_location(**location), rules=[a_rule(**rule)]))
    assert [one for one in odd if one[2]] == ([(code, "Every order", "rule 1")] if code else [])


def test_a_location_that_an_earlier_rule_uses_is_not_asked_for_its_quota() -> None:
    assert found(a_world(rules=[a_rule(id=1), a_rule(id=2, select_by_quota=True)])) == []


def test_a_rule_that_names_a_location_that_is_off_says_which() -> None:
    world = a_world(
        a_location("WH1"),
        a_location("ST1", is_active=False),
        a_location("ST2", is_active=False),
        rules=[a_rule(stock_locations=["WH1", "ST1"])],
    )
    (one,) = lint(world, [], HEALTHY)
    assert one == Finding(LintCode.RULE_NAMES_INACTIVE, "Every order", "rule 1", {"erp_codes": ("ST1",)})


@pytest.mark.parametrize(
    ("history", "is_odd"),
    [
        (History(), False),
        (History(rules=frozenset({1})), True),
        (History(served=frozenset({(1, "WH1")}), rules=frozenset({1})), False),
        (History(served=frozenset({(2, "WH1"), (1, "ST9")}), rules=frozenset({1})), True),
    ],
)
def test_a_rule_is_idle_when_none_of_its_locations_served_for_long(history: History, is_odd: bool) -> None:
    expected = [("rule_served_nothing", "Every order", "rule 1")] if is_odd else []
    assert found(a_world(), history) == expected


def test_an_active_location_in_no_rule_is_named() -> None:
    world = a_world(
        a_location("WH1"),
        a_location("ST1"),
        a_location("ST2", is_active=False),
        scenarios=[
            a_scenario(a_rule(stock_locations=["WH1"])),
            a_scenario(a_rule(id=2), id=2, name="Off", is_active=False),
        ],
    )
    (one,) = lint(world, [], HEALTHY)
    assert one == Finding(LintCode.LOCATION_IN_NO_RULE, params={"erp_code": "ST1"})


def test_waiting_orders_without_a_scenario_are_counted_by_what_they_are_like() -> None:
    world = a_world(scenarios=[a_scenario(a_rule(), channels=["App"])])
    waiting = [
        a_demand(),
        a_demand(order_id=2),
        a_demand(order_id=3, payment_type="cash"),
        a_demand(channel="App"),
    ]
    odd = [one for one in lint(world, waiting, HEALTHY) if one.code is LintCode.ORDERS_WITHOUT_SCENARIO]
    assert [(one.params["payment_type"], one.params["orders"]) for one in odd] == [
        ("cash", 1),
        ("credit_card", 2),
    ]
