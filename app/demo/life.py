"""What becomes of an order in the healthy month: paid, packed, shipped, delivered, at believable hours."""

from collections.abc import Callable
from functools import partial
from random import Random

from app.demo.acts import Acts
from app.demo.agenda import Agenda
from app.demo.demand import Withdrawals
from app.demo.feeds import Feeds
from app.demo.mishaps import Mishaps
from app.demo.orders import UNPACKED, Order, Package
from app.demo.places import GEBZE, ISTANBUL_STORES, PIACENZA
from app.demo.rhythm import DAY, HOUR, MINUTE, SUNDAY, days_ago, next_time, within_opening_hours

_NEVER_PAID = 0.12
_PICK_UP = 17 * HOUR + 30 * MINUTE
# What is older is told in fewer steps: nobody follows it closely, and every line costs time to load.
_DETAILED_SINCE = days_ago(5)
_RESTOCKED_WITH = 12


class Life:
    """Has the work on orders done."""

    def __init__(
        self, agenda: Agenda, acts: Acts, feeds: Feeds, chance: Random, withdrawals: Withdrawals
    ) -> None:
        self._agenda = agenda
        self._acts = acts
        self._feeds = feeds
        self._chance = chance
        self._withdrawals = withdrawals
        self._mishaps = Mishaps(acts, chance, withdrawals, self)

    def receive(self, order: Order) -> None:
        """The order arrives, and work on it begins when it is paid."""
        self._acts.receive(order)
        if order.state != "300":
            self.serve(order)
        elif self._chance.random() < _NEVER_PAID:
            self.later(2 * DAY, 2 * DAY + 3 * HOUR, lambda: self._acts.set_order_state(order, "100"))
        else:
            self.later(HOUR, 18 * HOUR, partial(self._paid, order))

    def serve(self, order: Order) -> None:
        """Have the order's packages worked on; what waits for stock is restocked and planned again."""
        self.work_on(order)
        if order.unserved():
            self._restock_later(order)

    def work_on(self, order: Order) -> None:
        """Plan the work on packages that nobody works on yet."""
        for package in order.packages:
            if not package.is_under_way and package.state == "100":
                package.is_under_way = True
                if not self._mishaps.strike(package):
                    self.pack_later(package)

    def later(self, soonest: int, latest: int, act: Callable[[], None], *, at_work: bool = False) -> None:
        """Have it happen so much later (microseconds); with `at_work` not before somebody is there."""
        moment = self._acts.script.now + self._chance.randint(soonest, latest)
        self._agenda.put(within_opening_hours(moment) if at_work else moment, act)

    def pack_later(self, package: Package) -> None:
        """Somebody packs it today or tomorrow; same-day packages within two hours."""
        latest = 2 * HOUR if package.order.delivery_type == "same_day" else 6 * HOUR
        if self._acts.script.now > _DETAILED_SINCE:
            self.later(5 * MINUTE, latest // 3, partial(self._prepare, package), at_work=True)
        self.later(latest // 3, latest, partial(self._pack, package), at_work=True)

    def _paid(self, order: Order) -> None:
        self._acts.set_order_state(order, "400")
        self.serve(order)

    def _prepare(self, package: Package) -> None:
        if package.state == "100":
            self._acts.command(package, "prepare")
            if package.order.state == "400":
                self._acts.set_order_state(package.order, "450")

    def _pack(self, package: Package) -> None:
        if package.state not in UNPACKED:
            return
        self._acts.command(package, "pack")
        if package.order.delivery_type == "standard":
            at = next_time(self._acts.script.now + 15 * MINUTE, _PICK_UP, not_on=(SUNDAY,))
            self._agenda.put(at + self._chance.randrange(50 * MINUTE), partial(self._ship, package))
        else:
            self.later(10 * MINUTE, 90 * MINUTE, partial(self._ship, package))

    def _ship(self, package: Package) -> None:
        order = package.order
        self._acts.command(package, "ship")
        self._feeds.shipped(package)
        informs = order.channel.informs_shipped and self._acts.script.now > _DETAILED_SINCE
        if informs and _all(order, "500", "550"):
            self._acts.set_order_state(order, "500")
        if order.delivery_type == "same_day":
            self.later(40 * MINUTE, 3 * HOUR, partial(self._deliver, package))
        else:
            self.later(15 * HOUR, 62 * HOUR, partial(self._deliver, package), at_work=True)

    def _deliver(self, package: Package) -> None:
        self._acts.command(package, "deliver")
        if _all(package.order, "550"):
            self._acts.set_order_state(package.order, "550")

    def _restock_later(self, order: Order) -> None:
        now = self._acts.script.now
        if any(self._withdrawals.covers(item.sku, now) for item in order.unserved()):
            return
        helper = _helper(order)
        self._agenda.put(self._feeds.next_morning(helper, now), partial(self._restock, order, helper))

    def _restock(self, order: Order, helper: str) -> None:
        for item in order.unserved():
            place = (helper, item.sku)
            missing = item.quantity + _RESTOCKED_WITH - self._acts.shelves.free(place)
            self._acts.answer_stock(place, self._acts.shelves.on_hand.get(place, 0) + max(0, missing))
        if order.unserved():
            self._acts.replan(order)
            self.serve(order)


def _all(order: Order, *states: str) -> bool:
    """Whether nothing waits for stock and every package for the customer has one of these states."""
    live = [package for package in order.packages if not package.is_over]
    return not order.unserved() and all(package.state in states for package in live)


def _helper(order: Order) -> str:
    """Where stock for the order is brought to: a location that its scenario admits."""
    is_turkish = order.channel.country == "tr"
    if order.delivery_type == "standard":
        return GEBZE if is_turkish else PIACENZA
    return ISTANBUL_STORES[0] if is_turkish else "ST-101"
