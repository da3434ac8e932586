"""What can be broken in a healthy world: each fault says its own label, and how it would be mended.

The labels are those of the design's tables (diagnosis.md, section 3), written down here once more by hand.
A fault is about one place, that of one line at one location; some break more than that place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.accuracy.healthy import Layout, Shop, Want

Target = tuple[str, ...]
"""What a remedy should name: the kind of change, and the location and product it is about."""

Mend = Callable[[], None]
"""Tells the facts that would mend it if they happened by themselves."""

Broken = tuple[Target | None, Mend]
"""The change that takes it back (None: no change of ours does), and what mends it."""

Break = Callable[[Shop, Want, str], Broken]


@dataclass(frozen=True)
class Damage:
    """What was broken: its cause, the change that takes it back, and what mends it."""

    cause: str
    target: Target | None
    mend: Mend


@dataclass(frozen=True)
class Fault:
    """`slot`: two faults of one slot cannot be at one place. In order of slots they are made."""

    name: str
    slot: str
    cause: str
    break_it: Break
    needs: Mapping[str, Any]
    """The shape the world must have."""

    def strike(self, shop: Shop, want: Want, code: str) -> Damage:
        """Break it for that line at that location."""
        return Damage(self.cause, *self.break_it(shop, want, code))


FAULTS: dict[str, Fault] = {}
SLOTS = ("stock", "discrepancy", "quota", "activity", "rule", "split", "scenario")


def fault(slot: str, cause: str, **needs: Any) -> Callable[[Break], Break]:
    def keep(break_it: Break) -> Break:
        FAULTS[break_it.__name__] = Fault(break_it.__name__, slot, cause, break_it, needs)
        return break_it

    return keep


# --- stock: too little, unknown, or held -----------------------------------------------------------


@fault("stock", "out_of_stock_everywhere")
def sold_out(shop: Shop, want: Want, code: str) -> Broken:
    """The location has fewer than are needed, perhaps none."""
    before = shop.counts[code, want.sku]
    shop.answer(code, want.sku, shop.chance.randrange(want.quantity))
    return None, partial(shop.answer, code, want.sku, before)


@fault("stock", "no_stock_answer")
def never_answered(shop: Shop, want: Want, code: str) -> Broken:
    """Whatever was told about the product at that location was never told."""
    place, before = (code, want.sku), shop.counts[code, want.sku]
    number, _ = shop.sold.pop(place)
    shop.lines = [
        line
        for line in shop.lines
        if (line.get("erp_code"), line.get("sku")) != place and line.get("number") != number
    ]
    shop.packages[code] -= 1
    shop.counts[place] = shop.free[place] = 0
    return None, partial(shop.answer, code, want.sku, before)


def _held(target: Target | None, shop: Shop, code: str, sale: tuple[str, int]) -> Broken:
    released = {"kind": "reservation_release", "omnitron_id": sale[1], "erp_code": code}
    return target, partial(shop.tell, released)


def _stale(shop: Shop, want: Want, code: str, sale: tuple[str, int]) -> Broken:
    return _held(("release_reservation", code, want.sku), shop, code, sale)


def _live(shop: Shop, code: str, sale: tuple[str, int]) -> Broken:
    return _held(None, shop, code, sale)


def _all_free(shop: Shop, want: Want, code: str) -> int:
    return shop.free[code, want.sku]


@fault("stock", "stale_reservation")
def registered_and_counted_since(shop: Shop, want: Want, code: str) -> Broken:
    """Delivered, registered without a release, and the location's next count is without those units."""
    count = shop.counts[code, want.sku]
    sale = shop.sell(code, want.sku, _all_free(shop, want, code))
    shop.deliver(sale, code, want.sku)
    shop.register(sale, releases=False)
    shop.answer(code, want.sku, count)
    return _stale(shop, want, code, sale)


@fault("stock", "stale_reservation")
def registered_and_held_too_often(shop: Shop, want: Want, code: str) -> Broken:
    """More is held than was ever there: an order brought over from elsewhere, registered since."""
    units = _all_free(shop, want, code) + shop.chance.randint(0, 5)
    sale = shop.held_by(code, want.sku, units, state="550")
    shop.register(sale, releases=False)
    shop.answer(code, want.sku, shop.counts[code, want.sku])
    return _stale(shop, want, code, sale)


@fault("stock", "stale_reservation")
def order_cancelled_upstream(shop: Shop, want: Want, code: str) -> Broken:
    """Its units stay held: a state that merely arrives releases nothing."""
    sale = shop.sell(code, want.sku, _all_free(shop, want, code))
    shop.tell({"kind": "order_state", "number": sale[0], "state": "100"})
    return _stale(shop, want, code, sale)


@fault("stock", "stale_reservation")
def item_cancelled_upstream(shop: Shop, want: Want, code: str) -> Broken:
    sale = shop.sell(code, want.sku, _all_free(shop, want, code))
    shop.tell({"kind": "order_state", "number": sale[0], "state": "100", "omnitron_id": sale[1]})
    return _stale(shop, want, code, sale)


@fault("stock", "stale_reservation")
def forgotten(shop: Shop, want: Want, code: str) -> Broken:
    """Held for an order of long ago that never became a package."""
    units = _all_free(shop, want, code)
    sale = shop.held_by(code, want.sku, units, state="200", date_placed="2026-11-09T10:00:00Z")
    return _stale(shop, want, code, sale)


@fault("stock", "reserved_by_others")
def sold_before(shop: Shop, want: Want, code: str) -> Broken:
    """Somebody else's package waits there."""
    sale = shop.sell(code, want.sku, _all_free(shop, want, code))
    if shop.chance.random() < 0.5:
        shop.command(sale, want.sku, "prepare")
    return _live(shop, code, sale)


@fault("stock", "reserved_by_others")
def kept_by_a_blocked_package(shop: Shop, want: Want, code: str) -> Broken:
    sale = shop.sell(code, want.sku, _all_free(shop, want, code))
    shop.command(sale, want.sku, "block")
    shop.packages[code] -= 1
    return _live(shop, code, sale)


@fault("stock", "reserved_by_others")
def delivered_and_never_registered(shop: Shop, want: Want, code: str) -> Broken:
    """The units are gone while the ERP still counts them: releasing would sell them twice."""
    sale = shop.sell(code, want.sku, _all_free(shop, want, code))
    shop.deliver(sale, code, want.sku)
    return _live(shop, code, sale)


@fault("stock", "reserved_by_others")
def registered_and_not_counted_since(shop: Shop, want: Want, code: str) -> Broken:
    """A mapping that the location has not answered since."""
    sale = shop.sell(code, want.sku, _all_free(shop, want, code))
    shop.deliver(sale, code, want.sku)
    shop.register(sale, releases=False)
    return _live(shop, code, sale)


@fault("stock", "reserved_by_others")
def held_while_it_is_paid(shop: Shop, want: Want, code: str) -> Broken:
    """A new order waits for its payment."""
    return _live(shop, code, shop.held_by(code, want.sku, _all_free(shop, want, code)))


# --- discrepancies ---------------------------------------------------------------------------------


def _reported(shop: Shop, want: Want, code: str) -> Broken:
    cleared = {"kind": "discrepancy_clear", "erp_code": code, "sku": want.sku}
    return ("clear_discrepancy", code, want.sku), partial(shop.tell, cleared)


@fault("discrepancy", "discrepancy_hold")
def reported_missing(shop: Shop, want: Want, code: str) -> Broken:
    _, item_id = shop.sold[code, want.sku]
    for _ in range(shop.chance.choice((1, 1, 2))):
        shop.tell({"kind": "discrepancy", "erp_code": code, "omnitron_id": item_id, "reason": "out_of_stock"})
    return _reported(shop, want, code)


@fault("discrepancy", "discrepancy_hold")
def not_found_for_an_earlier_order(shop: Shop, want: Want, code: str) -> Broken:
    """The earlier order then waits too, for the same location."""
    shop.command(shop.sold[code, want.sku], want.sku, "not_found")
    shop.free[code, want.sku] += 1
    shop.packages[code] -= 1
    return _reported(shop, want, code)


# --- quota and activity ----------------------------------------------------------------------------


@fault("quota", "quota_unset", by_quota=True)
def quota_never_set(shop: Shop, want: Want, code: str) -> Broken:
    shop.change_location(code, max_quota=None)
    return ("raise_quota", code), partial(shop.change_location, code, max_quota=50)


@fault("quota", "quota_full", by_quota=True)
def quota_used_up(shop: Shop, want: Want, code: str) -> Broken:
    shop.change_location(code, max_quota=shop.chance.choice((0, shop.packages[code], shop.packages[code])))
    return ("raise_quota", code), partial(shop.change_location, code, max_quota=50)


@fault("activity", "location_inactive")
def switched_off(shop: Shop, want: Want, code: str) -> Broken:
    shop.change_location(code, is_active=False)
    mend = partial(shop.change_location, code, is_active=True)
    return ("activate_location", code), mend


# --- rules and scenarios ---------------------------------------------------------------------------


def _mended_rules(shop: Shop) -> Callable[[], None]:
    """Puts the rules back as they are now."""
    before = [dict(one) for one in shop.rules]

    def put_back() -> None:
        shop.rules = before
        shop.tell_rules()

    return put_back


@fault("rule", "outside_scenario")
def left_out_of_the_rules(shop: Shop, want: Want, code: str) -> Broken:
    mend = _mended_rules(shop)
    shop.leave_out(code)
    shop.tell_rules()
    return ("add_to_rule", code), mend


@fault("rule", "outside_scenario", layout=Layout.TOGETHER)
def only_the_other_type_is_asked(shop: Shop, want: Want, code: str) -> Broken:
    """For worlds in which one location has all that is needed: the others of its type have nothing."""
    mend = _mended_rules(shop)
    other = "store" if shop.locations[code]["stock_location_type"] == "warehouse" else "warehouse"
    for one in shop.rules:
        if shop.admits(one, code):
            one["stock_location_type"] = other
    shop.tell_rules()
    return ("add_to_rule", code), mend


def _split_less(shop: Shop, split: str) -> Broken:
    mend = _mended_rules(shop)
    for one in shop.rules:
        one["split"] = split
    shop.tell_rules()
    return ("allow_split",), mend


@fault("split", "split_forbidden", layout=Layout.APART, lines=2)
def orders_are_not_split(shop: Shop, want: Want, code: str) -> Broken:
    return _split_less(shop, "none")


@fault("split", "split_forbidden", layout=Layout.GATHERED, split="quantity")
def lines_are_not_split(shop: Shop, want: Want, code: str) -> Broken:
    return _split_less(shop, shop.chance.choice(("none", "line")))


@fault("scenario", "no_matching_scenario")
def scenario_switched_off(shop: Shop, want: Want, code: str) -> Broken:
    shop.tell_rules(is_active=False)
    return ("activate_scenario",), shop.tell_rules


@fault("scenario", "no_matching_scenario")
def scenario_for_others(shop: Shop, want: Want, code: str) -> Broken:
    """Its conditions leave such orders out; there is no change of ours for that."""
    shop.tell_rules(
        **shop.chance.choice(({"payment_types": ["gift_card"]}, {"delivery_types": ["same_day"]}))
    )
    mend = partial(shop.tell_rules, payment_types=[], delivery_types=[])
    return None, mend
