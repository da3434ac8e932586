"""What a story may do: take products out of ordinary sale, lay out stock, place orders, and change set-ups.

Days are days before the anchor, so `at=6.5` is six and a half days ago.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from functools import partial
from itertools import product
from random import Random
from typing import Any

from app.demo.acts import Acts
from app.demo.agenda import Agenda
from app.demo.baskets import Baskets
from app.demo.demand import Withdrawals
from app.demo.feeds import Feeds
from app.demo.life import Life
from app.demo.orders import Order
from app.demo.places import PLACE_BY_CODE, PLACES
from app.demo.rhythm import HOUR, MONTH_DAYS, days_ago, hour_of
from app.demo.sales import SalesChannel
from app.domain.facts import Place as ShelfPlace

_DRAINED = 3.3
"""Days until every ordinary order of a product has left the house and the books."""
_TRIED_AGAIN = 0.34
Told = Callable[[Order], None]


class Stage:
    """The means of the stories. They are told before the month begins; what they say happens in its time."""

    def __init__(
        self,
        agenda: Agenda,
        acts: Acts,
        life: Life,
        feeds: Feeds,
        baskets: Baskets,
        withdrawals: Withdrawals,
        chance: Random,
    ) -> None:
        self.acts = acts
        self.life = life
        self.feeds = feeds
        self.chance = chance
        self._agenda = agenda
        self._baskets = baskets
        self._withdrawals = withdrawals
        self.orders_told = 0

    def at(self, days: float, act: Callable[[], None]) -> None:
        """Have something happen that many days ago."""
        self._agenda.put(days_ago(days), act)

    def after(self, hours: float, act: Callable[[], None]) -> None:
        """Have something happen that many hours after what is happening now."""
        self._agenda.put(self.acts.script.now + round(hours * HOUR), act)

    # Stock

    def lay_out(
        self,
        skus: Iterable[str],
        at: float,
        where: Mapping[str, int],
        *,
        unanswered: Iterable[str] = (),
        until: float = -1.0,
        answered_again: bool = True,
    ) -> None:
        """From then on the products lie only where told (units by ERP code): every other location says zero.

        Ordinary customers left them alone long enough before, and come back `until` days before the anchor.
        `unanswered` locations never say anything; where the products lie is answered again each night.
        """
        silent = frozenset(unanswered)
        for sku in skus:
            self.withdraw(sku, at, until)
            for ago, left in ((at + 2.4, 0.55), (at + 1.2, 0.2)):
                self.at(ago, partial(self._run_down, sku, left, where))
            for place in PLACES:
                if place.erp_code not in silent:
                    units = where.get(place.erp_code, 0)
                    self.at(at, partial(self._answer_where_open, (place.erp_code, sku), units))
            nights = range(1, int(at) if answered_again else 1)
            for night, erp_code in product(nights, where):
                self.at(at - night, partial(self.acts.answer_stock, (erp_code, sku)))

    def withdraw(self, sku: str, at: float, until: float = -1.0) -> None:
        """Ordinary customers leave the product alone, from long enough before `at` on."""
        self._withdrawals.add(sku, days_ago(at + _DRAINED), days_ago(until))

    def launch(self, sku: str) -> None:
        """The product is new: no location answers for it before the story has one answer."""
        self.withdraw(sku, MONTH_DAYS)
        self.feeds.unknown.add(sku)

    def count(self, erp_code: str, sku: str, units: int, at: float) -> None:
        """The location answers with this count."""
        self.at(at, partial(self.acts.answer_stock, (erp_code, sku), units))

    def _answer_where_open(self, place: ShelfPlace, units: int) -> None:
        if place[0] in self.acts.shelves.locations:
            self.acts.answer_stock(place, units)

    def _run_down(self, sku: str, left: float, where: Mapping[str, int]) -> None:
        """The counts sink towards what they will be; that share of the way is left."""
        for erp_code in sorted(self.acts.shelves.by_sku.get(sku, ())):
            before, after = self.acts.shelves.on_hand.get((erp_code, sku), 0), where.get(erp_code, 0)
            if before > after + 1:
                self.acts.answer_stock((erp_code, sku), after + round((before - after) * left))

    def put_back(self, skus: Iterable[str], at: float, units: Mapping[str, int]) -> None:
        """The products are to be had again: these units by ERP code, and the shops fill up by and by."""
        for sku in skus:
            for erp_code, count in units.items():
                self.count(erp_code, sku, count, at)

    # Set-ups

    def set_location(
        self, at: float, erp_code: str, *, is_active: bool = True, max_quota: int | None = None
    ) -> None:
        """The location is switched on or off, or gets another quota (None: unset)."""
        self.at(at, partial(self.acts.set_location, erp_code, is_active=is_active, max_quota=max_quota))

    def change_scenario(self, at: float, name: str, edit: Callable[[dict[str, Any]], None]) -> None:
        """Somebody edits the scenario."""

        def change() -> None:
            document = deepcopy(self.acts.documents[name])
            edit(document)
            self.acts.set_scenario(document)

        self.at(at, change)

    def open_store(self, at: float, erp_code: str, max_quota: int | None) -> None:
        """A store begins to work: it is known, answers for what it carries, counts and registers."""

        def begin() -> None:
            self.acts.set_location(erp_code, max_quota=max_quota)
            self.feeds.first_answers(PLACE_BY_CODE[erp_code])
            self.feeds.start_at(erp_code, self.acts.script.now)

        self.at(at, begin)

    # Orders

    def order(
        self,
        at: float,
        channel: SalesChannel,
        wanted: Mapping[str, int],
        *,
        city: str | None = None,
        delivery_type: str = "standard",
        payment_type: str = "credit_card",
        told: Told | None = None,
        tried_again: bool = True,
    ) -> None:
        """An order arrives. `told` goes on with it at once; without it, what was served is worked on."""

        def arrive() -> None:
            customer = self._baskets.customer(channel, city)
            order = self._baskets.order(
                self.acts.script.now,
                channel,
                customer,
                wanted,
                delivery_type=delivery_type,
                payment_type=payment_type,
            )
            self.acts.receive(order)
            (told or self.life.work_on)(order)
            if tried_again and order.unserved():
                self._try_again(order)

        self.orders_told += 1
        self.at(at, arrive)

    def orders(
        self,
        count: int,
        between: tuple[float, float],
        channels: SalesChannel | tuple[SalesChannel, ...],
        skus: Iterable[str],
        **more: Any,
    ) -> None:
        """That many orders of one piece each, in turn of the products, spread over the days, not at night."""
        pool, sold_by = list(skus), channels if isinstance(channels, tuple) else (channels,)
        oldest, newest = between
        for position in range(count):
            at = oldest + (newest - oldest) * (position + self.chance.random()) / count
            self.order(
                self._awake(at), sold_by[position % len(sold_by)], {pool[position % len(pool)]: 1}, **more
            )

    def deliver(self, order: Order, *, hours: float = 26) -> None:
        """Have what was served packed, shipped and, after so many hours, delivered; the ERP is not told."""
        for package in order.packages:
            self.after(hours * 0.15, partial(self.acts.command, package, "pack"))
            self.after(hours * 0.3, partial(self.acts.command, package, "ship"))
            self.after(hours, partial(self.acts.command, package, "deliver"))
        self.after(hours, partial(self.acts.set_order_state, order, "550"))

    def _awake(self, at: float) -> float:
        # Before seven nobody orders: such an order comes in the morning.
        hours_early = 7 - hour_of(days_ago(at))
        return at - (hours_early + self.chance.random()) / 24 if hours_early > 0 else at

    def _try_again(self, order: Order) -> None:
        """Now and then somebody plans it again in vain, which shows as another attempt."""
        while self.chance.random() < _TRIED_AGAIN:
            hours = self.chance.uniform(5, 50)
            self.after(hours, partial(self._replan, order))

    def _replan(self, order: Order) -> None:
        if order.unserved():
            self.acts.replan(order)
            self.life.work_on(order)
