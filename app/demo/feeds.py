"""The stock answers of the healthy month: what is registered each evening and counted each morning."""

from functools import partial
from random import Random

from app.demo.acts import Acts
from app.demo.agenda import Agenda
from app.demo.catalogue import Product
from app.demo.demand import Withdrawals
from app.demo.orders import Item, Package
from app.demo.places import GEBZE, PIACENZA, PLACES, Place
from app.demo.rhythm import DAY, HOUR, MINUTE, next_time
from app.domain.facts import Place as ShelfPlace

_EVENING, _MORNING = 20 * HOUR + 15 * MINUTE, 5 * HOUR + 40 * MINUTE
_JITTER = 50 * MINUTE
_LOW_AT_WAREHOUSE, _LOW_AT_STORE = 26, 1
_SENT_TO_STORES = 42
"""Products that a warehouse sends to its stores each morning, by draw and not counted in the stores."""
_TRANSFERRED = 0.35
_SOLD_AT_TILL = (1, 2, 2, 3, 4, 5)


class Feeds:
    """Counts and registers, location by location. Products of which a story is told are left to the story."""

    def __init__(
        self,
        agenda: Agenda,
        acts: Acts,
        chance: Random,
        products: tuple[Product, ...],
        withdrawals: Withdrawals,
    ) -> None:
        self._agenda = agenda
        self._acts = acts
        self._chance = chance
        self._products = products
        self._withdrawals = withdrawals
        self._shipped: dict[str, list[Item]] = {}
        self._code = 810_000
        self._minutes = {place.erp_code: chance.randrange(_JITTER) for place in PLACES}
        self._carried: dict[str, list[str]] = {}
        self.unknown: set[str] = set()
        """Products so new that no location answers for them yet."""

    def first_answers(self, place: Place) -> None:
        """The location begins to answer, for everything it carries."""
        for product in self._assortment(place):
            units = self._chance.randint(30, 95) if place.is_warehouse else self._chance.randint(2, 9)
            self._acts.answer_stock((place.erp_code, product.sku), units)

    def start_at(self, erp_code: str, since: int) -> None:
        """Have the location count each morning and register each evening from that moment on."""
        for of_day, act in ((_MORNING, self._count), (_EVENING, self._register)):
            moment = next_time(since, of_day + self._minutes[erp_code])
            while moment < 0:
                self._agenda.put(moment, partial(act, erp_code))
                moment += DAY

    def shipped(self, package: Package) -> None:
        """The ERP will learn of the package in the evening."""
        waiting = self._shipped.setdefault(package.erp_code, [])
        waiting += [piece.item for piece in package.pieces if not piece.is_cancelled]

    def next_morning(self, erp_code: str, moment: int) -> int:
        """When that location counts next."""
        return next_time(moment, _MORNING + self._minutes[erp_code]) + 10 * MINUTE

    def next_code(self) -> str:
        """The ERP's id for the next line it registers."""
        self._code += self._chance.randint(1, 4)
        return f"ERP-{self._code}"

    def _assortment(self, place: Place) -> list[Product]:
        known = [product for product in self._products if product.sku not in self.unknown]
        if place.is_warehouse:
            return known
        keyed = [(self._chance.random() ** (1 / product.share), product.sku, product) for product in known]
        carried = [product for _, _, product in sorted(keyed, reverse=True)[: place.size]]
        self._carried[place.erp_code] = [product.sku for product in carried]
        return sorted(carried, key=lambda product: product.sku)

    def _register(self, erp_code: str) -> None:
        """Register what was shipped today, then answer anew for it: the ERP counts the units no more."""
        counted: dict[ShelfPlace, None] = {}
        for item in self._shipped.pop(erp_code, []):
            if item.is_mapped or not item.is_shipped:
                continue
            self._acts.register(item, self.next_code())
            for piece in item.pieces:
                if not piece.is_cancelled:
                    counted[(piece.erp_code, item.sku)] = None
        for place in counted:
            self._acts.answer_stock(place)

    def _count(self, erp_code: str) -> None:
        if erp_code in (GEBZE, PIACENZA):
            self._move_goods(erp_code)
        else:
            self._count_store(erp_code)

    def _move_goods(self, erp_code: str) -> None:
        """A warehouse sends some of everything to its stores, and is filled up where little is left."""
        now, shares = self._acts.script.now, [product.share for product in self._products]
        sent = {one.sku for one in self._chance.choices(self._products, weights=shares, k=_SENT_TO_STORES)}
        for product in self._products:
            place = (erp_code, product.sku)
            if place not in self._acts.shelves.answers or self._withdrawals.covers(product.sku, now):
                continue
            free = self._acts.shelves.free(place)
            if free < _LOW_AT_WAREHOUSE:
                self._receive(place, self._chance.randint(3, 8) * 10)
            elif product.sku in sent:
                self._receive(place, -min(free - _LOW_AT_WAREHOUSE + 6, self._chance.randint(3, 12)))

    def _count_store(self, erp_code: str) -> None:
        now = self._acts.script.now
        for sku in self._chance.sample(self._carried[erp_code], k=self._chance.choice(_SOLD_AT_TILL)):
            if self._withdrawals.covers(sku, now):
                continue
            free = self._acts.shelves.free((erp_code, sku))
            if free > _LOW_AT_STORE:
                self._receive((erp_code, sku), -min(free - _LOW_AT_STORE, self._chance.choice((1, 1, 2))))
            elif self._chance.random() < _TRANSFERRED:
                self._receive((erp_code, sku), self._chance.randint(3, 7))

    def _receive(self, place: ShelfPlace, units: int) -> None:
        on_hand = self._acts.shelves.on_hand
        on_hand[place] = on_hand.get(place, 0) + units
        self._acts.answer_stock(place)
