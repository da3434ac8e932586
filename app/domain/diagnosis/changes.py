"""The changes a remedy can consist of: each names its target, its cost and how a world looks after it.

One change is one row's whole. Source: the table of diagnosis.md, section 3.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from app.domain.diagnosis.causes import Cause
from app.domain.facts import Place, Rule, Scenario, Split, World


class ChangeKind(StrEnum):
    """The kinds in order of their cost; the value is what is sent and posted."""

    REPLAN = "replan"
    RELEASE_RESERVATION = "release_reservation"
    CLEAR_DISCREPANCY = "clear_discrepancy"
    RAISE_QUOTA = "raise_quota"
    ACTIVATE_LOCATION = "activate_location"
    ADD_TO_RULE = "add_to_rule"
    ALLOW_SPLIT = "allow_split"
    ACTIVATE_SCENARIO = "activate_scenario"


COST = {kind: cost for cost, kind in enumerate(ChangeKind)}


@dataclass(frozen=True, slots=True)
class Change:
    """What every change answers: its kind, its class of cause, and the world after it."""

    kind: ClassVar[ChangeKind]

    @property
    def cost(self) -> int:
        """Its place in the order of remedies."""
        return COST[self.kind]

    @property
    def cause(self) -> Cause:
        """The cause a package has when this change serves it."""
        raise NotImplementedError

    @property
    def subject(self) -> tuple[str, ...]:
        """What it is about, however far it goes there: for one subject the least change is enough."""
        raise NotImplementedError

    def applied_to(self, world: World) -> World:
        """A copy of the world in which the change was made."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Replan(Change):
    """Nothing changes; the order is only planned again."""

    kind: ClassVar[ChangeKind] = ChangeKind.REPLAN

    @property
    def cause(self) -> Cause:
        """The facts already serve it."""
        return Cause.SERVED_NOW

    @property
    def subject(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    def applied_to(self, world: World) -> World:
        """The world as it is."""
        return world


@dataclass(frozen=True, slots=True)
class ReleaseReservation(Change):
    """Release the stale reservations of one product at one location that are needed."""

    erp_code: str
    sku: str
    reservations: tuple[int, ...]
    quantity: int
    """Hundredths set free."""
    kind: ClassVar[ChangeKind] = ChangeKind.RELEASE_RESERVATION

    @property
    def place(self) -> Place:
        """The location and product."""
        return (self.erp_code, self.sku)

    @property
    def cause(self) -> Cause:
        """Units were held for nobody."""
        return Cause.STALE_RESERVATION

    @property
    def subject(self) -> tuple[str, ...]:
        """The place, whichever reservations."""
        return self.place

    def applied_to(self, world: World) -> World:
        """The world without these reservations."""
        return world.without_reservations(self.place, self.reservations)


@dataclass(frozen=True, slots=True)
class ClearDiscrepancy(Change):
    """Clear every active discrepancy of one product at one location."""

    erp_code: str
    sku: str
    discrepancies: tuple[int, ...]
    kind: ClassVar[ChangeKind] = ChangeKind.CLEAR_DISCREPANCY

    @property
    def cause(self) -> Cause:
        """A report keeps the planner away."""
        return Cause.DISCREPANCY_HOLD

    @property
    def subject(self) -> tuple[str, ...]:
        """The place."""
        return (self.erp_code, self.sku)

    def applied_to(self, world: World) -> World:
        """The world without discrepancies at that place."""
        return world.without_discrepancies((self.erp_code, self.sku))


@dataclass(frozen=True, slots=True)
class RaiseQuota(Change):
    """Raise one location's quota to one more than is used."""

    erp_code: str
    to: int
    was: int | None
    kind: ClassVar[ChangeKind] = ChangeKind.RAISE_QUOTA

    @property
    def cause(self) -> Cause:
        """The quota was empty, or used up."""
        return Cause.QUOTA_UNSET if self.was is None else Cause.QUOTA_FULL

    @property
    def subject(self) -> tuple[str, ...]:
        """The location."""
        return (self.erp_code,)

    def applied_to(self, world: World) -> World:
        """The world with the new quota."""
        return world.with_location(replace(world.locations[self.erp_code], max_quota=self.to))


@dataclass(frozen=True, slots=True)
class ActivateLocation(Change):
    """Switch one location on."""

    erp_code: str
    kind: ClassVar[ChangeKind] = ChangeKind.ACTIVATE_LOCATION

    @property
    def cause(self) -> Cause:
        """The location is switched off."""
        return Cause.LOCATION_INACTIVE

    @property
    def subject(self) -> tuple[str, ...]:
        """The location."""
        return (self.erp_code,)

    def applied_to(self, world: World) -> World:
        """The world with the location active."""
        return world.with_location(replace(world.locations[self.erp_code], is_active=True))


@dataclass(frozen=True, slots=True)
class _RuleChange(Change):
    scenario_id: int
    scenario: str
    rule_id: int
    rule: str

    def _with_rule(self, world: World, changed: Rule) -> World:
        scenario = next(one for one in world.scenarios if one.id == self.scenario_id)
        rules = tuple(changed if rule.id == changed.id else rule for rule in scenario.rules)
        return world.with_scenario(replace(scenario, rules=rules))

    def _rule(self, world: World) -> Rule:
        scenario = next(one for one in world.scenarios if one.id == self.scenario_id)
        return next(rule for rule in scenario.rules if rule.id == self.rule_id)


@dataclass(frozen=True, slots=True)
class AddToRule(_RuleChange):
    """Let exactly one more location into a rule."""

    erp_code: str
    kind: ClassVar[ChangeKind] = ChangeKind.ADD_TO_RULE

    @property
    def cause(self) -> Cause:
        """The location with the stock is outside the rules."""
        return Cause.OUTSIDE_SCENARIO

    @property
    def subject(self) -> tuple[str, ...]:
        """The location, whichever the rule."""
        return (self.erp_code,)

    def applied_to(self, world: World) -> World:
        """The world in which the rule admits the location beside those it admitted."""
        return self._with_rule(world, admitting(self._rule(world), self.erp_code, world))


def admitting(rule: Rule, erp_code: str, world: World) -> Rule:
    """The rule, changed so that it admits one more location and no other.

    Off the except-list, into the list; a type condition that stands in the way becomes the list of what
    the rule admitted plus this one.
    """
    excepted = rule.except_stock_locations - {erp_code}
    kind = rule.stock_location_type
    if kind is not None and world.locations[erp_code].stock_location_type != kind:
        admitted = {code for code, one in world.locations.items() if rule.admits(one)}
        return replace(
            rule,
            stock_locations=frozenset(admitted | {erp_code}),
            except_stock_locations=excepted,
            stock_location_type=None,
        )
    listed = rule.stock_locations | {erp_code} if rule.stock_locations else rule.stock_locations
    return replace(rule, stock_locations=listed, except_stock_locations=excepted)


@dataclass(frozen=True, slots=True)
class AllowSplit(_RuleChange):
    """Let a rule divide an order further than it does."""

    to: Split
    kind: ClassVar[ChangeKind] = ChangeKind.ALLOW_SPLIT

    @property
    def cause(self) -> Cause:
        """The stock is spread, and the rule wants it together."""
        return Cause.SPLIT_FORBIDDEN

    @property
    def subject(self) -> tuple[str, ...]:
        """The rule, however far it may split."""
        return (str(self.rule_id),)

    def applied_to(self, world: World) -> World:
        """The world in which the rule splits so far."""
        return self._with_rule(world, replace(self._rule(world), split=self.to))


@dataclass(frozen=True, slots=True)
class ActivateScenario(Change):
    """Switch a scenario on; only when no active one matches the order."""

    scenario_id: int
    scenario: str
    kind: ClassVar[ChangeKind] = ChangeKind.ACTIVATE_SCENARIO

    @property
    def cause(self) -> Cause:
        """No active scenario is for this order."""
        return Cause.NO_MATCHING_SCENARIO

    @property
    def subject(self) -> tuple[str, ...]:
        """The scenario."""
        return (str(self.scenario_id),)

    def applied_to(self, world: World) -> World:
        """The world with the scenario active."""
        found: Scenario = next(one for one in world.scenarios if one.id == self.scenario_id)
        return world.with_scenario(replace(found, is_active=True))
