"""Stories about scenarios and rules: outside_scenario, split_forbidden, no_matching_scenario, served_now."""

from typing import Any

from app.demo import scenarios
from app.demo.places import ESKISEHIR, GEBZE, TORINO
from app.demo.sales import CALL_CENTRE, MOBILE, PIAZZA, POP_UP, WEB_IT, WEB_TR
from app.demo.stage import Stage

DENIM_JACKETS = tuple(f"JK-DNIM-IND-{size}" for size in ("S", "M", "L", "XL"))
_FLORENCE = "ST-107"
_EVERYDAY = ("TS-VNCK-GRY-M", "SR-LINE-BGE-M", "TW-BATH-WHT-7014", "HT-BCKT-BLK-SM", "SL-LTHR-BLK-38")


def eskisehir_opens_and_no_rule_learns_of_it(stage: Stage) -> None:
    """outside_scenario: the new store got the last denim jackets; the rules were written before it opened."""
    stage.open_store(19, ESKISEHIR, max_quota=40)
    stage.lay_out(DENIM_JACKETS, 6.5, {ESKISEHIR: 9})
    stage.orders(22, (6.2, 0.2), (WEB_TR, MOBILE), DENIM_JACKETS)


def torino_stays_excluded_after_its_stock_count(stage: Stage) -> None:
    """outside_scenario: Torino was taken out of a rule for its stock count and never put back."""

    def exclude(document: dict[str, Any]) -> None:
        document["rules"][1]["except_stock_locations"] = [TORINO]

    bags = ("BG-CRSS-CML", "BG-CRSS-BRG")
    stage.change_scenario(9, scenarios.STANDARD_IT, exclude)
    stage.lay_out(bags, 6, {TORINO: 8})
    stage.orders(6, (5.8, 0.4), WEB_IT, bags)


def same_day_may_only_come_from_stores(stage: Stage) -> None:
    """outside_scenario: the last throws lie in the warehouse, which the same-day rule's type leaves out."""
    stage.lay_out(["TH-WOOL-GRY"], 5, {GEBZE: 11})
    stage.orders(4, (4.7, 0.5), (WEB_TR, MOBILE), ["TH-WOOL-GRY"], city="İstanbul", delivery_type="same_day")


def pairs_lie_in_two_shops(stage: Stage) -> None:
    """split_forbidden: each line is to be had at one store, but collecting allows one store only."""
    pairs = (
        (WEB_TR, "İstanbul", 3, {"LF-SUED-CML-41": "ST-001", "BE-LTHR-BRN-95": "ST-002"}),
        (MOBILE, "İzmir", 3, {"DR-WRAP-TEA-38": "ST-012", "SC-WOOL-BRG": "ST-014"}),
        (WEB_IT, "Milano", 2, {"BG-BPCK-MST": "ST-101", "HT-BCKT-BGE-SM": "ST-102"}),
    )
    for channel, city, orders, lies_at in pairs:
        for sku, erp_code in lies_at.items():
            stage.lay_out([sku], 5.5, {erp_code: 5})
        for number in range(orders):
            stage.order(
                5.1 - 1.6 * number,
                channel,
                dict.fromkeys(lies_at, 1),
                city=city,
                delivery_type="click_and_collect",
            )


def the_kiosk_scenario_is_switched_off(stage: Stage) -> None:
    """no_matching_scenario: the kiosk still sells after its only scenario was switched off."""

    def switch_off(document: dict[str, Any]) -> None:
        document["is_active"] = False

    stage.orders(24, (28, 4.2), POP_UP, _EVERYDAY, city="Muğla")
    stage.change_scenario(4, scenarios.KIOSK, switch_off)
    stage.orders(7, (3.8, 0.2), POP_UP, _EVERYDAY, city="Muğla")


def phone_orders_paid_at_the_door_match_nothing(stage: Stage) -> None:
    """no_matching_scenario: the call centre sold with a payment type that no scenario is for."""
    stage.orders(18, (28, 0.6), CALL_CENTRE, _EVERYDAY)
    stage.orders(4, (3.2, 0.3), CALL_CENTRE, _EVERYDAY, payment_type="pay_on_delivery")


def florence_joins_a_rule_and_nobody_plans_again(stage: Stage) -> None:
    """served_now: the rule was widened after these orders were planned, and nobody planned them again."""

    def admit(document: dict[str, Any]) -> None:
        document["rules"][1]["stock_locations"].append(_FLORENCE)

    stage.lay_out(["CU-LINE-TRC"], 8, {_FLORENCE: 9})
    stage.orders(6, (7.6, 3.4), PIAZZA, ["CU-LINE-TRC"], tried_again=False)
    stage.set_location(2.4, _FLORENCE, max_quota=12)
    stage.change_scenario(2.39, scenarios.MARKETPLACE_IT, admit)
