"""What a set of changes opens beside what is open without it: the sums a bound on remedies is made of."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import TypeVar

from app.domain.diagnosis.ways import Way
from app.domain.facts import Line, Split

Key = TypeVar("Key")

Bits = int
"""A set of lines, one bit each."""


class Usable:
    """How many of a location's free units the lines could use: whole lines, where a rule wants that."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._sums: dict[str, list[int]] = {}
        for line in lines:
            known = self._sums.get(line.sku, [0])
            self._sums[line.sku] = sorted({*known, *(total + line.needed for total in known)})

    def units(self, way: Way) -> int:
        """Hundredths."""
        sums = self._sums[way.line.sku]
        if way.ground.rule.split is Split.QUANTITY:
            return min(way.free, sums[-1])
        return sums[bisect_right(sums, way.free) - 1]


class Gain:
    """The ways of one set of changes, added up over locations."""

    def __init__(self) -> None:
        self.lines: Bits = 0
        """Those with any way."""
        self.whole: dict[int, Bits] = {}
        """By ground: the lines that some one location could serve."""
        self.together: dict[int, dict[str, Bits]] = {}
        """By ground that wants all at one location, and location: the lines it could serve."""
        self.pieces: dict[tuple[int, Bits], int] = {}
        """By ground that splits within a line, and line: hundredths from all locations."""
        self.units: dict[str, int] = {}
        """By product: hundredths from all locations, as far as lines could use them."""
        self._pieces: dict[tuple[int, Bits, str], int] = {}
        self.units_at: dict[tuple[str, str], int] = {}
        """By product and location."""

    def add(self, way: Way, bit: Bits, usable: Usable) -> None:
        """Count one way; `bit` is its line's."""
        ground, code, line = way.ground.number, way.erp_code, way.line
        self.lines |= bit
        if way.ground.rule.split is Split.NONE:
            there = self.together.setdefault(ground, {})
            there[code] = there.get(code, 0) | bit
        elif way.free >= line.needed:
            self.whole[ground] = self.whole.get(ground, 0) | bit
        if way.ground.rule.split is Split.QUANTITY:
            _raise_to(self._pieces, (ground, bit, code), min(way.free, line.needed))
        _raise_to(self.units_at, (line.sku, code), usable.units(way))

    def add_up(self, beside: "Gain") -> None:
        """Sum over locations what is gained there beside another gain, which may be this one's own base."""
        for (ground, bit, code), units in self._pieces.items():
            more = units if self is beside else units - beside._pieces.get((ground, bit, code), 0)
            self.pieces[(ground, bit)] = self.pieces.get((ground, bit), 0) + max(0, more)
        for (sku, code), units in self.units_at.items():
            more = units if self is beside else units - beside.units_at.get((sku, code), 0)
            self.units[sku] = self.units.get(sku, 0) + max(0, more)


def _raise_to(most: dict[Key, int], key: Key, units: int) -> None:
    if units > most.get(key, 0):
        most[key] = units
