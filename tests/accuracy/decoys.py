"""What is odd in a world and has nothing to do with why its order is not served.

A decoy never changes the label. Those that put units somewhere change it where nothing else would help, and
say so: they are only used beside a fault that a change of ours mends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.accuracy.healthy import Shop
from tests.world.scripts import product, rule, scenario


@dataclass(frozen=True)
class Decoy:
    """`beside`: "anything", or only "mendable" faults, or only those "cheaper" to mend than a rule."""

    name: str
    place: Callable[[Shop], None]
    beside: str


DECOYS: dict[str, Decoy] = {}

Place = Callable[[Shop], None]


def decoy(beside: str = "anything") -> Callable[[Place], Place]:
    def keep(place: Place) -> Place:
        DECOYS[place.__name__] = Decoy(place.__name__, place, beside)
        return place

    return keep


def _new_location(shop: Shop, prefix: str, *, is_asked: bool, **fields: Any) -> str:
    """One more location, which has none of what the order needs."""
    code = f"{prefix}{len(shop.locations) + 20}"
    quota = 50 if shop.rules[-1]["select_by_quota"] else None
    shop.add_location(code, **{"max_quota": quota, "priority": shop.chance.choice((1, 4, None)), **fields})
    if is_asked:
        shop.let_in(code)
    else:
        shop.leave_out(code)
    shop.tell_rules()
    for want in shop.wants:
        shop.answer(code, want.sku, 0)
    return code


def _another_product(shop: Shop) -> str:
    """At the location that has the order's first line, three of a product nobody asks for here."""
    sku = f"OTHER-{len(shop.lines)}"
    shop.tell(product(sku))
    shop.answer(shop.wants[0].places[0], sku, 3)
    return sku


@decoy()
def discrepancy_of_another_product(shop: Shop) -> None:
    code, sku = shop.wants[0].places[0], _another_product(shop)
    _, item_id = shop.sell(code, sku, 1)
    shop.tell({"kind": "discrepancy", "erp_code": code, "omnitron_id": item_id, "reason": "damaged"})


@decoy()
def stale_reservation_of_another_product(shop: Shop) -> None:
    code, sku = shop.wants[0].places[0], _another_product(shop)
    sale = shop.sell(code, sku, 3)
    shop.tell({"kind": "order_state", "number": sale[0], "state": "100"})


@decoy()
def discrepancy_where_nothing_is_left(shop: Shop) -> None:
    code, sku = _new_location(shop, "ST", is_asked=True), shop.wants[-1].sku
    shop.answer(code, sku, 1)
    sale = shop.sell(code, sku, 1)
    shop.tell({"kind": "discrepancy", "erp_code": code, "omnitron_id": sale[1], "reason": "out_of_stock"})
    shop.answer(code, sku, 0)


@decoy()
def stale_reservation_where_nothing_is_left(shop: Shop) -> None:
    code, sku = _new_location(shop, "WH", is_asked=True), shop.wants[-1].sku
    sale = shop.held_by(code, sku, 2, state="550")
    shop.register(sale, releases=False)
    shop.answer(code, sku, 0)


@decoy()
def inactive_store_that_also_lacks_stock(shop: Shop) -> None:
    code = _new_location(shop, "ST", is_asked=True, is_active=False)
    shop.answer(code, shop.wants[0].sku, 0)


@decoy()
def inactive_store_that_never_answered(shop: Shop) -> None:
    code = f"ST{len(shop.locations) + 20}"
    shop.add_location(code, is_active=False, max_quota=None)
    shop.let_in(code)
    shop.tell_rules()


@decoy()
def stranger_that_never_answered(shop: Shop) -> None:
    code = f"ST{len(shop.locations) + 20}"
    shop.add_location(code)
    shop.leave_out(code)
    shop.tell_rules()


@decoy()
def stock_outside_the_rules_that_is_reserved(shop: Shop) -> None:
    code = _new_location(shop, "WH", is_asked=False)
    for want in shop.wants:
        shop.answer(code, want.sku, want.quantity)
        shop.sell(code, want.sku, want.quantity)


@decoy()
def location_without_quota_and_stock(shop: Shop) -> None:
    _new_location(shop, "ST", is_asked=True, max_quota=None)


@decoy()
def scenario_of_another_channel(shop: Shop) -> None:
    """Switched off, or with rules that would serve: it is not for this order."""
    rules = rule(shop.wants[0].places[0], name="app", split="quantity")
    is_active = shop.chance.random() < 0.5
    shop.tell(scenario(rules, name="App", channels=["App"], priority=0, is_active=is_active))


@decoy("mendable")
def mapping_the_location_has_not_answered_since(shop: Shop) -> None:
    """Enough there by its last count, all of it held, and rightly so until the next one."""
    code, want = _new_location(shop, "WH", is_asked=True), shop.wants[0]
    shop.answer(code, want.sku, want.quantity)
    sale = shop.sell(code, want.sku, want.quantity)
    shop.deliver(sale, code, want.sku)
    shop.register(sale, releases=False)


@decoy("mendable")
def delivered_order_the_erp_never_registered(shop: Shop) -> None:
    code, want = _new_location(shop, "ST", is_asked=True), shop.wants[0]
    shop.answer(code, want.sku, want.quantity)
    shop.deliver(shop.sell(code, want.sku, want.quantity), code, want.sku)


@decoy("mendable")
def a_few_elsewhere(shop: Shop) -> None:
    """Less than a line needs, at one more location."""
    code, want = _new_location(shop, "ST", is_asked=True), shop.wants[0]
    shop.answer(code, want.sku, want.quantity - 1)


@decoy("cheaper")
def stock_at_a_location_outside_the_rules(shop: Shop) -> None:
    """Letting it in would serve too, but is the larger change."""
    code = _new_location(shop, "WH", is_asked=False)
    for want in shop.wants:
        shop.answer(code, want.sku, want.quantity + 2)


@decoy("cheaper")
def later_scenario_for_the_same_channel(shop: Shop) -> None:
    """It would be the order's, if the first were not."""
    code = _new_location(shop, "WH", is_asked=False)
    for want in shop.wants:
        shop.answer(code, want.sku, want.quantity)
    shop.tell(scenario(rule(code, name="fallback"), name="Fallback", priority=5))
