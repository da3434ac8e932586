"""Batches: planned, started once, run row by row, called off in between, and taken up after a kill."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock, config
from app.databases import DatabaseBusy
from app.domain.errors import NotFound, Refused
from app.extensions import db
from app.models import AuditEntry, Batch, BatchRow, Product
from app.queries import batches as watched
from app.queries.batches import BatchFilter, BatchLine
from app.services import audit, batch_runs, batches
from app.services.batches import PlannedRow
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.databases import Backend

pytestmark = pytest.mark.usefixtures("db_session")

KIND = "test.rename"


def rename(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Rename a product, unless the row says what should go wrong afterwards."""
    with unit_of_work() as work:
        product = arguments["product"]
        db.session.execute(update(Product).where(Product.id == product).values(name="renamed"))
        work.audit("product.renamed", "product", product)
        if arguments.get("refuse"):
            raise Refused("package_served", package=product)
        if arguments.get("missing"):
            raise NotFound("product", product)
        if arguments.get("break"):
            raise RuntimeError("out of order")
    return {"product": product}


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(batches._acts, KIND, rename)
    yield


def planned(*each: Mapping[str, Any], **fields: Any) -> int:
    """A batch with a row for each mapping, each about a product of its own."""
    rows = [PlannedRow(f"row {place}", {"product": a_product(), **one}) for place, one in enumerate(each, 1)]
    return batches.plan_batch(KIND, rows, **fields)


def a_product() -> int:
    return builders.a_product(name="as it was").id


def lines(batch_id: int) -> list[BatchLine]:
    db.session.rollback()
    return list(watched.batch_rows(batch_id, None, 1, 200).rows)


def states(batch_id: int) -> list[str]:
    return [one.state for one in lines(batch_id)]


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Product.name).order_by(Product.id)))


def actions(object_type: str = "batch") -> list[tuple[str, str]]:
    entries = select(AuditEntry.action, AuditEntry.actor).where(AuditEntry.object_type == object_type)
    return [tuple(row) for row in db.session.execute(entries.order_by(AuditEntry.id))]


def test_nothing_is_done_before_it_is_started() -> None:
    batch = planned({}, {}, reason="because", title={"n": 2}, back="/packages/")
    assert batch_runs.run_batch(batch) is False
    assert (states(batch), names()) == (["planned"] * 2, ["as it was"] * 2)
    head = watched.find_batch(batch)
    assert (head.kind, head.reason, head.title, head.back) == (KIND, "because", {"n": 2}, "/packages/")
    assert (head.total, head.settled, head.is_planned) == (2, 0, True)


def test_a_started_batch_does_every_row_in_the_name_of_who_started_it() -> None:
    batch = planned({}, {})
    with audit.acting_as("ayse", builders.a_user("ayse").id):
        batches.start_batch(batch)
    assert batch_runs.run_batch(batch) is False
    assert [(one.state, one.result) for one in lines(batch)] == [
        ("done", {"product": one.arguments["product"]}) for one in lines(batch)
    ]
    assert names() == ["renamed"] * 2
    assert actions() == [("batch.planned", "system"), ("batch.started", "ayse"), ("batch.finished", "ayse")]
    assert actions("product") == [("product.renamed", "ayse")] * 2
    assert watched.find_batch(batch).state == "finished"


def test_a_refused_row_undoes_itself_and_says_why_while_the_others_go_on() -> None:
    batch = planned({}, {"refuse": True}, {"missing": True}, {})
    batches.start_batch(batch)
    batch_runs.run_batch(batch)
    assert states(batch) == ["done", "refused", "refused", "done"]
    assert names() == ["renamed", "as it was", "as it was", "renamed"]
    refused = lines(batch)[1]
    assert (refused.code, refused.params) == ("package_served", {"package": refused.arguments["product"]})
    assert lines(batch)[2].code == "not_found"
    assert len(actions("product")) == 2


def test_a_row_that_breaks_is_told_and_keeps_nobody_else_away() -> None:
    batch = planned({"break": True}, {})
    batches.start_batch(batch)
    batch_runs.run_batch(batch)
    assert (states(batch), names()) == (["failed", "done"], ["as it was", "renamed"])
    assert "out of order" not in str(lines(batch)[0])


def test_after_a_required_row_that_was_refused_the_rest_is_skipped() -> None:
    rows = [
        PlannedRow("first", {"product": a_product(), "refuse": True}, is_required=True),
        PlannedRow("second", {"product": a_product()}),
    ]
    batch = batches.plan_batch(KIND, rows)
    batches.start_batch(batch)
    batch_runs.run_batch(batch)
    assert (states(batch), names()) == (["refused", "skipped"], ["as it was"] * 2)
    assert watched.find_batch(batch).state == "finished"


def test_starting_twice_is_refused() -> None:
    batch = planned({})
    batches.start_batch(batch)
    with pytest.raises(Refused, match="batch_started"):
        batches.start_batch(batch)


def test_a_batch_without_rows_or_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Refused, match="batch_empty"):
        batches.plan_batch(KIND, [])
    with pytest.raises(NotFound):
        batches.plan_batch("nobody's", [PlannedRow("x", {})])
    with pytest.raises(NotFound):
        batches.start_batch(99)


def test_a_plan_that_is_called_off_can_not_be_started() -> None:
    batch = planned({}, {})
    batches.cancel_batch(batch)
    assert states(batch) == ["skipped"] * 2
    with pytest.raises(Refused, match="batch_started"):
        batches.start_batch(batch)
    with pytest.raises(Refused, match="batch_ended"):
        batches.cancel_batch(batch)


def test_cancelling_takes_effect_between_two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = planned({}, {}, {})
    batches.start_batch(batch)
    assert batch_runs.run_batch(batch, seconds=0) is True
    batches.cancel_batch(batch)
    assert batch_runs.run_batch(batch) is False
    assert states(batch) == ["done", "skipped", "skipped"]
    assert [action for action, _ in actions()][-1] == "batch.cancelled"


def test_somebody_cancels_while_a_row_is_being_done(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = planned({}, {}, {})
    batches.start_batch(batch)
    inside, cancelling = threading.Event(), threading.Event()
    prepare = batch_runs._prepare

    def slowly(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        inside.set()
        cancelling.wait(10)
        return rename(arguments)

    def cancel() -> None:
        with app.app_context():
            inside.wait(10)
            cancelling.set()
            batches.cancel_batch(batch)
            db.session.remove()

    def after_who_waits(batch_id: int) -> object:
        if cancelling.is_set():
            somebody.join(20)
        return prepare(batch_id)

    monkeypatch.setitem(batches._acts, KIND, slowly)
    monkeypatch.setattr(batch_runs, "_prepare", after_who_waits)
    somebody = threading.Thread(target=cancel)
    somebody.start()
    batch_runs.run_batch(batch)
    assert states(batch) == ["done", "skipped", "skipped"]
    assert watched.find_batch(batch).state == "cancelled"
    assert names().count("renamed") == 1


def test_long_batches_give_others_a_turn() -> None:
    batch = planned({}, {})
    batches.start_batch(batch)
    assert [batch_runs.run_batch(batch, seconds=0) for _ in range(3)] == [True, True, False]
    assert states(batch) == ["done"] * 2


def test_a_started_batch_is_found_by_the_sweep_once_nobody_holds_it() -> None:
    batch = planned({})
    assert batch_runs.due() == []
    batches.start_batch(batch)
    assert batch_runs.due() == [batch]
    batch_runs._take(batch, "somebody")
    assert batch_runs.due() == []
    with clock.at(clock.now() + batch_runs.LEASE + timedelta(seconds=1)):
        assert batch_runs.due() == [batch]


def test_starting_asks_the_worker_once_all_is_stored(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, str]] = []

    def ask(batch_id: int) -> None:
        asked.append((batch_id, watched.find_batch(batch_id).state))

    monkeypatch.setitem(app.extensions, "tasks", {**app.extensions["tasks"], "run_batch": ask})
    batch = planned({})
    batches.start_batch(batch)
    assert asked == [(batch, "started")]


def test_a_plan_nobody_started_is_forgotten_after_a_week() -> None:
    with clock.at(clock.now() - batches.KEPT_UNSTARTED - timedelta(hours=1)):
        planned({})
        started = planned({})
        batches.start_batch(started)
    young = planned({})
    assert batches.forget_unstarted() == 1
    assert sorted(db.session.scalars(select(Batch.id))) == [started, young]
    assert sorted(set(db.session.scalars(select(BatchRow.batch_id)))) == [started, young]


def test_the_list_is_newest_first_and_narrowed_by_state() -> None:
    first, second = planned({}), planned({}, {})
    batches.start_batch(first)
    assert [one.id for one in watched.list_batches(BatchFilter(), 1, 50).rows] == [second, first]
    assert [one.total for one in watched.list_batches(BatchFilter(state="planned"), 1, 50).rows] == [2]


def test_a_busy_database_is_asked_again_and_then_counts_as_the_rows_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries: list[int] = []

    def busy(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        tries.append(arguments["product"])
        if len(tries) != batch_runs.TRIES:
            raise DatabaseBusy
        return rename(arguments)

    monkeypatch.setitem(batches._acts, KIND, busy)
    batch = planned({}, {})
    batches.start_batch(batch)
    batch_runs.run_batch(batch)
    assert states(batch) == ["done", "failed"]
    assert len(tries) == 2 * batch_runs.TRIES


KILLED = """
import os, sys
from app import create_app
from app.services import batch_runs, batches
from tests.services.test_batches import KIND, rename

done = []

def act(arguments):
    rename(arguments)
    done.append(arguments)
    if len(done) == 2:
        os._exit(9)

app = create_app({"DATABASE_URL": sys.argv[1], "INSTANCE_PATH": sys.argv[2], "QUEUE_URL": "memory://"})
with app.app_context():
    batches.register(KIND, act)
    batch_runs.run_batch(int(sys.argv[3]))
"""


def test_a_killed_workers_batch_is_taken_up_where_it_stood(app: Flask, backend: Backend) -> None:
    batch = planned({}, {}, {})
    batches.start_batch(batch)
    db.session.remove()
    command = [sys.executable, "-c", KILLED, backend.url, app.instance_path, str(batch)]
    killed = subprocess.run(command, cwd=config.PROJECT_ROOT, capture_output=True, text=True, timeout=60)
    assert killed.returncode == 9, killed.stderr
    # The second row was being done: neither it nor its outcome was stored.
    assert (states(batch), names()) == (["done", "planned", "planned"], ["renamed", "as it was", "as it was"])
    assert batch_runs.run_batch(batch) is False
    assert states(batch)[1:] == ["planned", "planned"]
    with clock.at(clock.now() + batch_runs.LEASE + timedelta(seconds=1)):
        assert batch_runs.due() == [batch]
        batch_runs.run_batch(batch)
    assert (states(batch), names()) == (["done"] * 3, ["renamed"] * 3)
    assert len(actions("product")) == 3


def test_two_workers_at_once_do_every_row_once(app: Flask) -> None:
    batch = planned(*({} for _ in range(12)))
    batches.start_batch(batch)
    start = threading.Barrier(3)
    raised: list[BaseException] = []

    def work() -> None:
        with app.app_context():
            start.wait(10)
            try:
                batch_runs.run_batch(batch)
            except BaseException as error:
                raised.append(error)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    assert raised == []
    assert states(batch) == ["done"] * 12
    assert len(actions("product")) == 12


def test_who_lost_the_lease_stores_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = planned({}, {})
    batches.start_batch(batch)
    stolen: list[int] = []

    def outlived(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if not stolen:
            stolen.append(1)
            with unit_of_work():
                db.session.execute(update(Batch).values(lease_token="another"))
        return rename(arguments)

    monkeypatch.setitem(batches._acts, KIND, outlived)
    assert batch_runs.run_batch(batch) is False
    assert states(batch) == ["done", "planned"]
