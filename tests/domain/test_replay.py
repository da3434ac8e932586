"""What an edited rule or quota would have made of a past planning."""

from dataclasses import replace

from app.domain.diagnosis.replay import Flip, FlipKind, Settings, replay, under
from app.domain.facts import Rule, World
from app.domain.planning import plan
from tests.domain.worlds import (
    SKU,
    a_demand,
    a_line,
    a_location,
    a_rule,
    a_scenario,
    a_world,
)

ITEM = 1


def settings_of(world: World) -> Settings:
    return Settings(world.locations, world.scenarios)


def with_rules(world: World, *rules: Rule) -> Settings:
    return Settings(world.locations, (replace(world.scenarios[0], rules=rules),))


def two_places(rule: Rule) -> World:
    """ST1 comes before WH1 by priority, and both have enough."""
    return a_world(
        a_location("WH1", priority=2),
        a_location("ST1", priority=1),
        stock={("WH1", SKU): 3, ("ST1", SKU): 3},
        rules=[rule],
    )


def test_nothing_flips_without_an_edit() -> None:
    world = two_places(a_rule())
    assert replay(a_demand(), world, settings_of(world), settings_of(world)) == ()


def test_a_location_let_in_serves_what_was_out_of_stock_and_the_other_way_round() -> None:
    world = two_places(a_rule(stock_locations=["NONE"]))
    before, after = settings_of(world), with_rules(world, a_rule(stock_locations=["WH1"]))
    assert replay(a_demand(), world, before, after) == (Flip(FlipKind.SERVED, ITEM, SKU, (), ("WH1",)),)
    assert replay(a_demand(), world, after, before) == (Flip(FlipKind.LOST, ITEM, SKU, ("WH1",), ()),)


def test_another_location_may_serve_it() -> None:
    world = two_places(a_rule(stock_locations=["WH1"]))
    (flip,) = replay(a_demand(), world, settings_of(world), with_rules(world, a_rule()))
    assert (flip.kind, flip.before, flip.after) == (FlipKind.MOVED, ("WH1",), ("ST1",))


def test_a_quota_counts_what_was_used_then_not_what_is_used_now() -> None:
    rule = a_rule(select_by_quota=True, stock_locations=["WH1"])
    world = two_places(rule)
    full = replace(world.locations["WH1"], quota=5, max_quota=5)
    world = world.with_location(full)
    today = replace(full, quota=0)
    before = Settings({**world.locations, "WH1": today}, world.scenarios)
    after = Settings({**world.locations, "WH1": replace(today, max_quota=6)}, world.scenarios)
    assert not plan(a_demand(), under(before, world)).is_whole
    assert [one.kind for one in replay(a_demand(), world, before, after)] == [FlipKind.SERVED]


def test_what_else_was_set_since_makes_no_difference() -> None:
    """The attempt was planned by a rule that is gone; the edit of another scenario changes nothing."""
    world = two_places(a_rule(stock_locations=["WH1"]))
    today = a_scenario(a_rule(stock_locations=["ST1"]))
    other = a_scenario(a_rule(), id=2, name="App", channels=["App"], priority=0)
    before = Settings(world.locations, (today, other))
    after = Settings(world.locations, (today, replace(other, rules=())))
    assert replay(a_demand(), world, before, after) == ()
    assert replay(a_demand(channel="App"), world, before, after)[0].kind is FlipKind.LOST


def test_an_order_may_fall_to_another_scenario() -> None:
    first = a_scenario(a_rule(stock_locations=["WH1"]), id=1, priority=1)
    second = a_scenario(a_rule(stock_locations=["ST1"]), id=2, name="Rest", priority=2)
    world = two_places(a_rule())
    before = Settings(world.locations, (first, second))
    after = Settings(world.locations, (replace(first, is_active=False), second))
    (flip,) = replay(a_demand(), world, before, after)
    assert (flip.before, flip.after) == (("WH1",), ("ST1",))


def test_lines_flip_one_by_one() -> None:
    world = two_places(a_rule(stock_locations=["NONE"]))
    demand = a_demand(a_line(1), a_line(2, "OTHER"))
    (flip,) = replay(demand, world, settings_of(world), with_rules(world, a_rule()))
    assert flip.order_item_id == 1


def test_a_location_that_was_deleted_since_stays_as_it_was() -> None:
    world = two_places(a_rule())
    without = Settings({"WH1": world.locations["WH1"]}, world.scenarios)
    assert under(without, world).locations["ST1"] == world.locations["ST1"]
