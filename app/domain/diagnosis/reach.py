"""How far a set of changes could reach at best: a bound that saves runs of the planner, never a verdict.

It adds up the ways that a set opens, as if lines did not compete for places. What it rules out cannot
serve; what it lets pass is for the planner to prove.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations

from app.domain.diagnosis.changes import Change
from app.domain.diagnosis.gains import Bits, Gain, Usable
from app.domain.diagnosis.ways import Rank, Way, Ways
from app.domain.facts import Line, Split

Numbers = tuple[int, ...]
"""A set of changes by their numbers, ascending. A cheaper change has a lower number."""


class Reach:
    """The changes that open some way, and how far sets of one or two of them could reach."""

    def __init__(self, ways: Ways) -> None:
        self._grounds = ways.grounds
        self._needed = ways.needed
        self._spares_quota = ways.a_line_may_spare_another_the_quota
        self._lines = {1 << place: line for place, line in enumerate(ways.lines)}
        self._everything: Bits = sum(self._lines)
        found = list(ways)
        self._changes = _cheapest_first(found)
        self._ranks: dict[Numbers, Rank] = {}
        self._gains = self._add_up(found, Usable(ways.lines))

    def changes(self, numbers: Numbers) -> tuple[Change, ...]:
        """The changes of these numbers."""
        return tuple(self._changes[number] for number in numbers)

    def sets_for_all(self, size: int) -> Iterator[Numbers]:
        """The sets of one or two changes that could serve every line, in order of preference."""
        candidates = self._singles() if size == 1 else self._pairs(self._everything)
        return (numbers for numbers in candidates if self._could_serve_all(numbers))

    def sets_for(self, size: int, line: Line, units: int) -> Iterator[Numbers]:
        """The sets of one or two changes that could help to serve this line, in order of preference.

        `units` is how many hundredths of its product it takes, with the lines that are served before it.
        """
        bit = next(bit for bit, known in self._lines.items() if known.order_item_id == line.order_item_id)
        candidates = self._singles() if size == 1 else self._pairs(bit)
        lacks_only_units = self._served(()) & bit and not self._spares_quota
        for numbers in candidates:
            gains = self._within(numbers)
            if lacks_only_units and not any(
                gain.lines & bit or gain.units.get(line.sku) for gain in gains[1:]
            ):
                continue
            if sum(gain.units.get(line.sku, 0) for gain in gains) >= units and self._served(numbers) & bit:
                yield numbers

    def most_units(self, sku: str) -> int:
        """Hundredths of the product that could be used if everything were changed."""
        most: dict[str, int] = {}
        for gain in self._gains.values():
            for (known, code), units in gain.units_at.items():
                if known == sku:
                    most[code] = max(units, most.get(code, 0))
        return sum(most.values())

    def _add_up(self, ways: list[Way], usable: Usable) -> dict[Numbers, Gain]:
        bits = {line.order_item_id: bit for bit, line in self._lines.items()}
        numbers = {change: number for number, change in enumerate(self._changes)}
        gains: dict[Numbers, Gain] = {(): Gain()}
        for way in ways:
            opened_by = tuple(sorted(numbers[change] for change in way.changes))
            gains.setdefault(opened_by, Gain()).add(way, bits[way.line.order_item_id], usable)
            self._ranks[opened_by] = min(way.rank, self._ranks.get(opened_by, way.rank))
        for gain in gains.values():
            gain.add_up(beside=gains[()])
        return gains

    def _could_serve_all(self, numbers: Numbers) -> bool:
        gains = self._within(numbers)
        for sku, needed in self._needed.items():
            if sum(gain.units.get(sku, 0) for gain in gains) < needed:
                return False
        return self._served(numbers) == self._everything

    def _served(self, numbers: Numbers) -> Bits:
        """Every line that could be served after the changes, if it were not for the others."""
        gains = self._within(numbers)
        served = 0
        for ground in self._grounds:
            if ground.rule.split is Split.NONE:
                if self._one_place_serves_the_rest(ground.number, gains, served):
                    return self._everything
                continue
            for gain in gains:
                served |= gain.whole.get(ground.number, 0)
            if ground.rule.split is Split.QUANTITY:
                served |= self._gathered(ground.number, gains)
        return served

    def _within(self, numbers: Numbers) -> list[Gain]:
        """The gains of the set and of the smaller sets in it, that of no change first."""
        sets = (some for size in range(len(numbers) + 1) for some in combinations(numbers, size))
        return [self._gains[some] for some in sets if some in self._gains]

    def _one_place_serves_the_rest(self, ground: int, gains: list[Gain], served: Bits) -> bool:
        there: dict[str, Bits] = {}
        for gain in gains:
            for code, lines in gain.together.get(ground, {}).items():
                there[code] = there.get(code, 0) | lines
        rest = self._everything & ~served
        return any(not rest & ~lines and self._has_units(code, gains, rest) for code, lines in there.items())

    def _has_units(self, code: str, gains: list[Gain], lines: Bits) -> bool:
        """Whether the location has enough for all lines of each product together."""
        needed: dict[str, int] = {}
        for bit, line in self._lines.items():
            if bit & lines:
                needed[line.sku] = needed.get(line.sku, 0) + line.needed
        return all(
            max(gain.units_at.get((sku, code), 0) for gain in gains) >= units for sku, units in needed.items()
        )

    def _gathered(self, ground: int, gains: list[Gain]) -> Bits:
        served = 0
        for bit, line in self._lines.items():
            if sum(gain.pieces.get((ground, bit), 0) for gain in gains) >= line.needed:
                served |= bit
        return served

    def _singles(self) -> list[Numbers]:
        return sorted((numbers for numbers in self._gains if len(numbers) == 1), key=self._preference)

    def _pairs(self, lines: Bits) -> list[Numbers]:
        """Pairs in which each of these lines that has no way yet gets one."""
        missing = lines & ~self._gains[()].lines
        pairs = {numbers for numbers in self._gains if len(numbers) == 2 and self._opens(numbers, missing)}
        opened = sorted((numbers[0], self._gains[numbers].lines) for numbers in self._singles())
        for place, (number, first) in enumerate(opened):
            rest = missing & ~first
            pairs.update((number, other) for other, second in opened[place + 1 :] if not rest & ~second)
        return sorted(pairs, key=self._preference)

    def _opens(self, numbers: Numbers, lines: Bits) -> bool:
        opened = 0
        for gain in self._within(numbers):
            opened |= gain.lines
        return not lines & ~opened

    def _preference(self, numbers: Numbers) -> tuple[object, ...]:
        """Sort key of sets of one size: their costs one by one, then the rules and locations they open."""
        costs = tuple(self._changes[number].cost for number in numbers)
        own = self._ranks.get(numbers)
        ranks = (own,) if own else tuple(self._ranks[(number,)] for number in numbers)
        return (costs, ranks, numbers)


def _cheapest_first(ways: Iterable[Way]) -> list[Change]:
    """Every change of these ways once; of equal costs the one that is tried first."""
    ranks: dict[Change, Rank] = {}
    for way in ways:
        for change in way.changes:
            ranks[change] = min(way.rank, ranks.get(change, way.rank))
    return sorted(ranks, key=lambda change: (change.cost, ranks[change], change.subject))
