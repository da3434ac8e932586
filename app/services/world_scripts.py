"""World scripts: one file format for imports, incident replays, labelled cases and the demo world.

Loading replays every line through the ordinary acts, with the clock set to the line's instant, in one
transaction. Dumping writes the journal of facts as such lines. Source: diagnosis.md, section 6.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select

from app import clock, databases
from app.domain.errors import Invalid, Refused, StocktraceError
from app.extensions import db
from app.models.columns import table
from app.models.facts import Fact
from app.services import order_keys, stock, world_lines
from app.services.documents.events import StockDocument
from app.services.documents.values import body_of
from app.services.stock import Answer
from app.services.unit_of_work import UnitOfWork, unit_of_work
from app.services.world_acts import ACTS
from app.services.world_lines import BadLine, WorldLine

# So many journal rows wait in memory at most, and so many are read from it at once.
_KEPT_LINES = 2_000

_facts = table(Fact).c
_NEXT_FACTS = (
    select(_facts.id, _facts.at, _facts.kind, _facts.body)
    .where(_facts.id > bindparam("last"))
    .order_by(_facts.id)
    .limit(_KEPT_LINES)
)


@dataclass(slots=True)
class LoadResult:
    """How many facts were loaded, in all and of each kind."""

    facts: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)

    def count(self, kind: str) -> None:
        self.facts += 1
        self.by_kind[kind] += 1


def load(lines: Iterable[bytes], *, emit: bool = False) -> LoadResult:
    """Replay the lines of a world script, all or nothing.

    With `emit` the facts owe webhooks their events and orders new plannings, as if they happened now.
    Raises world_lines.BadLine for the first line that cannot be used. Nobody else writes meanwhile.
    """
    result = LoadResult()
    with _collector_at_rest(), unit_of_work(exclusive=True) as work:
        work.is_silent = not emit
        order_keys.begin(work)
        answers: list[Answer] = []
        for line in world_lines.read_lines(lines):
            _replay(work, line, answers)
            result.count(line.kind)
            if result.facts % _KEPT_LINES == 0:
                _store_answers(work, answers)
                work.store_ledger()
                work.count_later()
        _store_answers(work, answers)
        if result.facts >= _KEPT_LINES:
            databases.count_rows_anew(db.session.connection())
    return result


def dump() -> Iterator[bytes]:
    """Every recorded fact as a line of a world script, in the order in which they were recorded."""
    last = 0
    while rows := db.session.execute(_NEXT_FACTS, {"last": last}).all():
        for row in rows:
            yield world_lines.write_line(row.at, row.kind, row.body)
        last = rows[-1].id


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Loading makes millions of objects and hardly a cycle: looking for them took a twentieth of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _replay(work: UnitOfWork, line: WorldLine, answers: list[Answer]) -> None:
    """Carry out one line; stock answers wait until something else happens, which may look at them."""
    try:
        if isinstance(line.document, StockDocument):
            answers.append(stock.answer_of(work, line.document, line.at))
            return
        _store_answers(work, answers)
        recorded = work.recorded
        with clock.at(line.at):
            ACTS[line.kind](work, line.document)
            if work.recorded == recorded:
                # It changed nothing; a dump tells it all the same.
                work.record(line.kind, body_of(line.document))
    except StocktraceError as error:
        raise _bad_line(line, error) from error


def _store_answers(work: UnitOfWork, answers: list[Answer]) -> None:
    stock.store(work, answers)
    answers.clear()


def _bad_line(line: WorldLine, error: StocktraceError) -> BadLine:
    if isinstance(error, Invalid):
        name, reasons = next(iter(error.errors.items()))
        return BadLine(line.number, name, "; ".join(reasons))
    if isinstance(error, Refused) and error.code in _REFUSALS:
        name, reason = _REFUSALS[error.code]
        return BadLine(line.number, name, reason.format_map(error.params))
    return BadLine(line.number, None, f"cannot be carried out: {error}")


# Refused code → the field that asked for it, and why not.
_REFUSALS = {
    "package_command": ("command", "is {command}, which a package in state {state} does not allow"),
    "mapped_otherwise": ("code", "differs from {stored_code}, by which the ERP knows this item already"),
}
