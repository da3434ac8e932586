"""The kept triage: when a worker looks again, and that only the newest look is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app import clock
from app.domain.diagnosis.changes import (
    ActivateLocation,
    ActivateScenario,
    AddToRule,
    AllowSplit,
    Change,
    ChangeKind,
    ClearDiscrepancy,
    RaiseQuota,
    ReleaseReservation,
    Replan,
)
from app.domain.diagnosis.kept_changes import changes_again, finding_again, plain_changes, plain_finding
from app.domain.diagnosis.lint import Finding, LintCode
from app.domain.facts import Split
from app.extensions import db
from app.models import TriageResult
from app.queries import kept_triage
from app.services import triage, wake
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.stories import stale_reservation, waiting_package

pytestmark = pytest.mark.usefixtures("db_session")

EVERY_CHANGE: tuple[Change, ...] = (
    Replan(),
    ReleaseReservation("WH1", "TS-M", (3, 9), 200),
    ClearDiscrepancy("WH1", "TS-M", (4,)),
    RaiseQuota("WH1", 5, None),
    ActivateLocation("WH1"),
    AddToRule(1, "Web", 2, "stores", "WH1"),
    AllowSplit(1, "Web", 2, "stores", Split.LINE),
    ActivateScenario(1, "Web"),
)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def looked(after: timedelta = timedelta(0), asked_at: float | None = None) -> bool:
    """Whether a worker would look so long after noon."""
    with clock.at(NOON + after):
        return triage.refresh_if_due(asked_at)


def test_the_first_look_finds_the_fix_and_its_package() -> None:
    package = waiting_package(stale_reservation)
    assert kept_triage.kept_triage() is None
    assert looked()
    (fix,) = kept_triage.kept_triage().fixes
    assert [one.kind for one in fix.changes] == [ChangeKind.RELEASE_RESERVATION]
    assert kept_triage.kept_fix(fix.key).package_ids == [package.id]


def test_nobody_looks_again_while_nothing_changed_and_the_look_is_young() -> None:
    assert looked()
    assert not looked(timedelta(minutes=29))
    assert looked(triage.LONGEST_KEPT)


def test_a_changed_fact_is_looked_at_after_a_rest() -> None:
    assert looked()
    builders.a_fact()
    assert not looked(timedelta(seconds=29))
    assert looked(triage.SHORTEST_WAIT)
    assert not kept_triage.kept_triage().is_outdated


def test_a_look_that_took_long_is_repeated_late() -> None:
    assert looked()
    builders.a_fact()
    with unit_of_work():
        db.session.execute(update(TriageResult).values(took_ms=20_000))
    assert not looked(timedelta(seconds=199))
    assert looked(timedelta(seconds=200))


def test_whoever_asks_gets_a_look_made_after_the_question_and_only_one() -> None:
    assert looked()
    asked = (NOON + timedelta(seconds=1)).timestamp()
    assert looked(timedelta(seconds=2), asked)
    assert not looked(timedelta(seconds=3), asked)


def test_asking_tells_the_worker_when(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    monkeypatch.setitem(app.extensions, "tasks", {"refresh_triage": asked.append})
    with clock.at(NOON):
        wake.look_again()
    assert asked == [NOON.timestamp()]


def test_only_the_newest_look_is_kept() -> None:
    for minutes in (0, 40, 80):
        assert looked(timedelta(minutes=minutes))
    assert db.session.scalar(select(func.count()).select_from(TriageResult)) == 1


def test_a_served_package_is_no_package_of_its_fix_any_more() -> None:
    package = waiting_package(stale_reservation)
    looked()
    (fix,) = kept_triage.kept_triage().fixes
    before = kept_triage.kept_fix(fix.key).version
    with unit_of_work():
        db.session.execute(update(type(package)).values(state="600", cause=None, cause_stale=False))
    after = kept_triage.kept_fix(fix.key)
    assert (after.package_ids, after.version == before) == ([], False)


@pytest.mark.parametrize("change", EVERY_CHANGE, ids=lambda one: one.kind.value)
def test_every_change_comes_back_as_it_was_kept(change: Change) -> None:
    assert len(EVERY_CHANGE) == len(ChangeKind)
    assert changes_again(plain_changes([change])) == (change,)


def test_a_finding_comes_back_as_it_was_kept() -> None:
    finding = Finding(LintCode.RULE_NAMES_INACTIVE, "Web", "stores", {"erp_codes": ["A", "B"]})
    assert finding_again(plain_finding(finding)) == finding
