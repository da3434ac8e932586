"""Stories about reservations: stale ones of each kind (stale_reservation), live ones (reserved_by_others)."""

from functools import partial

from app.demo.orders import Order
from app.demo.places import GEBZE, PIACENZA
from app.demo.sales import BAZAAR, MOBILE, WEB_IT, WEB_TR
from app.demo.stage import Stage

BLACK_TEE = "TS-CREW-BLK-M"
_TURKEY = (WEB_TR, MOBILE, BAZAAR)


def the_erp_registers_a_batch_and_nothing_is_released(stage: Stage) -> None:
    """stale_reservation (erp_registered): a batch was mapped without releasing, and the ERP counts it out.

    26 units, 14 of them sold and registered: the ERP counts 12, and 14 are still held.
    """
    sold: list[Order] = []

    def sell(order: Order) -> None:
        sold.append(order)
        stage.deliver(order)

    def register() -> None:
        for order in sold:
            for item in order.items:
                stage.acts.register(item, stage.feeds.next_code(), update_stock=False)
        stage.acts.answer_stock((GEBZE, BLACK_TEE))

    stage.lay_out([BLACK_TEE], 10, {GEBZE: 26})
    stage.orders(14, (9.8, 8.2), _TURKEY, [BLACK_TEE], told=sell)
    stage.at(6.5, register)
    stage.orders(9, (6.1, 0.2), _TURKEY, [BLACK_TEE])


def orders_are_cancelled_upstream_only(stage: Stage) -> None:
    """stale_reservation (order_cancelled): the cancellations arrived, nobody cancelled the packages."""

    def cancel(order: Order) -> None:
        stage.after(30, partial(stage.acts.set_order_state, order, "100"))

    stage.lay_out(["HT-BEAN-GRY"], 9, {PIACENZA: 6})
    stage.orders(6, (8.8, 7.8), WEB_IT, ["HT-BEAN-GRY"], told=cancel)
    stage.orders(5, (6.2, 0.3), WEB_IT, ["HT-BEAN-GRY"])


def an_import_holds_old_units_again(stage: Stage) -> None:
    """stale_reservation (orphan): an import held units again for orders registered days before."""
    backpack = "BG-BPCK-NVY"

    def sell(order: Order) -> None:
        stage.deliver(order)
        stage.after(40, partial(register, order))
        if len(held) < 4:
            held.append(order)

    def register(order: Order) -> None:
        stage.acts.register(order.items[0], stage.feeds.next_code())
        stage.acts.answer_stock((GEBZE, backpack))

    def hold_again() -> None:
        for order in held:
            stage.acts.reserve(order.items[0], GEBZE, 1)

    held: list[Order] = []
    stage.lay_out([backpack], 18, {GEBZE: 9})
    stage.orders(5, (17.8, 16.6), _TURKEY, [backpack], told=sell)
    stage.at(12, hold_again)
    stage.orders(4, (6.3, 0.4), _TURKEY, [backpack])


def shipped_sets_are_not_registered_and_two_are_blocked(stage: Stage) -> None:
    """reserved_by_others: of five units three are delivered, unknown to the ERP, and two are blocked."""
    duvet_set = "BD-PERC-SKY-DBL"

    def block(order: Order) -> None:
        for package in order.packages:
            stage.after(2, partial(stage.acts.command, package, "block"))

    stage.lay_out([duvet_set], 6.6, {GEBZE: 5})
    stage.orders(3, (6.4, 6.0), _TURKEY, [duvet_set], told=stage.deliver)
    stage.orders(2, (5.9, 5.7), _TURKEY, [duvet_set], told=block)
    stage.orders(8, (5.4, 0.2), _TURKEY, [duvet_set])


def registered_pyjamas_wait_for_an_answer(stage: Stage) -> None:
    """reserved_by_others: all sold units are registered, but the warehouse has not answered since."""
    pyjamas = "PJ-CTTN-PNK-M"

    def register(order: Order) -> None:
        stage.acts.register(order.items[0], stage.feeds.next_code(), update_stock=False)

    def sell(order: Order) -> None:
        stage.deliver(order)
        stage.after(44, partial(register, order))

    stage.lay_out([pyjamas], 6.2, {PIACENZA: 4}, answered_again=False)
    stage.orders(4, (6.0, 5.4), WEB_IT, [pyjamas], told=sell)
    stage.orders(7, (5.0, 0.3), WEB_IT, [pyjamas])
