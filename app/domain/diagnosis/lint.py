"""lint(world, …): which scenarios and rules can serve nothing, or did not for long (diagnosis.md, 4).

Only active scenarios are looked at: what is switched off is so on purpose.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from app.domain.facts import Demand, Location, Rule, Scenario, World
from app.domain.planning import matching_scenario

IDLE_AFTER = timedelta(days=30)


class LintCode(StrEnum):
    """What is odd; the value is what is sent."""

    SCENARIO_WITHOUT_RULES = "scenario_without_rules"
    SCENARIO_NEVER_REACHED = "scenario_never_reached"
    RULE_ADMITS_NOBODY = "rule_admits_nobody"
    RULE_ADMITS_ONLY_INACTIVE = "rule_admits_only_inactive"
    RULE_WITHOUT_QUOTA = "rule_without_quota"
    RULE_NAMES_INACTIVE = "rule_names_inactive"
    RULE_SERVED_NOTHING = "rule_served_nothing"
    LOCATION_IN_NO_RULE = "location_in_no_rule"
    ORDERS_WITHOUT_SCENARIO = "orders_without_scenario"


@dataclass(frozen=True, slots=True)
class Finding:
    """One oddity, where it is (names, None where it is in no scenario or rule), and what the words need."""

    code: LintCode
    scenario: str | None = None
    rule: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """What was served lately. `rules` are the ids of rules that have been there all that time."""

    served: frozenset[tuple[int, str]] = frozenset()
    """(scenario id, erp_code) of packages made by that scenario at that location."""
    rules: frozenset[int] = frozenset()


def lint(world: World, waiting: Iterable[Demand], history: History) -> tuple[Finding, ...]:
    """Every oddity: scenarios as they are chosen and their rules as they are tried, locations, orders."""
    active = sorted((one for one in world.scenarios if one.is_active), key=lambda one: one.rank)
    found: list[Finding] = []
    for place, scenario in enumerate(active):
        found += _of_scenario(scenario, active[:place])
        found += _of_rules(scenario, world, history)
    return (*found, *_of_locations(active, world), *_of_orders(waiting, world))


def _of_scenario(scenario: Scenario, earlier: Iterable[Scenario]) -> Iterator[Finding]:
    wider = next((one for one in earlier if _holds_wherever(one, scenario)), None)
    if wider is not None:
        params = {"earlier": wider.name}
        yield Finding(LintCode.SCENARIO_NEVER_REACHED, scenario.name, params=params)
    if not scenario.rules:
        yield Finding(LintCode.SCENARIO_WITHOUT_RULES, scenario.name)


def _holds_wherever(wider: Scenario, narrower: Scenario) -> bool:
    """Whether every order of the narrower scenario is also one of the wider."""
    pairs = (
        (wider.channels, narrower.channels),
        (wider.payment_types, narrower.payment_types),
        (wider.delivery_types, narrower.delivery_types),
    )
    return all(not wide or (bool(narrow) and narrow <= wide) for wide, narrow in pairs)


def _of_rules(scenario: Scenario, world: World, history: History) -> Iterator[Finding]:
    quota_may_be_waived = False
    for rule in scenario.ordered_rules:
        admitted = [one for one in world.locations.values() if rule.admits(one)]
        code = _never_serves(rule, admitted, quota_may_be_waived)
        if code is not None:
            yield Finding(code, scenario.name, rule.name)
        else:
            yield from _seldom_serves(scenario, rule, admitted, history)
        quota_may_be_waived |= not rule.select_by_quota


def _never_serves(rule: Rule, admitted: list[Location], quota_may_be_waived: bool) -> LintCode | None:
    """Why the rule can serve nothing, whatever is ordered. A location in use is not asked for its quota."""
    active = [one for one in admitted if one.is_active]
    if not admitted:
        return LintCode.RULE_ADMITS_NOBODY
    if not active:
        return LintCode.RULE_ADMITS_ONLY_INACTIVE
    if rule.select_by_quota and not quota_may_be_waived and not any(one.max_quota for one in active):
        return LintCode.RULE_WITHOUT_QUOTA
    return None


def _seldom_serves(
    scenario: Scenario, rule: Rule, admitted: list[Location], history: History
) -> Iterator[Finding]:
    inactive = tuple(
        one.erp_code for one in admitted if not one.is_active and one.erp_code in rule.stock_locations
    )
    if inactive:
        yield Finding(LintCode.RULE_NAMES_INACTIVE, scenario.name, rule.name, {"erp_codes": inactive})
    # Certain only where nobody whom the rule admits served anything for the scenario: a package does not
    # say by which rule it was made.
    served = any((scenario.id, one.erp_code) in history.served for one in admitted)
    if rule.id in history.rules and not served:
        params = {"days": IDLE_AFTER.days}
        yield Finding(LintCode.RULE_SERVED_NOTHING, scenario.name, rule.name, params)


def _of_locations(active: Iterable[Scenario], world: World) -> Iterator[Finding]:
    rules = [rule for scenario in active for rule in scenario.rules]
    for location in world.locations.values():
        if location.is_active and not any(rule.admits(location) for rule in rules):
            yield Finding(LintCode.LOCATION_IN_NO_RULE, params={"erp_code": location.erp_code})


def _of_orders(waiting: Iterable[Demand], world: World) -> Iterator[Finding]:
    kinds = Counter(
        (one.channel, one.payment_type, one.delivery_type)
        for one in waiting
        if matching_scenario(one, world) is None
    )
    for (channel, payment_type, delivery_type), orders in sorted(kinds.items()):
        params = {"channel": channel, "payment_type": payment_type, "delivery_type": delivery_type}
        yield Finding(LintCode.ORDERS_WITHOUT_SCENARIO, params={**params, "orders": orders})
