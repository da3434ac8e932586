"""The stories of the demo month: each breaks a healthy world by a few facts, so that one cause comes about.

A reader who wants to know how a package can be out of stock for a reason finds the reason's story here.
"""

from collections.abc import Callable

from app.demo.stage import Stage
from app.demo.stories import combinations, locations, reservations, rules, stock

STORIES: tuple[Callable[[Stage], None], ...] = (
    stock.gebze_loses_its_feed_three_times,
    rules.eskisehir_opens_and_no_rule_learns_of_it,
    rules.torino_stays_excluded_after_its_stock_count,
    rules.same_day_may_only_come_from_stores,
    rules.pairs_lie_in_two_shops,
    rules.the_kiosk_scenario_is_switched_off,
    rules.phone_orders_paid_at_the_door_match_nothing,
    rules.florence_joins_a_rule_and_nobody_plans_again,
    locations.bursa_has_its_quota_cleared,
    locations.ankara_is_at_its_limit,
    locations.bologna_closes_for_works,
    locations.mersin_closes_with_the_last_towels,
    locations.gaziantep_reopens_and_nobody_plans_again,
    reservations.the_erp_registers_a_batch_and_nothing_is_released,
    reservations.orders_are_cancelled_upstream_only,
    reservations.an_import_holds_old_units_again,
    reservations.shipped_sets_are_not_registered_and_two_are_blocked,
    reservations.registered_pyjamas_wait_for_an_answer,
    stock.shirts_turn_up_but_the_report_stays,
    stock.gloves_turn_up_but_the_report_stays,
    stock.skirts_reported_damaged_were_replaced,
    stock.favourites_are_sold_out,
    stock.some_customers_give_up,
    stock.pairs_of_mugs_are_down_to_one,
    stock.new_products_are_unknown_to_the_warehouses,
    combinations.samsun_is_closed_and_has_no_quota,
    combinations.outfits_need_two_changes,
)
