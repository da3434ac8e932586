"""Where a page of a long list begins, found by its counters: as near on the last page as on the first."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.counters import BLOCK_BITS, SPAN_BITS, CountedList
from app.queries import counters
from app.queries.counters import Blocks

_NO_BOUND = 2**62
_BLOCKS_A_SPAN = SPAN_BITS - BLOCK_BITS


@dataclass(frozen=True, slots=True)
class Start:
    """The page begins `skipped` rows after the newest row whose key is below `bound`."""

    bound: int
    skipped: int


def start_of(counted: CountedList, spans: Blocks, offset: int) -> Start:
    """Where the row with `offset` rows before it is, the highest keys first. `spans` were just read.

    Asks one narrow question, and none for the first page. At most a block's rows are left to skip.
    """
    if offset == 0:
        return Start(_NO_BOUND, 0)
    span, rest = _find(spans, offset)
    first = span << _BLOCKS_A_SPAN
    blocks = counters.read_between(counted.blocks, first, first + (1 << _BLOCKS_A_SPAN) - 1)
    block, rest = _find(blocks, rest)
    return Start((block + 1) << BLOCK_BITS, rest)


def _find(blocks: Blocks, offset: int) -> tuple[int, int]:
    """The block that holds the row, and how many of the block's own rows come before it.

    Rows may have gone since the offset was chosen: then everything that is left comes before it.
    """
    for block, n in blocks:
        if offset < n:
            return block, offset
        offset -= n
    return blocks[0][0] if blocks else 0, _NO_BOUND
