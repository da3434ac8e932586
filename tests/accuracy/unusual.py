"""More hand-written worlds: unusual combinations that are allowed, told in the words of the design."""

from __future__ import annotations

from collections.abc import Callable

from tests.accuracy.healthy import NUMBER
from tests.accuracy.stories import Told, command, mine, reported, told
from tests.world.scripts import a_shop, channel, item, location, order, product, rule, scenario, stock

CANCELLED = {"kind": "order_state", "number": "901", "state": "100"}


def a_piece_is_held_for_a_cancelled_order() -> Told:
    """Three are gathered from two and one, and the one is held for an order that was cancelled."""
    lines = [*a_shop(WH1="2", ST1="1"), scenario(rule("ST1")), order("901", item(901)), CANCELLED]
    lines += [scenario(rule(split="quantity")), mine(item(10_001, "TS-M", "3"))]
    return told(lines, "stale_reservation", ("release_reservation", "ST1", "TS-M"))


def a_quota_used_up_by_another_channel() -> Told:
    """Quota counts the packages of the location, whoever ordered them."""
    lines = [*a_shop(WH1="0", ST1="5"), channel("App"), location("ST1", max_quota=1)]
    lines += [scenario(rule("ST1"), name="App", channels=["App"])]
    lines += [scenario(rule("WH1", "ST1", select_by_quota=True)), order("901", item(901), channel="App")]
    return told([*lines, mine()], "quota_full", ("raise_quota", "ST1"))


def listed_and_excepted() -> Told:
    """The except-list wins over the list."""
    rules = rule("WH1", "ST1", except_stock_locations=["WH1"])
    return told(
        [*a_shop(WH1="3", ST1="0"), scenario(rules), mine()], "outside_scenario", ("add_to_rule", "WH1")
    )


def only_stores_are_asked() -> Told:
    lines = [*a_shop(WH1="3", ST1="0"), scenario(rule(stock_location_type="store")), mine()]
    return told(lines, "outside_scenario", ("add_to_rule", "WH1"))


def refused_here_and_closed_there() -> Told:
    lines = [*a_shop(WH1="3", ST1="3"), location("ST1", is_active=False), mine()]
    lines += [command(NUMBER, "refuse", reason="Torn")]
    return told(lines, "location_inactive", ("activate_location", "ST1"))


def refused_here_and_left_out_there() -> Told:
    lines = [*a_shop(WH1="3", ST1="3"), scenario(rule("WH1")), mine()]
    lines += [command(NUMBER, "refuse", reason="Torn")]
    return told(lines, "outside_scenario", ("add_to_rule", "ST1"))


def another_product_is_reported_there() -> Told:
    """The report is about what nobody asks for here; of this product there is none."""
    lines = [*a_shop(WH1="0"), product("TS-L"), stock("WH1", "TS-L", "3"), order("901", item(901, "TS-L"))]
    return told([*lines, reported("WH1", 901), mine()], "out_of_stock_everywhere")


def kept_for_an_order_of_last_week() -> Told:
    """No package, but the order is only six days old: it may yet become one."""
    old = order("901", item(901), state="200", date_placed="2026-11-14T10:00:00Z")
    held = {"kind": "reservation", "omnitron_id": 901, "erp_code": "WH1", "quantity": "1"}
    return told([*a_shop(WH1="1"), old, held, mine()], "reserved_by_others")


def forgotten_among_the_living() -> Told:
    """Two wait rightly; the third is held for an order of long ago that never became a package."""
    old = order("901", item(901), state="200", date_placed="2026-11-01T10:00:00Z")
    held = {"kind": "reservation", "omnitron_id": 901, "erp_code": "WH1", "quantity": "1"}
    lines = [*a_shop(WH1="3"), old, held, order("902", item(902)), order("903", item(903)), mine()]
    return told(lines, "stale_reservation", ("release_reservation", "WH1", "TS-M"))


def three_lines_of_one_product() -> Told:
    """Two lines are served; the unit for the third lies in a store that is off."""
    lines = [*a_shop(WH1="2", ST1="1"), location("ST1", is_active=False)]
    lines += [mine(item(10_001), item(10_002), item(10_003))]
    return told(lines, "location_inactive", ("activate_location", "ST1"))


def being_prepared_is_planned_too() -> Told:
    """Orders and items in state 450 are served like those in 400."""
    lines = [*a_shop(WH1="0", ST1="1"), location("ST1", is_active=False), mine(state="450")]
    return told(lines, "location_inactive", ("activate_location", "ST1"))


def a_cancelled_line_asks_for_nothing() -> Told:
    """The other line's product lies nowhere; that of the cancelled one would not have helped."""
    lines = [*a_shop(WH1="0"), product("TS-L"), stock("WH1", "TS-L", "0")]
    return told([*lines, mine(item(10_001), item(10_002, "TS-L", state="100"))], "out_of_stock_everywhere")


def the_first_scenario_has_no_rules() -> Told:
    """It is the order's all the same: there is no rule to add a location to."""
    first = {"kind": "scenario", "name": "First", "is_active": True, "priority": 0, "rules": []}
    return told([*a_shop(WH1="3"), first, mine()], "out_of_stock_everywhere")


def a_scenario_without_priority_comes_last() -> Told:
    """One for any channel has the stock; the order's own has a priority and so comes first."""
    lines = [*a_shop(WH1="3", ST1="0"), scenario(rule("WH1"), name="Any", channels=[], priority=None)]
    return told(
        [*lines, scenario(rule("ST1"), priority=50), mine()], "outside_scenario", ("add_to_rule", "WH1")
    )


def a_sleeping_scenario_is_no_help_beside_an_active_one() -> Told:
    """It would come first if it were switched on, but that is for orders without any."""
    asleep = scenario(rule("WH1"), name="Before", priority=0, is_active=False)
    lines = [*a_shop(WH1="3", ST1="0"), asleep, scenario(rule("ST1")), mine()]
    return told(lines, "outside_scenario", ("add_to_rule", "WH1"))


def the_scenario_for_this_delivery_sleeps() -> Told:
    lines = [*a_shop(WH1="3"), scenario(rule("WH1"), delivery_types=["standard"])]
    asleep = scenario(rule("WH1"), name="Express", delivery_types=["express"], is_active=False)
    return told(
        [*lines, asleep, mine(delivery_type="express")], "no_matching_scenario", ("activate_scenario",)
    )


def the_scenario_sleeps_and_the_location_is_off() -> Told:
    lines = [*a_shop(WH1="3"), scenario(is_active=False), location("WH1", is_active=False), mine()]
    return told(lines, "combination", ("activate_location", "WH1"), ("activate_scenario",))


def off_and_without_quota() -> Told:
    lines = [*a_shop(WH1="0", ST1="3"), location("ST1", is_active=False)]
    lines += [scenario(rule(select_by_quota=True)), mine()]
    return told(lines, "combination", ("raise_quota", "ST1"), ("activate_location", "ST1"))


def two_products_reported_at_one_place() -> Told:
    """Two changes of one class have that class's cause."""
    lines = [*a_shop(WH1="3"), product("TS-L"), stock("WH1", "TS-L", "3")]
    lines += [order("901", item(901)), order("902", item(902, "TS-L"))]
    lines += [reported("WH1", 901), reported("WH1", 902), mine(item(10_001), item(10_002, "TS-L"))]
    targets = (("clear_discrepancy", "WH1", "TS-M"), ("clear_discrepancy", "WH1", "TS-L"))
    return told(lines, "discrepancy_hold", *targets)


def reported_twice() -> Told:
    """All reports of one product at one location are one change."""
    lines = [*a_shop(WH1="3"), order("901", item(901)), reported("WH1", 901), reported("WH1", 901), mine()]
    return told(lines, "discrepancy_hold", ("clear_discrepancy", "WH1", "TS-M"))


def reported_and_cleared_since() -> Told:
    lines = [*a_shop(WH1="3"), order("901", item(901)), reported("WH1", 901), mine()]
    cleared = {"kind": "discrepancy_clear", "erp_code": "WH1", "sku": "TS-M"}
    return told([*lines, cleared], "served_now", ("replan",))


def unknown_at_a_place_that_is_off() -> Told:
    """It is shut out before its stock is asked, so its silence tells nothing."""
    lines = [*a_shop(WH1="0"), location("ST1", is_active=False), mine()]
    return told(lines, "out_of_stock_everywhere")


def unknown_at_a_place_that_is_left_out() -> Told:
    lines = [*a_shop(WH1="0"), location("ST1"), scenario(rule("WH1")), mine()]
    return told(lines, "out_of_stock_everywhere")


def unknown_here_and_left_out_there() -> Told:
    """What a change of ours serves is named before what nobody knows."""
    lines = [*a_shop(WH1="0", ST1="3"), location("ST2"), scenario(rule("WH1", "ST2")), mine()]
    return told(lines, "outside_scenario", ("add_to_rule", "ST1"))


def together_in_a_closed_store_or_divided() -> Told:
    """Switching the store on is the smaller change than dividing the order."""
    lines = [*a_shop(WH1="1", ST1="0", ST2="1"), product("TS-L")]
    lines += [stock("WH1", "TS-L", "0"), stock("ST1", "TS-L", "1"), stock("ST2", "TS-L", "1")]
    lines += [location("ST2", is_active=False), scenario(rule(split="none"))]
    lines += [mine(item(10_001), item(10_002, "TS-L"))]
    return told(lines, "location_inactive", ("activate_location", "ST2"))


def a_hundredth_too_little() -> Told:
    lines = [*a_shop(WH1="1.49"), mine(item(10_001, "TS-M", "1.50"))]
    return told(lines, "out_of_stock_everywhere")


def the_earlier_rule_is_closed_the_later_reported() -> Told:
    """Two rules, a fault in each: clearing a report costs less than switching a location on."""
    rules = (rule("WH1", name="first"), rule("ST1", name="second", priority=2))
    lines = [*a_shop(WH1="3", ST1="3"), scenario(rule("ST1")), order("901", item(901)), reported("ST1", 901)]
    lines += [location("WH1", is_active=False), scenario(*rules), mine()]
    return told(lines, "discrepancy_hold", ("clear_discrepancy", "ST1", "TS-M"))


def one_line_served_one_reserved_and_one_unknown() -> Told:
    """The worst line decides: the one that nobody can say anything about."""
    lines = [*a_shop(WH1="1"), product("TS-L"), product("TS-S"), location("ST1")]
    lines += [stock("WH1", "TS-L", "1"), stock("WH1", "TS-S", "0"), stock("ST1", "TS-L", "0")]
    lines += [stock("ST1", "TS-M", "0"), order("901", item(901, "TS-L"))]
    lines += [mine(item(10_001), item(10_002, "TS-L"), item(10_003, "TS-S"))]
    return told(lines, "no_stock_answer")


UNUSUAL: tuple[Callable[[], Told], ...] = tuple(
    story
    for story in list(globals().values())
    if callable(story)
    and getattr(story, "__module__", "") == __name__
    and story.__annotations__.get("return") == "Told"
)
