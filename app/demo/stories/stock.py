"""Stories about stock: sold out, never answered, held by a discrepancy, and shortages that are long over."""

from functools import partial

from app.demo.orders import Order
from app.demo.places import GEBZE, PIACENZA
from app.demo.sales import BAZAAR, MOBILE, PIAZZA, WEB_IT, WEB_TR, SalesChannel
from app.demo.stage import Stage

_TURKEY = (WEB_TR, MOBILE, BAZAAR)
_ITALY = (WEB_IT, PIAZZA)
_IZMIR, _ROME, _KADIKOY = "ST-012", "ST-103", "ST-002"


def gebze_loses_its_feed_three_times(stage: Stage) -> None:
    """Long over: for two days all counts were zero, orders waited, and were served afterwards."""
    _shortage(stage, 25, ("TS-VNCK-WHT-M", "TR-CHIN-NVY-32", "SO-RIBB-ECR-3640"), 12)
    _shortage(stage, 17.5, ("KN-MERI-GRY-L", "PL-PIQU-WHT-L", "TW-BATH-TEA-7014"), 15)
    _shortage(stage, 11, ("HD-ZIPU-GRY-M", "JN-SLIM-IND-30", "BG-TOTE-BLK"), 19)


def shirts_turn_up_but_the_report_stays(stage: Stage) -> None:
    """discrepancy_hold: not found in İzmir, found again in the back room, and the report never cleared."""
    _lost_and_found(stage, WEB_TR, "SH-LINE-ECR-M", _IZMIR, waiting=5)


def gloves_turn_up_but_the_report_stays(stage: Stage) -> None:
    """discrepancy_hold: the same in Rome."""
    _lost_and_found(stage, WEB_IT, "GL-LTHR-BRN-M", _ROME, waiting=4)


def skirts_reported_damaged_were_replaced(stage: Stage) -> None:
    """discrepancy_hold: a pallet was reported damaged, new skirts came, the report stayed active."""
    skirt = "SK-PLEA-GRN-38"

    def report_damage(order: Order) -> None:
        stage.life.work_on(order)
        stage.after(1, partial(stage.acts.report, order.items[0], GEBZE, "damaged"))

    stage.lay_out([skirt], 8, {GEBZE: 4})
    stage.order(7.6, BAZAAR, {skirt: 1}, told=report_damage)
    stage.count(GEBZE, skirt, 20, 5)
    stage.orders(3, (4.6, 0.5), _TURKEY, [skirt])


def favourites_are_sold_out(stage: Stage) -> None:
    """out_of_stock_everywhere: every location has answered, and every answer is zero."""
    gone = (
        (_TURKEY, 5, ("TS-STRP-RED-M", "TS-STRP-RED-S")),
        (_TURKEY, 4, ("HD-ZIPU-BLK-L",)),
        (_ITALY, 3, ("DR-MIDI-TRC-38",)),
        (_TURKEY, 4, ("BT-CHLS-BLK-39",)),
        (_ITALY, 4, ("LM-TABL-TEA",)),
        (_TURKEY, 4, ("CT-WOOL-CML-38",)),
    )
    for position, (channels, orders, skus) in enumerate(gone):
        emptied = 5.6 - 0.4 * position
        stage.lay_out(skus, emptied, {})
        stage.orders(orders, (emptied - 0.2, 0.2), channels, skus)


def some_customers_give_up(stage: Stage) -> None:
    """Long over: a few of those who met the empty shelves cancelled, and their packages with them."""

    def cancel_next_day(order: Order) -> None:
        stage.after(stage.chance.uniform(14, 30), partial(stage.acts.give_up, order))

    stage.orders(
        6, (5.2, 1.6), _TURKEY, ["TS-STRP-RED-M", "TS-STRP-RED-S"], told=cancel_next_day, tried_again=False
    )


def pairs_of_mugs_are_down_to_one(stage: Stage) -> None:
    """out_of_stock_everywhere: two are asked for, and the best location has one."""
    stage.lay_out(["MG-STON-BLK"], 4.4, {_KADIKOY: 1})
    for at in (4.1, 2.2, 0.6):
        stage.order(at, MOBILE, {"MG-STON-BLK": 2})


def new_products_are_unknown_to_the_warehouses(stage: Stage) -> None:
    """no_stock_answer: the new articles were never set up for the warehouses' feeds."""
    for sku in ("VS-CLAY-ECR", "CN-SOYA-GRN"):
        stage.launch(sku)
    stage.lay_out(["VS-CLAY-ECR"], 9, {}, unanswered=(PIACENZA, _ROME, "ST-108"))
    stage.orders(12, (6.8, 0.2), _ITALY, ["VS-CLAY-ECR"])
    stage.lay_out(["CN-SOYA-GRN"], 9, {}, unanswered=(GEBZE,))
    stage.orders(5, (5.5, 0.4), _TURKEY, ["CN-SOYA-GRN"])


def _shortage(stage: Stage, day: float, skus: tuple[str, ...], orders: int) -> None:
    waiting: list[Order] = []

    def plan_again() -> None:
        for order in waiting:
            if order.unserved():
                stage.acts.replan(order)
                stage.life.work_on(order)

    stage.lay_out(skus, day, {}, until=day - 2.4)
    stage.orders(orders, (day - 0.1, day - 1.6), _TURKEY, skus, told=waiting.append, tried_again=False)
    stage.put_back(skus, day - 2, {GEBZE: 120, PIACENZA: 60})
    stage.at(day - 2.02, plan_again)


def _lost_and_found(stage: Stage, channel: SalesChannel, sku: str, erp_code: str, waiting: int) -> None:
    def not_found(order: Order) -> None:
        for package in order.packages:
            stage.after(3, partial(stage.acts.command, package, "not_found"))

    stage.lay_out([sku], 7, {erp_code: 2})
    stage.order(6.6, channel, {sku: 1}, told=not_found)
    stage.count(erp_code, sku, 9, 5)
    stage.orders(waiting, (4.7, 0.3), channel, [sku])
