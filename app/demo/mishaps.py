"""What goes wrong with a package and is put right again: refused, not found, blocked, cancelled."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Protocol

from app.demo.acts import Acts
from app.demo.demand import Withdrawals
from app.demo.orders import UNPACKED, Order, Package
from app.demo.places import PLACE_BY_CODE
from app.demo.rhythm import HOUR, MINUTE
from app.domain.facts import Place

_REASONS = (
    "The last piece is on the mannequin and damaged.",
    "Too many packages today, nobody free to pack.",
    "A seam is open; not fit for sale.",
    "The shop closes early today.",
    "No box of the right size left.",
)
_FOUND_AGAIN = 0.62


class Work(Protocol):
    """What mishaps need of the one who has work done."""

    def later(self, soonest: int, latest: int, act: Callable[[], None], *, at_work: bool = False) -> None: ...

    def serve(self, order: Order) -> None: ...

    def pack_later(self, package: Package) -> None: ...


class Mishaps:
    """Strikes a few packages before they are packed."""

    def __init__(self, acts: Acts, chance: Random, withdrawals: Withdrawals, work: Work) -> None:
        self._acts = acts
        self._chance = chance
        self._withdrawals = withdrawals
        self._work = work
        self._kinds = (
            (0.024, self._cancel, self._is_alone),
            (0.018, self._refuse, self._is_spare),
            (0.016, self._not_found, self._is_spare),
            (0.008, self._block, self._is_alone),
            (0.002, self._refund, self._is_alone),
        )

    def strike(self, package: Package) -> bool:
        """Have something go wrong with the package soon, or (mostly) nothing; whether it does."""
        draw = self._chance.random()
        for share, happens, may in self._kinds:
            if draw < share:
                if not may(package):
                    return False
                latest = HOUR if package.order.delivery_type == "same_day" else 3 * HOUR
                self._work.later(10 * MINUTE, latest, partial(happens, package), at_work=True)
                return True
            draw -= share
        return False

    def _is_alone(self, package: Package) -> bool:
        return len(package.order.packages) == 1 and not package.order.unserved()

    def _is_spare(self, package: Package) -> bool:
        """A store's single line of which no story is told: another location can take it over."""
        told = any(self._withdrawals.names(piece.item.sku) for piece in package.pieces)
        is_store = not PLACE_BY_CODE[package.erp_code].is_warehouse
        is_single = len(package.pieces) == 1 == len(package.pieces[0].item.pieces)
        return is_store and is_single and not told and package.order.delivery_type == "standard"

    def _cancel(self, package: Package) -> None:
        """The customer changes their mind in time."""
        if package.state in UNPACKED:
            self._acts.command(package, "cancel")
            self._acts.set_order_state(package.order, "100")

    def _refuse(self, package: Package) -> None:
        self._acts.command(package, "refuse", reason=self._chance.choice(_REASONS))
        self._work.serve(package.order)

    def _not_found(self, package: Package) -> None:
        """Nobody finds the piece; mostly it turns up in a recount a day or two later."""
        place = (package.erp_code, package.pieces[0].item.sku)
        self._acts.command(package, "not_found")
        self._work.serve(package.order)
        if self._chance.random() < _FOUND_AGAIN:
            self._work.later(20 * HOUR, 60 * HOUR, partial(self._recount, place), at_work=True)

    def _recount(self, place: Place) -> None:
        self._acts.answer_stock(place, max(0, self._acts.shelves.on_hand.get(place, 0) - 1))
        self._acts.clear_discrepancy(place)

    def _block(self, package: Package) -> None:
        """Payment is checked once more before the package goes on."""
        self._acts.command(package, "block")
        self._work.later(2 * HOUR, 16 * HOUR, partial(self._unblock, package), at_work=True)

    def _unblock(self, package: Package) -> None:
        self._acts.command(package, "unblock")
        self._work.pack_later(package)

    def _refund(self, package: Package) -> None:
        self._acts.command(package, "pack_for_refund")
        self._acts.set_order_state(package.order, "600")
