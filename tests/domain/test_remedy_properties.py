"""Whatever the world: a remedy that is shown works, and where none is shown no single change would work."""

from hypothesis import given, settings

from app.domain.diagnosis.causes import WITHOUT_REMEDY, Cause
from app.domain.diagnosis.changes import AddToRule, AllowSplit, ReleaseReservation, Replan
from app.domain.diagnosis.explanation import explain
from app.domain.diagnosis.proofs import apply_all
from app.domain.diagnosis.remedies import Remedy, find_remedies
from app.domain.facts import Demand, World
from app.domain.planning import plan
from app.domain.staleness import stale_in
from tests.domain.every_change import Subject, changed_worlds
from tests.domain.random_worlds import demands, worlds

whatever_the_world = given(demands(), worlds())


@settings(deadline=None, max_examples=200)
@whatever_the_world
def test_every_remedy_serves_the_whole_package_when_it_is_made(demand: Demand, world: World) -> None:
    found = explain(demand, world)
    for remedy in found.remedies:
        again = plan(demand, apply_all(remedy.changes, world))
        assert again.is_whole
        assert again.grants == remedy.proof.grants
    for remedy in (*found.remedies, *found.partly):
        assert_only_stale_reservations_are_released(remedy, world)
    if found.remedies:
        assert found.cause is found.remedies[0].cause
        assert len({len(one.changes) for one in found.remedies}) == 1
        assert len(found.remedies) <= 5
        assert not found.partly
    else:
        assert found.cause in (*WITHOUT_REMEDY, Cause.NO_MATCHING_SCENARIO, Cause.COMBINATION)


def assert_only_stale_reservations_are_released(remedy: Remedy, world: World) -> None:
    held = {one.id: one for group in world.reservations.values() for one in group}
    for change in remedy.changes:
        if isinstance(change, ReleaseReservation):
            chosen = [held[number] for number in change.reservations]
            assert all(stale_in(world, one) for one in chosen)
            assert {one.place for one in chosen} == {change.place}
            assert change.quantity == sum(one.quantity for one in chosen)


@settings(deadline=None, max_examples=250)
@whatever_the_world
def test_the_remedies_of_one_change_are_exactly_the_single_changes_that_work(
    demand: Demand, world: World
) -> None:
    if plan(demand, world).is_whole:
        return
    possible: dict[Subject, World] = {}
    for subject, changed in changed_worlds(demand, world):
        if subject not in possible and plan(demand, changed).is_whole:
            possible[subject] = changed
    shown = [one for one in find_remedies(demand, world).remedies if len(one.changes) == 1]
    subjects = [(one.changes[0].kind.value, *one.changes[0].subject) for one in shown]
    assert set(subjects) <= set(possible)
    assert len(set(subjects)) == len(subjects) == min(5, len(possible))
    assert [one.changes[0].cost for one in shown] == sorted(one.changes[0].cost for one in shown)
    for subject, remedy in zip(subjects, shown, strict=True):
        assert_goes_no_further(remedy, world, possible[subject])


def assert_goes_no_further(remedy: Remedy, world: World, least: World) -> None:
    """The fewest reservations, the earliest rule, the least split: as in the first world that works."""
    (change,) = remedy.changes
    if isinstance(change, ReleaseReservation):
        after = change.applied_to(world)
        assert after.reservations[change.place] == least.reservations[change.place]
    elif isinstance(change, AllowSplit):
        assert change.applied_to(world) == least
    elif isinstance(change, AddToRule):
        assert change.rule_id == changed_rule(world, least)


def changed_rule(before: World, after: World) -> int:
    known = {rule for scenario in before.scenarios for rule in scenario.rules}
    return next(rule.id for scenario in after.scenarios for rule in scenario.rules if rule not in known)


@settings(deadline=None, max_examples=250)
@whatever_the_world
def test_a_line_has_the_cause_of_what_serves_it_and_else_nothing_does(demand: Demand, world: World) -> None:
    """Without a remedy: what is listed as serving some lines does, and no single change was missed."""
    found = find_remedies(demand, world)
    left = found.base.unserved_items
    if found.remedies:
        return
    for remedy in found.partly:
        again = plan(demand, apply_all(remedy.changes, world))
        assert (again.grants, again.unserved) == (remedy.proof.grants, remedy.proof.unserved)
        assert again.unserved_items < left or remedy.changes == (Replan(),)
    for _, changed in changed_worlds(demand, world):
        after = plan(demand, changed).unserved_items
        assert after, "a single change serves the package"
        if after < left:
            assert left - after <= set(found.causes)
