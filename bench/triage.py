"""How long the triage of thousands of waiting packages takes, and counting their causes.

python -m bench triage [--packages N]. Seconds are the processor's: the machine may be shared. Only what
PostgreSQL does takes another process, so its time is that of the clock.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from time import perf_counter, process_time
from typing import TypeVar

from sqlalchemy import event, text

from app.domain.diagnosis.triage import JointFix, joint_fixes
from app.extensions import db
from app.queries import overview, triage
from app.services.unit_of_work import unit_of_work
from bench import waiting_rows
from bench.api_databases import POSTGRESQL, bench_folder, places
from bench.waiting_rows import CAUSES
from bench.waiting_world import NOW, WaitingShop, build
from bench.worlds import fresh_application, table

PACKAGES, COUNTED = 10_000, 100_000
SECONDS, COUNTING_MS, COUNTING_POSTGRESQL_MS = 60, 15, 30
ROUNDS = 30
FIRST_COPY = 3_000_001

Result = TypeVar("Result")


def main(words: Sequence[str] = ()) -> None:
    """Triage in memory, then the same from a database, then the counting of many kept causes."""
    parser = argparse.ArgumentParser(prog="python -m bench triage")
    parser.add_argument("--packages", type=int, default=PACKAGES)
    packages = parser.parse_args(list(words)).packages
    shop = build(packages)
    fixes, seconds = _timed(lambda: joint_fixes(shop.queue, shop.world))
    rows = [
        [f"joint fixes of {packages:,} packages, 60 locations", f"{seconds:.1f} s", f"≤ {SECONDS} s"],
        ["fixes found; packages they serve", f"{len(fixes)}; {_served(fixes):,}", ""],
    ]
    rows += [*_stored(shop, fixes), _counted_by_postgresql(shop)]
    table(["what", "measured", "goal"], rows)


def _stored(shop: WaitingShop, fixes: Sequence[JointFix]) -> list[list[str]]:
    with fresh_application() as app, app.app_context():
        waiting_rows.store(shop)
        with _counted() as statements:
            found, seconds = _timed(lambda: triage.find_triage(NOW))
        if _served(found.fixes) != _served(fixes):
            raise AssertionError("the stored world is not the one in memory")
        db.session.rollback()
        return [
            ["the same from a database (SQLite), with rule lint", f"{seconds:.1f} s", f"≤ {SECONDS} s"],
            ["statements for that", str(len(statements)), ""],
            ["memory of the whole process at most", f"{_most_memory():.0f} MB", ""],
            [
                f"counting {COUNTED:,} kept causes (SQLite)",
                f"{_counting(len(shop.queue), process_time):.1f} ms",
                f"≤ {COUNTING_MS} ms",
            ],
        ]


def _counted_by_postgresql(shop: WaitingShop) -> list[str]:
    with bench_folder() as folder, places(folder, [POSTGRESQL], None) as (place,):
        url = place.make("stocktrace_bench_triage")
        with fresh_application(url) as app, app.app_context():
            waiting_rows.store(shop)
            counting = _counting(len(shop.queue), perf_counter)
            db.session.remove()
            db.engine.dispose()
        place.drop("stocktrace_bench_triage")
    what = f"counting {COUNTED:,} kept causes (PostgreSQL)"
    return [what, f"{counting:.1f} ms", f"≤ {COUNTING_POSTGRESQL_MS} ms"]


def _counting(known: int, seconds: Callable[[], float]) -> float:
    """Milliseconds, the median of some rounds, once so many packages wait; `known` of them do already."""
    with unit_of_work(exclusive=True):
        _copy_first("orders", {"number": "i"}, COUNTED - known)
        _copy_first("packages", {"order_id": "i", "number": "i", "cause": _some_cause("i")}, COUNTED - known)
    if sum(one.packages for one in overview.count_by_cause()) != COUNTED:
        raise AssertionError(f"not {COUNTED} packages are counted")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM"))
        connection.execute(text("ANALYZE"))
    return median(_timed(overview.count_by_cause, seconds)[1] for _ in range(ROUNDS)) * 1000


def _copy_first(name: str, changed: dict[str, str], rows: int) -> None:
    """Copies of the row 1 of a table, numbered from FIRST_COPY, with some columns changed."""
    first = db.session.execute(text(f"SELECT * FROM {name} WHERE id = 1")).mappings().one()
    kept = [column for column in first if column != "id" and column not in changed]
    into = ", ".join(["id", *changed, *kept])
    values = ", ".join(["i", *changed.values(), *(f"first.{column}" for column in kept)])
    numbers = f"WITH RECURSIVE n(i) AS (SELECT {FIRST_COPY} UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
    copied = f"INSERT INTO {name} ({into}) {numbers} SELECT {values} FROM n, {name} first WHERE first.id = 1"
    db.session.execute(text(copied), {"last": FIRST_COPY + rows - 1})


def _some_cause(number: str) -> str:
    cases = " ".join(f"WHEN {place} THEN '{cause}'" for place, cause in enumerate(CAUSES))
    return f"CASE {number} % {len(CAUSES)} {cases} END"


def _timed(act: Callable[[], Result], seconds: Callable[[], float] = process_time) -> tuple[Result, float]:
    started = seconds()
    found = act()
    return found, seconds() - started


def _served(fixes: Sequence[JointFix]) -> int:
    return sum(len(fix.served) for fix in fixes)


def _most_memory() -> float:
    """Megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def _counted() -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
