"""A shop in which time goes on: plannings keep what they promise, and operators do what a remedy says.

What is done follows the shown target of a change, as somebody would who reads it off the page, not the code
that searched for it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.domain.diagnosis.changes import Change
from app.domain.diagnosis.targets import change_target
from app.domain.facts import Demand, HeldReservation, Place, Rule, Split, World, by_place
from app.domain.planning import Plan, plan


class SimulatedShop:
    """A world, and the order that is planned in it."""

    def __init__(self, demand: Demand, world: World) -> None:
        self.demand = demand
        """What the order still waits for."""
        self.world = world

    def plan(self) -> Plan:
        """Plan what is waiting: promised units are held, each location that serves has one package more."""
        made = plan(self.demand, self.world)
        known = [one for held in self.world.reservations.values() for one in held]
        number = max((one.id for one in known), default=0)
        for place, grant in enumerate(made.grants, start=1):
            known.append(self._held(number + place, (grant.erp_code, grant.sku), grant.quantity))
        self.world = replace(self.world, reservations=by_place(known))
        for code in {grant.erp_code for grant in made.grants}:
            self._change_location(code, quota=self.world.locations[code].quota + 1)
        self.demand = replace(self.demand, lines=made.unserved)
        return made

    def carry_out(self, change: Change) -> None:
        """Do what the target of the change says. Raises LookupError where what it names is not there."""
        target = change_target(change)
        getattr(self, f"_{target['kind']}")(target)

    def _replan(self, target: Mapping[str, Any]) -> None:
        """Planning again is what follows any remedy."""

    def _release_reservation(self, target: Mapping[str, Any]) -> None:
        place: Place = (target["erp_code"], target["sku"])
        held = self.world.reservations.get(place, ())
        if not set(target["reservations"]) <= {one.id for one in held}:
            raise LookupError(f"not all of {target['reservations']} are held at {place}")
        kept = tuple(one for one in held if one.id not in target["reservations"])
        self.world = replace(self.world, reservations={**self.world.reservations, place: kept})

    def _clear_discrepancy(self, target: Mapping[str, Any]) -> None:
        place: Place = (target["erp_code"], target["sku"])
        reports = self.world.discrepancies.get(place, ())
        if [one.id for one in reports] != target["discrepancies"]:
            raise LookupError(f"the reports at {place} are others")
        kept = {where: found for where, found in self.world.discrepancies.items() if where != place}
        self.world = replace(self.world, discrepancies=kept)

    def _raise_quota(self, target: Mapping[str, Any]) -> None:
        self._change_location(target["erp_code"], max_quota=target["to"])

    def _activate_location(self, target: Mapping[str, Any]) -> None:
        self._change_location(target["erp_code"], is_active=True)

    def _add_to_rule(self, target: Mapping[str, Any]) -> None:
        """Whoever the rule admitted and the one more, as a list."""
        rule = self._rule(target)
        admitted = {code for code, one in self.world.locations.items() if rule.admits(one)}
        changed = replace(
            rule,
            stock_locations=frozenset(admitted | {target["erp_code"]}),
            except_stock_locations=frozenset(),
            stock_location_type=None,
        )
        self._change_rule(target, changed)

    def _allow_split(self, target: Mapping[str, Any]) -> None:
        self._change_rule(target, replace(self._rule(target), split=Split(target["to"])))

    def _activate_scenario(self, target: Mapping[str, Any]) -> None:
        scenario = next(one for one in self.world.scenarios if one.id == target["scenario_id"])
        self.world = self.world.with_scenario(replace(scenario, is_active=True))

    def _change_location(self, erp_code: str, **facts: Any) -> None:
        self.world = self.world.with_location(replace(self.world.locations[erp_code], **facts))

    def _rule(self, target: Mapping[str, Any]) -> Rule:
        scenario = next(one for one in self.world.scenarios if one.id == target["scenario_id"])
        return next(rule for rule in scenario.rules if rule.id == target["rule_id"])

    def _change_rule(self, target: Mapping[str, Any], changed: Rule) -> None:
        scenario = next(one for one in self.world.scenarios if one.id == target["scenario_id"])
        rules = tuple(changed if rule.id == changed.id else rule for rule in scenario.rules)
        self.world = self.world.with_scenario(replace(scenario, rules=rules))

    def _held(self, number: int, place: Place, quantity: int) -> HeldReservation:
        return HeldReservation(
            id=number,
            erp_code=place[0],
            sku=place[1],
            quantity=quantity,
            reserved_at=self.world.seen_at,
            order_id=self.demand.order_id,
            order_number=self.demand.order_number,
            order_state="400",
            order_placed_at=self.demand.placed_at,
            order_item_id=1,
            item_state="400",
            package_id=1,
            package_state="100",
            package_item_state="100",
        )
