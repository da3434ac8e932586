"""Stories about locations: location_inactive, quota_unset, quota_full, served_now."""

from functools import partial

from app.demo.orders import Order
from app.demo.places import BOLOGNA
from app.demo.sales import BAZAAR, MOBILE, WEB_IT, WEB_TR
from app.demo.stage import Stage

_BURSA, _ANKARA, _MERSIN, _GAZIANTEP = "ST-016", "ST-009", "ST-033", "ST-023"


def bursa_has_its_quota_cleared(stage: Stage) -> None:
    """quota_unset: somebody emptied the quota, and the marketplace's rule asks for one."""
    runners = ("SN-RUNR-GRY-41", "SN-RUNR-GRY-42")
    stage.lay_out(runners, 5.5, {_BURSA: 11})
    stage.set_location(5.4, _BURSA, max_quota=None)
    stage.orders(14, (5.2, 0.2), BAZAAR, runners)


def ankara_is_at_its_limit(stage: Stage) -> None:
    """quota_full: packages pile up unpacked, then the quota is lowered, and later orders find no slot."""
    cardigans = ("KN-CABL-CML-M", "KN-CABL-CML-L")

    def start_and_leave(order: Order) -> None:
        for package in order.packages:
            stage.after(3, partial(stage.acts.command, package, "prepare"))

    stage.lay_out(cardigans, 7.2, {_ANKARA: 14})
    stage.orders(7, (6.98, 6.62), BAZAAR, cardigans, told=start_and_leave)
    stage.set_location(6, _ANKARA, max_quota=6)
    stage.orders(10, (5.8, 0.3), BAZAAR, cardigans)


def bologna_closes_for_works(stage: Stage) -> None:
    """location_inactive: the shop closed with the last sneakers of three sizes in it."""
    sneakers = tuple(f"SN-CRTS-WHT-{size}" for size in (38, 39, 40))
    stage.lay_out(sneakers, 5.6, {BOLOGNA: 7})
    stage.set_location(5.4, BOLOGNA, is_active=False)
    stage.orders(12, (5.2, 0.2), WEB_IT, sneakers)


def mersin_closes_with_the_last_towels(stage: Stage) -> None:
    """location_inactive: the same in Mersin, smaller."""
    towels = ("TW-PSHT-SKY", "TW-PSHT-TRC")
    stage.lay_out(towels, 4.6, {_MERSIN: 6})
    stage.set_location(4.4, _MERSIN, is_active=False, max_quota=10)
    stage.orders(6, (4.2, 0.3), (WEB_TR, MOBILE), towels)


def gaziantep_reopens_and_nobody_plans_again(stage: Stage) -> None:
    """served_now: the shop was closed for a week; the orders of that week were not planned again since."""
    stage.lay_out(["AP-LINE-NVY"], 10, {_GAZIANTEP: 10})
    stage.set_location(9.8, _GAZIANTEP, is_active=False, max_quota=10)
    stage.orders(7, (9.4, 3.6), (WEB_TR, MOBILE), ["AP-LINE-NVY"], tried_again=False)
    stage.set_location(2.6, _GAZIANTEP, max_quota=10)
