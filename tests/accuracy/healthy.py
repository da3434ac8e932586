"""A healthy world, told as lines of a world script: were nothing broken, its order 1001 would be served.

Every location that the order needs is asked by the rules, active, has answered, and has enough that nobody
else holds. Nothing here looks at the product's code: what is told is what a faults.py then breaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from random import Random
from typing import Any

from tests.world.scripts import Document, channel, item, location, order, product, rule, scenario, stock

NUMBER = "1001"
"""The order that the case is about."""

ISTANBUL = {"country": {"name": "Türkiye", "code": "tr"}, "city": {"name": "İstanbul"}}
MODA = {**ISTANBUL, "district": {"name": "Moda", "latitude": "40.98", "longitude": "29.02"}}


class Layout(Enum):
    """Where the order's lines lie."""

    TOGETHER = "all at one location"
    APART = "each at a location of its own"
    GATHERED = "one line in pieces at two locations, of which neither has enough"
    EITHER = "all at each of two locations"


@dataclass(frozen=True)
class Shape:
    """What a world must look like so that something can be broken in it. A `split` is that of all rules."""

    layout: Layout = Layout.TOGETHER
    lines: int = 1
    by_quota: bool = False
    split: str | None = None


@dataclass(frozen=True)
class Want:
    """A line of the order, and the locations that have it: units by ERP code, in whole units."""

    item: int
    sku: str
    quantity: int
    places: tuple[str, ...]


@dataclass
class Shop:
    """A world being told. Counts are in units; `free` is what nobody holds at (erp_code, sku)."""

    chance: Random
    lines: list[Document] = field(default_factory=list)
    locations: dict[str, Document] = field(default_factory=dict)
    rules: list[Document] = field(default_factory=list)
    wants: list[Want] = field(default_factory=list)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    free: Counter[tuple[str, str]] = field(default_factory=Counter)
    packages: Counter[str] = field(default_factory=Counter)
    """Open packages below state 400, by location: what a quota counts."""
    sold: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    """An earlier order (number, item) with a package at that place."""
    tills: set[str] = field(default_factory=set)
    items: count[int] = field(default_factory=lambda: count(70_001))
    numbers: count[int] = field(default_factory=lambda: count(901))

    def tell(self, line: Mapping[str, Any]) -> None:
        """One more line, as it is now."""
        self.lines.append(deepcopy(dict(line)))

    # --- what a world is made of ---

    def add_location(self, erp_code: str, **fields: Any) -> str:
        self.locations[erp_code] = location(erp_code, **fields)
        self.tell(self.locations[erp_code])
        return erp_code

    def change_location(self, erp_code: str, **fields: Any) -> None:
        self.locations[erp_code] |= fields
        self.tell(self.locations[erp_code])

    def tell_rules(self, **fields: Any) -> None:
        """The order's scenario as it stands."""
        self.tell(scenario(*self.rules, name="Online", channels=["Web"], **fields))

    def answer(self, erp_code: str, sku: str, units: int) -> None:
        """The location's count for the product; what is held there stays held."""
        place = (erp_code, sku)
        self.free[place] += units - self.counts.get(place, 0)
        self.counts[place] = units
        self.tell(stock(erp_code, sku, str(units)))

    def held_by(self, erp_code: str, sku: str, units: int, **fields: Any) -> tuple[str, int]:
        """An order of before that was not planned here, and units held for it: its number and item."""
        number, item_id = str(next(self.numbers)), next(self.items)
        self.tell(order(number, item(item_id, sku, str(units)), **{"state": "300", **fields}))
        self.tell(
            {"kind": "reservation", "omnitron_id": item_id, "erp_code": erp_code, "quantity": str(units)}
        )
        self.free[erp_code, sku] -= units
        return number, item_id

    def sell(self, erp_code: str, sku: str, units: int) -> tuple[str, int]:
        """An order of before with a package waiting at that location: its number and item."""
        self._open_till(erp_code)
        number, item_id = str(next(self.numbers)), next(self.items)
        self.tell(order(number, item(item_id, sku, str(units)), channel=f"Till {erp_code}"))
        self.free[erp_code, sku] -= units
        self.packages[erp_code] += 1
        return number, item_id

    def deliver(self, sale: tuple[str, int], erp_code: str, sku: str) -> None:
        """The package of a sale leaves the location and reaches its customer."""
        for command in ("pack", "ship", "deliver"):
            self.command(sale, sku, command)
        self.tell({"kind": "order_state", "number": sale[0], "state": "550"})
        self.packages[erp_code] -= 1

    def command(self, sale: tuple[str, int], sku: str, command: str, **fields: Any) -> None:
        self.tell({"kind": "package_command", "number": sale[0], "sku": sku, "command": command, **fields})

    def register(self, sale: tuple[str, int], *, releases: bool) -> None:
        """The ERP takes note of a sale; whether that releases what is held for it."""
        self.tell(
            {"kind": "mapping", "omnitron_id": sale[1], "code": f"ERP-{sale[1]}", "update_stock": releases}
        )

    def order(self) -> None:
        """The order that the case is about arrives, and is planned."""
        wanted = [item(want.item, want.sku, str(want.quantity)) for want in self.wants]
        self.tell(order(NUMBER, *wanted, address=MODA))

    # --- rules ---

    def admits(self, one: Document, erp_code: str) -> bool:
        """Whether a rule lets a location in, said once more in the words of the design."""
        kind = one.get("stock_location_type")
        listed = not one["stock_locations"] or erp_code in one["stock_locations"]
        excepted = erp_code in one.get("except_stock_locations", ())
        return listed and not excepted and kind in (None, self.locations[erp_code]["stock_location_type"])

    def leave_out(self, erp_code: str) -> None:
        """No rule lets the location in, whatever type it asks for: off the list where that leaves one, else
        excepted."""
        for one in self.rules:
            if not self.admits({**one, "stock_location_type": None}, erp_code):
                continue
            if len(one["stock_locations"]) > 1 and self.chance.random() < 0.7:
                one["stock_locations"] = [code for code in one["stock_locations"] if code != erp_code]
            else:
                one["except_stock_locations"] = [*one.get("except_stock_locations", ()), erp_code]

    def let_in(self, erp_code: str) -> None:
        """The main rule lets the location in."""
        if self.rules[-1]["stock_locations"]:
            self.rules[-1]["stock_locations"] = [*self.rules[-1]["stock_locations"], erp_code]

    def _open_till(self, erp_code: str) -> None:
        """A channel whose orders only this location serves, so that what is sold there is sold there."""
        if erp_code not in self.tills:
            self.tills.add(erp_code)
            name = f"Till {erp_code}"
            self.tell(channel(name))
            self.tell(scenario(rule(erp_code), name=name, channels=[name], priority=9))


def build(chance: Random, shape: Shape) -> Shop:
    """A healthy world of that shape, before its order arrives."""
    shop = Shop(chance)
    shop.tell(channel("Web"))
    shop.tell(channel("App"))
    _locations(shop, shape)
    _rules(shop, shape)
    shop.tell_rules()
    _wants(shop, shape)
    return shop


def _locations(shop: Shop, shape: Shape) -> None:
    """Two that have what the order needs, as many more as the lines ask for, and one or two without."""
    chance = shop.chance
    needed = {Layout.TOGETHER: 1, Layout.APART: shape.lines}.get(shape.layout, 2)
    codes = [f"{chance.choice(('WH', 'ST'))}{number}" for number in range(1, needed + 1)]
    idle = [f"ST{number}" for number in range(7, 7 + chance.choice((1, 1, 2)))]
    for code in (*codes, *idle):
        quota = 50 if shape.by_quota else chance.choice((None, 50))
        where = {"latitude": f"41.{chance.randrange(90):02}", "longitude": "28.90"}
        place = where if chance.random() < 0.5 else {}
        shop.add_location(code, priority=chance.choice((1, 2, 3, None)), max_quota=quota, **place)


def _rules(shop: Shop, shape: Shape) -> None:
    """Up to two rules for some locations, then the main rule, which lets in all that there are."""
    chance, codes = shop.chance, list(shop.locations)
    split = shape.split or chance.choice(("line", "quantity"))

    def facts() -> dict[str, Any]:
        order_by = chance.choice(("priority", "priority", "stock", "density", "distance"))
        return {"order_by": order_by, "select_by_quota": shape.by_quota, "split": split}

    for number in range(1, chance.choice((1, 1, 2, 3))):
        some = chance.sample(codes, chance.randint(1, len(codes)))
        kind = chance.choice(("list", "type"))
        listed = some if kind == "list" else []
        only = chance.choice(("store", "warehouse")) if kind == "type" else None
        rule_facts = {"priority": number, "stock_location_type": only, **facts()}
        shop.rules.append(rule(*listed, name=f"first {number}", **rule_facts))
    shop.rules.append(rule(*chance.choice((codes, [])), name="main", priority=9, **facts()))


def _wants(shop: Shop, shape: Shape) -> None:
    """The lines, what lies where for them, and an earlier order for a unit of each at each place."""
    having = [code for code in shop.locations if code not in ("ST7", "ST8")]
    for number in range(1, shape.lines + 1):
        sku = f"TS-{number}"
        shop.tell(product(sku))
        least = 2 if shape.layout is Layout.GATHERED else 1
        quantity = shop.chance.randint(least, 3)
        places = (having[number - 1],) if shape.layout is Layout.APART else tuple(having)
        shop.wants.append(Want(10_000 + number, sku, quantity, places))
        _stock_up(shop, shape, shop.wants[-1])


def _stock_up(shop: Shop, shape: Shape, want: Want) -> None:
    pieces = dict.fromkeys(want.places, want.quantity)
    if shape.layout is Layout.GATHERED:
        first = shop.chance.randint(1, want.quantity - 1)
        pieces = dict(zip(want.places, (first, want.quantity - first), strict=True))
    for code in shop.locations:
        spare = 0 if shape.layout is Layout.GATHERED else shop.chance.choice((0, 0, 1, 4))
        shop.answer(code, want.sku, pieces[code] + 1 + spare if code in pieces else 0)
    for code in want.places:
        shop.sold[code, want.sku] = shop.sell(code, want.sku, 1)
