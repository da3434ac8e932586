"""Whatever the world: what the planner promises can be kept, and the same facts give the same plan."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.diagnosis.remedies import find_remedies
from app.domain.facts import Check, Demand, Split, World
from app.domain.planning import Plan, plan
from tests.domain.random_worlds import demands, worlds


@settings(deadline=None, max_examples=250)
@given(demands(), worlds())
def test_what_is_promised_can_be_kept(demand: Demand, world: World) -> None:
    found = plan(demand, world)
    assert_no_unit_is_promised_twice(found, world)
    assert_lines_are_served_in_full_or_not_at_all(found, demand)
    assert_only_who_may_serve_does(found, world)
    assert_no_quota_is_overdrawn(found, world)
    assert_rules_split_no_further_than_they_may(found)
    assert_every_step_looked_at_everything_still_needed(found, demand, world)


def assert_no_unit_is_promised_twice(found: Plan, world: World) -> None:
    given_away: Counter[tuple[str, str]] = Counter()
    for grant in found.grants:
        assert grant.quantity > 0
        given_away[(grant.erp_code, grant.sku)] += grant.quantity
    for place, quantity in given_away.items():
        assert quantity <= world.stock[place].stock_count - world.reserved(place)


def assert_lines_are_served_in_full_or_not_at_all(found: Plan, demand: Demand) -> None:
    served: Counter[int] = Counter()
    for grant in found.grants:
        served[grant.order_item_id] += grant.quantity
    for line in demand.lines:
        expected = 0 if line in found.unserved else line.needed
        assert served[line.order_item_id] == expected


def assert_only_who_may_serve_does(found: Plan, world: World) -> None:
    rules = {step.rule.id: step.rule for step in found.steps if step.rule}
    for grant in found.grants:
        location = world.locations[grant.erp_code]
        assert location.is_active
        assert rules[grant.rule_id].admits(location)
        assert (grant.order_item_id, grant.erp_code) not in world.refusals
        if world.discrepancy_blocks:
            assert (grant.erp_code, grant.sku) not in world.discrepancies


def assert_no_quota_is_overdrawn(found: Plan, world: World) -> None:
    """A location gets one package, and where the rule that opens it asks for quota there is room for one."""
    rules = {step.rule.id: step.rule for step in found.steps if step.rule}
    opened: dict[str, int] = {}
    for grant in found.grants:
        opened.setdefault(grant.erp_code, grant.rule_id)
    for code, rule_id in opened.items():
        location = world.locations[code]
        if rules[rule_id].select_by_quota:
            assert location.max_quota is not None
            assert location.quota + 1 <= location.max_quota


def assert_rules_split_no_further_than_they_may(found: Plan) -> None:
    for step in found.steps:
        if step.rule is None:
            continue
        given_by: dict[int, set[str]] = {}
        for grant in found.grants:
            if grant.rule_id == step.rule.id:
                given_by.setdefault(grant.order_item_id, set()).add(grant.erp_code)
        if step.rule.split is Split.NONE:
            assert len(set().union(*given_by.values())) <= 1
            assert not given_by or set(given_by) == set(step.cells)
        if step.rule.split is Split.LINE:
            assert all(len(codes) == 1 for codes in given_by.values())


def assert_every_step_looked_at_everything_still_needed(found: Plan, demand: Demand, world: World) -> None:
    """One cell a location and line; a line that goes on to the next rule has no location that is ok."""
    assert found.steps
    assert set(found.steps[0].cells) == {line.order_item_id for line in demand.lines}
    left = found.unserved_items
    for step, after in zip(found.steps, (*[set(one.cells) for one in found.steps[1:]], left), strict=True):
        assert after <= set(step.cells)
        for item, cells in step.cells.items():
            assert set(cells) == set(world.locations)
            if item in after:
                assert Check.OK not in {cell.check for cell in cells.values()}
    assert left <= set(found.steps[-1].cells)


@settings(deadline=None, max_examples=120)
@given(demands(), worlds(), st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(demand: Demand, world: World, chance: Random) -> None:
    other_demand, other = in_another_order(demand, world, chance)
    first, again = plan(demand, world), plan(other_demand, other)
    assert (again.grants, again.unserved) == (first.grants, first.unserved)
    assert [step.cells for step in again.steps] == [step.cells for step in first.steps]
    assert plan(demand, world) == first
    remedies, found = find_remedies(demand, world), find_remedies(other_demand, other)
    for one, same in ((remedies.remedies, found.remedies), (remedies.partly, found.partly)):
        assert [remedy.served_by for remedy in one] == [remedy.served_by for remedy in same]
        assert [remedy.changes for remedy in one] == [remedy.changes for remedy in same]


def in_another_order(demand: Demand, world: World, chance: Random) -> tuple[Demand, World]:
    def shuffled(facts: Mapping[Any, Any]) -> dict[Any, Any]:
        return dict(chance.sample(list(facts.items()), len(facts)))

    def mixed(facts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(facts, len(facts)))

    return replace(demand, lines=mixed(demand.lines)), replace(
        world,
        locations=shuffled(world.locations),
        scenarios=mixed(tuple(replace(one, rules=mixed(one.rules)) for one in world.scenarios)),
        stock=shuffled(world.stock),
        reservations={place: mixed(held) for place, held in shuffled(world.reservations).items()},
        discrepancies=shuffled(world.discrepancies),
    )
