"""A reason as a code with parameters and evidence; wording.py makes the words.

Every phrase rests on recorded facts, each named as evidence, and blames no other object.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.looks import LocationLook
from app.domain.diagnosis.remedies import Remedy
from app.domain.facts import Demand, Line, Scenario, World

MOST_EVIDENCE = 5
"""Records named by one phrase: enough to look into, few enough to read."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record that proves a phrase: its kind (the noun of its page) and its id."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """A code with what the words need. Quantities are hundredths, instants are aware."""

    code: str
    params: Mapping[str, object]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What phrases are made from."""

    demand: Demand
    world: World
    scenario: Scenario | None
    lines: Sequence[Line]
    looks: Mapping[int, Sequence[LocationLook]]
    remedies: Sequence[Remedy]
    causes: Mapping[int, Cause] = field(default_factory=dict)

    def first_line(self, cause: Cause | None = None) -> Line:
        """The line a sentence speaks of: the first of that cause, else the first."""
        found = [line for line in self.lines if self.causes.get(line.order_item_id) is cause]
        return (found or list(self.lines))[0]

    def look(self, line: Line, erp_code: str) -> LocationLook:
        """How that location looked for the line."""
        return next(one for one in self.looks[line.order_item_id] if one.location.erp_code == erp_code)

    def line_of(self, sku: str) -> Line:
        """The line that asks for the product; of several the first that nothing serves yet."""
        return self._first_waiting([line for line in self.lines if line.sku == sku])

    def served_line(self, erp_code: str) -> Line:
        """The line that the first remedy serves from the location; of several the first not served yet."""
        items = {grant.order_item_id for grant in self.remedies[0].proof.grants if grant.erp_code == erp_code}
        return self._first_waiting([line for line in self.lines if line.order_item_id in items])

    def _first_waiting(self, lines: Sequence[Line]) -> Line:
        among = lines or self.lines
        waiting = (line for line in among if self.causes.get(line.order_item_id) is not Cause.SERVED_NOW)
        return next(waiting, among[0])
