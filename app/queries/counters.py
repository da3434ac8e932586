"""What the counters say: how long a list is, block by block, and the versions of reference tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import BigInteger, bindparam, cast, func, select

from app.extensions import db
from app.models.columns import table
from app.models.counters import CHANNELS, GEOGRAPHY, PRODUCTS, SALES_LISTS, STATES, Counter
from app.models.list_parameters import one_of

REFERENCE_VERSIONS = (STATES, CHANNELS, GEOGRAPHY, SALES_LISTS, PRODUCTS)

Blocks = Sequence[tuple[int, int]]
"""Blocks with their sums, the highest block first."""

_counters = table(Counter).c
_sum = cast(func.sum(_counters.n), BigInteger)
_SUMS = (
    select(_counters.name, _counters.block, _sum)
    .where(one_of(_counters.name, "names"))
    .group_by(_counters.name, _counters.block)
    .order_by(_counters.name, _counters.block.desc())
)
_BLOCKS_BETWEEN = (
    select(_counters.block, _sum)
    .where(
        _counters.name == bindparam("name"),
        _counters.block.between(bindparam("first"), bindparam("last")),
    )
    .group_by(_counters.block)
    .order_by(_counters.block.desc())
)


def read(names: Collection[str]) -> Mapping[str, Blocks]:
    """The counters of these names, all as of one instant. One that never counted has no blocks."""
    found: dict[str, list[tuple[int, int]]] = {name: [] for name in names}
    for name, block, n in db.session.connection().execute(_SUMS, {"names": names}).all():
        found[name].append((block, n))
    return found


def read_between(name: str, first: int, last: int) -> Blocks:
    """The blocks of one counter from `first` to `last`, both included."""
    found = {"name": name, "first": first, "last": last}
    return [(block, n) for block, n in db.session.connection().execute(_BLOCKS_BETWEEN, found).all()]


def total(blocks: Blocks) -> int:
    """The sum of all blocks: the number of rows of a list, or a version."""
    return sum(n for _, n in blocks)
