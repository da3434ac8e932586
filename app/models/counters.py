"""Sums kept by triggers: how many rows the long lists have, and versions of the reference tables.

A counter's value is the sum of its rows. On SQLite it has one row; on PostgreSQL every change adds one,
so that writers never wait for each other, and the rows are folded into one now and then.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import KeyText, primary_key

BLOCK_BITS = 12
"""A block is 4,096 neighbouring keys of a list: row ids, or seconds where the list goes by date."""
SPAN_BITS = 19
"""A span is 128 neighbouring blocks."""


class Counter(Base):
    """A part of the sum `name`; counters of a list have one sum for each block or span."""

    __tablename__ = "counters"
    __table_args__ = (Index("ix_counters_name", "name", "block"),)

    id: Mapped[int] = primary_key()
    name: Mapped[str] = mapped_column(KeyText(50))
    block: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True, slots=True)
class CountedList:
    """A list whose rows are counted by blocks; `date` is the column it goes by, None: the row's id."""

    table: str
    date: str | None = None

    @property
    def blocks(self) -> str:
        """The name of its counters by blocks."""
        return f"{self.table}.blocks"

    @property
    def spans(self) -> str:
        """The name of its counters by spans."""
        return f"{self.table}.spans"

    @property
    def sums(self) -> tuple[tuple[str, int], ...]:
        """The names of its counters, and how many bits of a key each leaves out."""
        return ((self.blocks, BLOCK_BITS), (self.spans, SPAN_BITS))


ORDERS = CountedList("orders")
STOCK_LOG = CountedList("stock_log_entries", date="date")
COUNTED_LISTS = (ORDERS, STOCK_LOG)

STATES, CHANNELS, GEOGRAPHY, SALES_LISTS, PRODUCTS = (
    f"{name}.version" for name in ("states", "channels", "geography", "sales_lists", "products")
)
VERSIONED_TABLES: Mapping[str, str] = {
    "content_types": STATES,
    "states": STATES,
    "channels": CHANNELS,
    "countries": GEOGRAPHY,
    "cities": GEOGRAPHY,
    "townships": GEOGRAPHY,
    "districts": GEOGRAPHY,
    "price_lists": SALES_LISTS,
    "stock_lists": SALES_LISTS,
    "products": PRODUCTS,
    "product_images": PRODUCTS,
}
"""Reference tables → the counter that a change of any of their rows moves on.

It moves by a random step: the value that an undone transaction had never comes back with other rows.
"""
