"""Planning a queue again, remembered and on slices, is planning each order on the whole world."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from hypothesis import given, settings

from app.domain.diagnosis.remedies import find_remedies, whole_remedies
from app.domain.diagnosis.replanning import Replanning
from app.domain.diagnosis.slices import within_reach
from app.domain.facts import Demand, OrderBy, World
from app.domain.planning import plan
from tests.domain.every_change import changed_worlds
from tests.domain.plain_queue import one_after_another
from tests.domain.random_worlds import demands, queues, worlds
from tests.domain.worlds import HERE, a_demand, a_location, a_rule, a_world


@settings(deadline=None, max_examples=150)
@given(queues(), worlds())
def test_a_queue_comes_to_the_same_on_each_changed_world(queue: list[Demand], world: World) -> None:
    """One memory for all of them, as for the fixes of a triage."""
    replanning = Replanning()
    changed = (after for _, after in islice(changed_worlds(queue[0], world), 30))
    for there in (world, *changed):
        found = replanning.of(queue, there)
        served, granted, after = one_after_another(queue, there)
        assert [one.order_id for one in found.served] == served
        assert found.granted == granted
        assert found.world.locations == after.locations
        assert {place: units for place, units in found.world.extra_reserved.items() if units} == dict(
            after.extra_reserved
        )


@settings(deadline=None, max_examples=150)
@given(demands(), worlds())
def test_a_slice_serves_what_the_whole_world_serves(demand: Demand, world: World) -> None:
    whole, part = plan(demand, world), plan(demand, within_reach(demand, world))
    assert (part.grants, part.unserved, part.scenario) == (whole.grants, whole.unserved, whole.scenario)


@settings(deadline=None, max_examples=150)
@given(demands(), worlds())
def test_remedies_alone_are_those_of_the_whole_search(demand: Demand, world: World) -> None:
    assert [one.changes for one in whole_remedies(demand, world)] == [
        one.changes for one in find_remedies(demand, world).remedies
    ]


def test_who_is_nearer_is_asked_again_for_another_address() -> None:
    """Two orders that are alike but for their addresses, and a location near each."""
    world = a_world(
        a_location("A", latitude=41.0, longitude=29.0),
        a_location("B", latitude=37.0, longitude=30.0),
        stock={("A", HERE[1]): 5, ("B", HERE[1]): 5},
        rules=[a_rule(order_by=OrderBy.DISTANCE)],
    )
    near_a = a_demand(order_id=1, latitude=41.0, longitude=29.0)
    near_b = replace(near_a, order_id=2, latitude=37.0, longitude=30.0)
    found = Replanning().of([near_a, near_b], world)
    assert {code: one.quota for code, one in found.world.locations.items()} == {"A": 1, "B": 1}
