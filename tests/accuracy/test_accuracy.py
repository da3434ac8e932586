"""The explanation names what was broken, and what it offers works, on some 340 worlds from one seed.

`make accuracy ROUNDS=10` tries ten times as many and prints the table.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest
from flask import Flask

from app import clock
from app.domain.diagnosis.causes import Cause
from app.extensions import db
from tests.accuracy.corpus import SEED, Case, cases, healthy_worlds
from tests.accuracy.report import faults_found, remedies_tried, results_of, share, table
from tests.accuracy.trial import waiting_package
from tests.databases import Backend
from tests.world.scripts import Script

LEAST_TOP_1 = 0.99
PARTS = 6  # tests of their own, so that the workers share them
# Another database reads the same facts; that it does is shown by some of them.
OF_OTHERS_EVERY = 12


def test_the_corpus_is_large_and_knows_every_cause() -> None:
    told = list(cases())
    assert len(told) >= 300
    assert {case.label.cause for case in told} == {cause.value for cause in Cause}
    assert len({(case.group, case.name) for case in told}) == len(told)
    assert min(Counter(case.label.cause for case in told).values()) >= 5


def test_the_same_seed_tells_the_same_worlds() -> None:
    assert list(islice(cases(), 120)) == list(islice(cases(), 120))
    assert [case.lines for case in cases(SEED + 1)] != [case.lines for case in cases()]


def test_where_nothing_is_broken_the_order_is_served(app: Flask, backend: Backend) -> None:
    number = 12 if backend.name == "sqlite" else 3
    assert [case.name for case in healthy_worlds(SEED, number) if is_waiting(case, app, backend)] == []


def is_waiting(case: Case, app: Flask, backend: Backend) -> bool:
    script = Script(case.lines)
    with app.app_context():
        script.load()
        with clock.at(script.at):
            waits = waiting_package() is not None
        db.session.remove()
    backend.restore(app)
    return waits


@pytest.mark.parametrize("part", range(PARTS))
def test_the_explanation_names_what_was_broken_and_its_remedies_work(
    app: Flask, backend: Backend, part: int
) -> None:
    told = list(cases())[part::PARTS]
    if backend.name != "sqlite":
        told = told[::OF_OTHERS_EVERY]
    results = list(results_of(told, app, backend.restore))
    print(table(results))
    amiss = "\n".join(faults_found(results))
    assert share(results, lambda one: one.is_right) >= LEAST_TOP_1, amiss
    assert share(results, lambda one: one.names_it) >= LEAST_TOP_1, amiss
    assert remedies_tried(results)[1] == 0, amiss
    assert not any(one.wrongly_gave_up for one in results), amiss
    assert [note for one in results for note in one.wrong] == [], amiss
    assert [one.case.name for one in results if one.determined is not (one.cause != "no_stock_answer")] == []
