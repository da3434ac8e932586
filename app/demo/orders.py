"""Orders and packages as the simulated month knows them. Values only; acts.py changes them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.demo.customers import Customer
from app.demo.sales import SalesChannel
from app.domain.facts import Demand, Line

# Codes of app.domain.orders and app.domain.packages, as world scripts carry them.
PLANNABLE = ("400", "450")
UNPACKED = ("100", "200")

# Planning compares no instants of orders; the simulation has moments, not dates.
_PLACED_AT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Item:
    """One line of an order. `quantity` is whole units."""

    omnitron_id: int
    sku: str
    quantity: int
    state: str = "400"
    is_mapped: bool = False
    pieces: list["Piece"] = field(default_factory=list)

    @property
    def is_shipped(self) -> bool:
        """Whether every unit of it has left for the customer."""
        live = [piece for piece in self.pieces if not piece.is_cancelled]
        return bool(live) and all(piece.is_shipped for piece in live)


@dataclass(slots=True)
class Piece:
    """Units of an item that a package carries."""

    item: Item
    erp_code: str
    quantity: int
    is_held: bool = True
    is_shipped: bool = False
    is_cancelled: bool = False


@dataclass(slots=True)
class Package:
    """What one location must ship for an order."""

    order: "Order"
    erp_code: str
    pieces: list[Piece]
    state: str = "100"
    is_under_way: bool = False
    """Somebody has planned when to pack it."""

    @property
    def is_over(self) -> bool:
        """Whether it was cancelled or kept back, so that nothing of it reaches the customer."""
        return self.state in ("600", "1100")

    @property
    def sku(self) -> str:
        """A product it still holds, by which facts name it."""
        return next(piece.item.sku for piece in self.pieces if not piece.is_cancelled)


@dataclass(slots=True)
class Order:
    """A customer's order with what was planned for it. `line` is its world-script line."""

    number: str
    channel: SalesChannel
    customer: Customer
    delivery_type: str
    payment_type: str
    items: list[Item]
    line: dict[str, Any]
    state: str = "400"
    packages: list[Package] = field(default_factory=list)

    def unserved(self) -> list[Item]:
        """Items that are to be served and that no package carries."""
        if self.state not in PLANNABLE:
            return []
        return [
            item
            for item in self.items
            if item.state in PLANNABLE and all(piece.is_cancelled for piece in item.pieces)
        ]

    def demand(self) -> Demand:
        """What the planner is asked for."""
        lines = tuple(Line(item.omnitron_id, item.sku, item.quantity * 100) for item in self.unserved())
        return Demand(
            order_id=0,
            order_number=self.number,
            placed_at=_PLACED_AT,
            channel=self.channel.name,
            payment_type=self.payment_type,
            delivery_type=self.delivery_type,
            lines=lines,
            latitude=self.customer.latitude,
            longitude=self.customer.longitude,
        )
