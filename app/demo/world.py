"""The demo world as a world script: the lines, in order of time, for a seed number and an anchor.

The same seed and anchor give the same lines; another anchor moves every instant by the difference.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

from app.demo import catalogue, places, sales, scenarios
from app.demo.acts import Acts
from app.demo.agenda import Agenda
from app.demo.baskets import Baskets
from app.demo.demand import Shoppers, Withdrawals
from app.demo.feeds import Feeds
from app.demo.life import Life
from app.demo.rhythm import HOUR, MINUTE, MONTH_DAYS, days_ago, order_moments
from app.demo.script import Script
from app.demo.shelves import Shelves
from app.demo.stage import Stage
from app.demo.stories import STORIES

SEED = 20_418
ORDERS = 5_000
_SET_UP = days_ago(MONTH_DAYS) - 2 * HOUR


def lines(anchor: datetime, seed: int = SEED, orders: int = ORDERS) -> Iterator[dict[str, Any]]:
    """World-script lines (diagnosis.md, section 6), each with `at`, ordered by it.

    `anchor` is the instant everything is counted back from (aware); `orders` how many orders there are in
    all. The stories need about 400 of them and are told whole, so fewer orders are never made.
    """
    month = Month(seed, anchor.astimezone(UTC))
    yield from month.tell(orders)


class Month:
    """The simulated month, put together from its parts."""

    def __init__(self, seed: int, anchor: datetime) -> None:
        # One source of chance for each part, so that a change in one leaves the others as they were.
        chance = {
            name: Random(f"{seed}-{name}") for name in ("baskets", "shoppers", "feeds", "life", "stage")
        }
        self._chance = Random(f"{seed}-moments")
        self._anchor = anchor
        self._products = catalogue.products()
        self._script = Script()
        self._agenda = Agenda()
        self._acts = Acts(self._script, Shelves())
        withdrawals = Withdrawals()
        baskets = Baskets(chance["baskets"], {product.sku: product for product in self._products}, anchor)
        self._withdrawals = withdrawals
        self._feeds = Feeds(self._agenda, self._acts, chance["feeds"], self._products, withdrawals)
        self._life = Life(self._agenda, self._acts, self._feeds, chance["life"], withdrawals)
        self._shoppers = Shoppers(
            chance["shoppers"], baskets, self._acts.shelves, self._products, withdrawals
        )
        self._stage = Stage(
            self._agenda, self._acts, self._life, self._feeds, baskets, withdrawals, chance["stage"]
        )

    def tell(self, orders: int) -> Iterator[dict[str, Any]]:
        """The whole month, line by line."""
        for story in STORIES:
            story(self._stage)
        self._script.now = _SET_UP
        self._set_up()
        for moment in order_moments(max(0, orders - self._stage.orders_told), self._chance):
            self._agenda.put(moment, partial(self._arrive, moment))
        yield from self._script.take(self._anchor)
        for moment, act in self._agenda.happen():
            self._script.now = moment
            act()
            yield from self._script.take(self._anchor)

    def ordinary_products(self) -> list[str]:
        """SKUs that no story is told with. Of a month that is not told."""
        for story in STORIES:
            story(self._stage)
        return [product.sku for product in self._products if not self._withdrawals.names(product.sku)]

    def _arrive(self, moment: int) -> None:
        self._life.receive(self._shoppers.order(moment))

    def _set_up(self) -> None:
        """What is there before the first order: set-ups, products and a first answer of every location."""
        for channel in sales.CHANNELS:
            self._script.tell(sales.channel_line(channel))
        for line in sales.cargo_company_lines():
            self._script.tell(line)
        for product in self._products:
            self._script.tell(catalogue.product_line(product))
        open_places = [place for place in places.PLACES if place.erp_code != places.ESKISEHIR]
        for place in open_places:
            self._acts.set_location(place.erp_code, max_quota=place.max_quota)
        for document in scenarios.scenarios():
            self._acts.set_scenario(document)
        for place in open_places:
            self._script.now += MINUTE
            self._feeds.first_answers(place)
            self._feeds.start_at(place.erp_code, days_ago(MONTH_DAYS))
