"""Hand-written worlds: each returns its lines and its label, and says in a sentence why it is so."""

from __future__ import annotations

from collections.abc import Callable

from tests.accuracy.healthy import NUMBER
from tests.accuracy.labels import Label
from tests.world.scripts import (
    Document,
    a_shop,
    channel,
    item,
    location,
    order,
    product,
    rule,
    scenario,
    stock,
)

Told = tuple[tuple[Document, ...], Label]


def told(lines: list[Document], cause: str, *targets: tuple[str, ...]) -> Told:
    return tuple(lines), Label(cause, (frozenset(targets),) if targets else ())


def mine(*wanted: Document, **fields: object) -> Document:
    return order(NUMBER, *(wanted or (item(10_001),)), **fields)


def registered(item_id: int, *, releases: bool = False) -> Document:
    return {"kind": "mapping", "omnitron_id": item_id, "code": f"ERP-{item_id}", "update_stock": releases}


def command(number: str, name: str, **fields: object) -> Document:
    return {"kind": "package_command", "number": number, "sku": "TS-M", "command": name, **fields}


def reported(erp_code: str, item_id: int) -> Document:
    return {"kind": "discrepancy", "erp_code": erp_code, "omnitron_id": item_id, "reason": "out_of_stock"}


def the_sample_of_the_stock_log() -> Told:
    """Stock 1, reserved 6, quantity -5: six registered orders were never released."""
    lines = a_shop(WH1="6")
    for number in range(901, 907):
        lines += [order(str(number), item(number)), registered(number)]
    lines += [stock("WH1", "TS-M", "1"), mine()]
    return told(lines, "stale_reservation", ("release_reservation", "WH1", "TS-M"))


def registered_too_late_to_be_counted() -> Told:
    """The same, only that the location has not answered since: those units are gone, and rightly held."""
    lines = [*a_shop(WH1="1"), order("901", item(901)), registered(901), mine()]
    return told(lines, "reserved_by_others")


def one_stale_among_the_living() -> Told:
    """Of three units two are held for packages that wait, one for an order that was cancelled."""
    lines = a_shop(WH1="3")
    lines += [order(str(number), item(number)) for number in (901, 902, 903)]
    lines += [{"kind": "order_state", "number": "902", "state": "100"}, mine()]
    return told(lines, "stale_reservation", ("release_reservation", "WH1", "TS-M"))


def stale_but_too_few() -> Told:
    """Two are needed; the release of the one stale unit would not be enough."""
    lines = a_shop(WH1="2")
    lines += [order(str(number), item(number)) for number in (901, 902)]
    lines += [{"kind": "order_state", "number": "902", "state": "100"}, mine(item(10_001, "TS-M", "2"))]
    return told(lines, "reserved_by_others")


def everybody_refused() -> Told:
    """Both locations have it, and both sent it back."""
    lines = [*a_shop(WH1="3", ST1="3"), mine()]
    lines += [command(NUMBER, "refuse", reason="Torn"), command(NUMBER, "refuse", reason="Sold in the store")]
    return told(lines, "out_of_stock_everywhere")


def not_found_on_its_own_shelf() -> Told:
    """The location did not find the order's own unit, though there should be more."""
    lines = [*a_shop(WH1="3"), mine(), command(NUMBER, "not_found")]
    return told(lines, "discrepancy_hold", ("clear_discrepancy", "WH1", "TS-M"))


def two_lines_of_one_product() -> Told:
    """One unit for two lines of one each. By the table of causes the location has enough for the second line,
    and a live reservation holds it: that the holder is the order's own first line makes no difference."""
    lines = [*a_shop(WH1="1"), mine(item(10_001), item(10_002))]
    return told(lines, "reserved_by_others")


def two_lines_of_one_product_and_a_stale_unit() -> Told:
    lines = [*a_shop(WH1="2"), order("901", item(901))]
    lines += [
        {"kind": "order_state", "number": "901", "state": "100"},
        mine(item(10_001), item(10_002)),
    ]
    return told(lines, "stale_reservation", ("release_reservation", "WH1", "TS-M"))


def three_things_at_the_only_place() -> Told:
    """Switched off, left out and reported: three changes are never offered, so it is shut out."""
    lines = [*a_shop(WH1="3", ST1="0"), order("901", item(901)), reported("WH1", 901)]
    lines += [location("WH1", is_active=False), scenario(rule("ST1")), mine()]
    return told(lines, "out_of_stock_everywhere")


def three_lines_with_a_report_each() -> Told:
    """Every line could be helped by one change, the package only by three."""
    skus = ("TS-S", "TS-M", "TS-L")
    lines = [channel(), location("WH1"), scenario()]
    for number, sku in enumerate(skus, start=901):
        lines += [product(sku), stock("WH1", sku, "3"), order(str(number), item(number, sku))]
        lines += [reported("WH1", number)]
    lines += [mine(*(item(10_000 + place, sku) for place, sku in enumerate(skus)))]
    return told(lines, "combination")


def warehouses_before_stores() -> Told:
    """Two rules: the warehouse has too few, the store all, but it has no quota."""
    rules = (
        rule("WH1", name="warehouse"),
        rule("ST1", name="stores", priority=2, select_by_quota=True),
    )
    lines = [*a_shop(WH1="1", ST1="4"), scenario(*rules), mine(item(10_001, "TS-M", "2"))]
    return told(lines, "quota_unset", ("raise_quota", "ST1"))


def the_store_just_filled_up() -> Told:
    """Its quota is one package, and the order before took it."""
    lines = [
        *a_shop(WH1="0", ST1="9"),
        location("ST1", max_quota=1),
        scenario(rule("WH1", "ST1", select_by_quota=True)),
        order("901", item(901)),
        mine(),
    ]
    return told(lines, "quota_full", ("raise_quota", "ST1"))


def a_packed_package_takes_no_quota() -> Told:
    """The order before is packed, so the quota is free again; what is missing is stock."""
    lines = [
        *a_shop(WH1="0", ST1="1"),
        location("ST1", max_quota=1),
        scenario(rule("WH1", "ST1", select_by_quota=True)),
        order("901", item(901)),
        command("901", "pack"),
        mine(),
    ]
    return told(lines, "reserved_by_others")


def the_first_scenario_decides() -> Told:
    """A later scenario has a location with stock; the order's own leaves it out."""
    lines = [*a_shop(WH1="3", ST1="0"), scenario(rule("ST1"))]
    lines += [scenario(rule("WH1"), name="Everything", channels=[], priority=2), mine()]
    return told(lines, "outside_scenario", ("add_to_rule", "WH1"))


def nobody_is_for_this_channel() -> Told:
    """The only scenario is for another channel."""
    lines = [*a_shop(WH1="3"), channel("App"), mine(channel="App")]
    return told(lines, "no_matching_scenario")


def the_scenario_for_this_payment_sleeps() -> Told:
    """Two scenarios for the channel, by payment; that of the order's is switched off."""
    lines = [
        *a_shop(WH1="3"),
        scenario(rule("WH1"), payment_types=["credit_card"]),
        scenario(rule("WH1"), name="Cash", payment_types=["cash_on_delivery"], is_active=False),
        mine(payment_type="cash_on_delivery"),
    ]
    return told(lines, "no_matching_scenario", ("activate_scenario",))


def a_scenario_without_rules() -> Told:
    """No rule could be added to: nothing here is ours to change."""
    lines = [*a_shop(WH1="3"), {"kind": "scenario", "name": "Web", "rules": []}, mine()]
    return told(lines, "out_of_stock_everywhere")


def together_or_not_at_all() -> Told:
    """One location has the one line, another the other, and the rule wants one parcel."""
    lines = [channel(), product("TS-S"), product("TS-L"), location("WH1"), location("ST1")]
    lines += [scenario(rule(split="none")), stock("WH1", "TS-S", "1"), stock("ST1", "TS-S", "0")]
    lines += [stock("WH1", "TS-L", "0"), stock("ST1", "TS-L", "1")]
    lines += [mine(item(10_001, "TS-S"), item(10_002, "TS-L"))]
    return told(lines, "split_forbidden", ("allow_split",))


def one_line_short_of_a_store() -> Told:
    """Four of five lines are served; the fifth lies in a store that is switched off."""
    skus = [f"TS-{number}" for number in range(1, 6)]
    lines = [channel(), *map(product, skus), location("WH1"), location("ST1"), scenario()]
    lines += [stock("WH1", sku, "0" if sku == "TS-5" else "2") for sku in skus]
    lines += [stock("ST1", sku, "2" if sku == "TS-5" else "0") for sku in skus]
    lines += [location("ST1", is_active=False)]
    lines += [mine(*(item(10_000 + place, sku) for place, sku in enumerate(skus)))]
    return told(lines, "location_inactive", ("activate_location", "ST1"))


def an_inactive_store_has_too_few() -> Told:
    """Switching it on would not help: two are needed, it has one, and rules do not split within a line."""
    lines = [*a_shop(WH1="0", ST1="1"), location("ST1", is_active=False), mine(item(10_001, "TS-M", "2"))]
    return told(lines, "out_of_stock_everywhere")


def one_never_answered_one_is_held() -> Told:
    """What somebody holds is named before what nobody knows."""
    lines = [*a_shop(WH1="1"), location("ST1"), order("901", item(901)), mine()]
    return told(lines, "reserved_by_others")


def too_few_here_unknown_there() -> Told:
    lines = [*a_shop(WH1="1"), location("ST1"), mine(item(10_001, "TS-M", "2"))]
    return told(lines, "no_stock_answer")


def cancelled_before_it_was_picked() -> Told:
    """The earlier order's package was cancelled by a command, which releases: the unit is free."""
    lines = [*a_shop(WH1="1"), order("901", item(901)), mine(), command("901", "cancel")]
    return told(lines, "served_now", ("replan",))


def counted_again_since() -> Told:
    """The feed of this morning brought what was missing last night."""
    lines = [*a_shop(WH1="0"), mine(), stock("WH1", "TS-M", "5")]
    return told(lines, "served_now", ("replan",))


def brought_but_sold_again() -> Told:
    """The feed brought one unit, and an order after this one was planned first."""
    lines = [*a_shop(WH1="0"), mine(), stock("WH1", "TS-M", "1"), order("902", item(902))]
    return told(lines, "reserved_by_others")


def held_again_after_it_was_registered() -> Told:
    """A mapping older than the reservation says nothing about it: those units are on nobody's books yet."""
    lines = [*a_shop(WH1="1"), order("901", item(901)), registered(901, releases=True)]
    lines += [{"kind": "reservation", "omnitron_id": 901, "erp_code": "WH1", "quantity": "1"}]
    lines += [stock("WH1", "TS-M", "1"), mine()]
    return told(lines, "reserved_by_others")


def delivered_long_ago_without_a_package() -> Told:
    """It looks forgotten, but it was delivered and never registered: releasing would sell the unit twice."""
    old = order("901", item(901), state="550", date_placed="2026-10-01T10:00:00Z")
    held = {"kind": "reservation", "omnitron_id": 901, "erp_code": "WH1", "quantity": "1"}
    return told([*a_shop(WH1="1"), old, held, mine()], "reserved_by_others")


def refunded_and_still_held() -> Told:
    """A refund is no cancellation: a new order of a refunded one's units waits until they are forgotten."""
    lines = [*a_shop(WH1="1"), order("901", item(901))]
    lines += [{"kind": "order_state", "number": "901", "state": "600"}, mine()]
    return told(lines, "reserved_by_others")


def the_nearest_by_distance_is_closed() -> Told:
    """By distance the closed store would be first; the far one never had the product."""
    rules = rule(name="near", order_by="distance", stock_location_type="store")
    lines = [*a_shop(ST1="2", ST2="0", WH1="0"), location("ST1", latitude="40.98", longitude="29.02")]
    lines += [scenario(rules), location("ST1", is_active=False), mine()]
    return told(lines, "location_inactive", ("activate_location", "ST1"))


STORIES: tuple[Callable[[], Told], ...] = tuple(
    story
    for name, story in list(globals().items())
    if callable(story) and getattr(story, "__annotations__", {}).get("return") == "Told" and name != "told"
)
