"""The accuracy table: `python -m tests.accuracy.report [--rounds N] [--seed N]`."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from flask import Flask

from app import create_app
from app.extensions import db
from tests.accuracy.corpus import SEED, Case, cases
from tests.accuracy.trial import Result, try_case
from tests.databases import SqliteFile, make_run_folder


def results_of(wanted: Iterable[Case], app: Flask, put_back: Callable[[Flask], None]) -> Iterator[Result]:
    """Each case tried in a database of its own: `put_back` empties it again."""
    for case in wanted:
        with app.app_context():
            yield try_case(case)
            db.session.remove()
        put_back(app)


def table(results: Sequence[Result]) -> str:
    """By cause: how many cases, how many got it right and name what was broken, and how remedies fared."""
    lines = [f"{'what was broken':<26}{'cases':>7}{'top-1':>9}{'names it':>10}{'remedies':>10}{'served':>9}"]
    causes = Counter(one.case.label.cause for one in results)
    for cause in sorted(causes):
        lines.append(_row(cause, [one for one in results if one.case.label.cause == cause]))
    lines.append(_row("all", results))
    open_ones = sum(not one.determined for one in results)
    expected = sum(not one.case.label.determined for one in results)
    gave_up = sum(one.wrongly_gave_up for one in results)
    lines += [
        "",
        f"undetermined: {open_ones} ({open_ones / len(results):.1%}), expected {expected}",
        f"wrong 'nothing helps': {gave_up}",
    ]
    return "\n".join(lines)


def faults_found(results: Iterable[Result]) -> list[str]:
    """A line for each case with anything amiss."""
    amiss = []
    for one in results:
        notes = [*one.failed, *one.wrong]
        if not one.is_right or one.determined is not one.case.label.determined:
            notes.append(f"said {one.cause}")
        elif not one.names_it:
            notes.append("names something else")
        if notes:
            label = one.case.label.cause
            amiss.append(f"{one.case.group}: {one.case.name} [{label}]: {'; '.join(notes)}")
    return amiss


def share(results: Sequence[Result], holds: Callable[[Result], bool]) -> float:
    """Of all results, those for which it holds: 0 to 1."""
    return sum(holds(one) for one in results) / len(results)


def remedies_tried(results: Sequence[Result]) -> tuple[int, int]:
    """How many remedies were applied, also those for some lines only, and how many of them failed."""
    return sum(one.tried for one in results), sum(len(one.failed) for one in results)


def _row(name: str, results: Sequence[Result]) -> str:
    tried, failed = remedies_tried(results)
    right = share(results, lambda one: one.is_right)
    named = share(results, lambda one: one.names_it)
    served = f"{(tried - failed) / tried:.1%}" if tried else "-"
    return f"{name:<26}{len(results):>7}{right:>9.1%}{named:>10.1%}{tried:>10}{served:>9}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, and every case with anything amiss; 1 when there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="rounds of generated cases")
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args(arguments)
    folder = make_run_folder()
    try:
        database = SqliteFile(folder, "accuracy")
        app = create_app(
            {"DATABASE_URL": database.url, "QUEUE_URL": "memory://", "INSTANCE_PATH": folder / "instance"}
        )
        results = list(results_of(cases(chosen.seed, chosen.rounds), app, database.restore))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(table(results))
    amiss = faults_found(results)
    print("\n".join(["", *amiss]) if amiss else "")
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main())
