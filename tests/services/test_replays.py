"""Trials of an edit on past plannings: what flips, how far they are, who goes on with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.domain.errors import NotFound, Refused
from app.domain.replays import ReplayKind
from app.extensions import db
from app.models import AuditEntry, Fact, Replay
from app.services import drafts, planning, replays
from app.services.documents.values import Json
from app.services.unit_of_work import unit_of_work
from tests.shops import Shop, a_shop

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def shop(db_session: object) -> Shop:
    return a_shop()


def stored(name: str = "Online") -> Json:
    body = drafts.stored_body(ReplayKind.SCENARIO, {"name": name})
    assert body is not None
    return body


def without_rules() -> Json:
    return {**stored(), "rules": []}


def switched_off() -> Json:
    return {**drafts.stored_body(ReplayKind.STOCK_LOCATION, {"erp_code": "ST-001"}), "is_active": False}  # type: ignore[dict-item]


def trial(replay_id: int) -> Replay:
    db.session.expire_all()
    return db.session.get_one(Replay, replay_id)


def test_few_plannings_are_replayed_at_once_and_nothing_is_saved_of_the_edit(shop: Shop) -> None:
    served, waiting = shop.an_order(), shop.an_order(is_served=False)
    facts = db.session.scalars(select(func.count()).select_from(Fact)).one()
    found = trial(replays.try_edit(ReplayKind.SCENARIO, without_rules(), days=7))
    assert (found.state, found.done, found.total) == ("finished", 2, 2)
    assert found.found["orders"] == {"served": [], "lost": [served.id], "moved": []}
    (row,) = found.found["rows"]
    assert (row["order_number"], row["attempt"], row["lines"][0]["before"]) == (served.number, 1, ["ST-001"])
    assert waiting.id != served.id
    assert stored()["rules"], "the edit is not saved"
    assert db.session.scalars(select(func.count()).select_from(Fact)).one() == facts


def test_a_location_can_be_tried_too(shop: Shop) -> None:
    served = shop.an_order()
    found = trial(replays.try_edit(ReplayKind.STOCK_LOCATION, switched_off(), days=7))
    assert found.found["orders"]["lost"] == [served.id]


def test_only_plannings_of_the_last_days_are_replayed(shop: Shop) -> None:
    with clock.at(clock.now() - timedelta(days=9)):
        shop.an_order()
    assert trial(replays.try_edit(ReplayKind.SCENARIO, without_rules(), days=7)).total == 0
    assert trial(replays.try_edit(ReplayKind.SCENARIO, without_rules(), days=10)).total == 1


def test_an_order_that_was_planned_often_counts_once(shop: Shop) -> None:
    order = shop.an_order(is_served=False)
    for _ in range(3):
        planning.plan_order(order.id, "replan")
    edit = {**stored(), "is_active": False}
    with unit_of_work():
        drafts.save_draft(ReplayKind.SCENARIO, edit, stored())
    assert trial(replays.try_edit(ReplayKind.SCENARIO, {**edit, "is_active": True}, 7)).found["rows"] == []
    served = shop.an_order()
    planning.plan_order(served.id, "replan")
    found = trial(replays.try_edit(ReplayKind.SCENARIO, {**edit, "is_active": True}, 7))
    assert found.found["orders"]["served"] == [served.id]


def test_a_long_trial_is_gone_on_with_where_it_stood(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [shop.an_order().id for _ in range(5)]
    monkeypatch.setattr(replays, "PART", 2)
    monkeypatch.setattr(replays, "AT_ONCE_SECONDS", 0.0)
    replay_id = replays.try_edit(ReplayKind.SCENARIO, without_rules(), days=7)
    begun = trial(replay_id)
    assert (begun.state, begun.done, begun.total) == ("running", 2, 5)
    assert replays.due() == []
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert replays.due() == [replay_id]
    assert replays.run_replay(replay_id, 10) is False
    ended = trial(replay_id)
    assert (ended.state, ended.done, ended.found["orders"]["lost"]) == ("finished", 5, orders)


def test_two_workers_do_not_count_a_planning_twice(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        shop.an_order()
    monkeypatch.setattr(replays, "PART", 2)
    monkeypatch.setattr(replays, "AT_ONCE_SECONDS", 0.0)
    replay_id = replays.try_edit(ReplayKind.SCENARIO, without_rules(), days=7)
    seen = replays._find(replay_id)
    assert replays.run_replay(replay_id, 10) is False
    assert replays._store(seen, [], {"orders": {}, "rows": []}) is False
    assert len(trial(replay_id).found["orders"]["lost"]) == 3


def test_a_cancelled_trial_stops_and_cannot_be_cancelled_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        shop.an_order()
    monkeypatch.setattr(replays, "PART", 1)
    monkeypatch.setattr(replays, "AT_ONCE_SECONDS", 0.0)
    replay_id = replays.try_edit(ReplayKind.SCENARIO, without_rules(), days=7)
    replays.cancel_replay(replay_id)
    assert replays.run_replay(replay_id, 10) is False
    assert (trial(replay_id).state, trial(replay_id).done) == ("cancelled", 1)
    with pytest.raises(Refused, match="replay_ended"):
        replays.cancel_replay(replay_id)
    with pytest.raises(NotFound):
        replays.cancel_replay(10**9)


def test_old_trials_are_forgotten(shop: Shop) -> None:
    replays.try_edit(ReplayKind.SCENARIO, without_rules(), days=7)
    with clock.at(clock.now() + timedelta(days=8)):
        replays.due()
    assert db.session.scalars(select(func.count()).select_from(Replay)).one() == 0


def test_a_draft_is_saved_unless_somebody_else_saved_meanwhile(shop: Shop) -> None:
    base = stored()
    drafts.save_draft(ReplayKind.SCENARIO, {**base, "priority": 3}, base, "first")
    with pytest.raises(Refused, match="edited_since"):
        drafts.save_draft(ReplayKind.SCENARIO, {**base, "priority": 4}, base)
    assert stored()["priority"] == 3


def last_entry() -> AuditEntry:
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()  # type: ignore[return-value]


@pytest.mark.parametrize("kind", ReplayKind)
def test_a_change_is_undone_by_a_change_that_can_be_undone(shop: Shop, kind: ReplayKind) -> None:
    base = stored() if kind is ReplayKind.SCENARIO else {**switched_off(), "is_active": True}
    edit = {**base, "priority": 7, "is_active": False}
    if kind is ReplayKind.SCENARIO:
        edit["rules"] = []
    drafts.save_draft(kind, edit, base, "try it")
    entry = last_entry()
    drafts.undo_change(entry.id, "it was wrong")
    assert drafts.stored_body(kind, edit) == base
    assert last_entry().reason == "it was wrong"
    fact = db.session.scalars(select(Fact).order_by(Fact.id.desc())).first()
    assert fact is not None and fact.kind == kind.value and fact.body["priority"] == base["priority"]
    drafts.undo_change(last_entry().id)
    assert drafts.stored_body(kind, edit) == edit


def test_what_was_changed_since_is_not_undone(shop: Shop) -> None:
    base = stored()
    drafts.save_draft(ReplayKind.SCENARIO, {**base, "priority": 3}, base)
    entry = last_entry()
    drafts.save_draft(ReplayKind.SCENARIO, {**base, "priority": 4}, stored())
    with pytest.raises(Refused, match="changed_since"):
        drafts.undo_change(entry.id)
    assert stored()["priority"] == 4


def test_another_field_changed_since_stays_when_a_change_is_undone(shop: Shop) -> None:
    base = stored()
    drafts.save_draft(ReplayKind.SCENARIO, {**base, "priority": 3}, base)
    entry = last_entry()
    drafts.save_draft(ReplayKind.SCENARIO, {**stored(), "payment_types": ["wallet"]}, stored())
    drafts.undo_change(entry.id)
    assert stored() == {**base, "payment_types": ["wallet"]}


def test_what_made_a_scenario_or_is_no_change_of_settings_cannot_be_undone(shop: Shop) -> None:
    new = {**stored(), "name": "New"}
    drafts.save_draft(ReplayKind.SCENARIO, new, None)
    with pytest.raises(Refused, match="undo_created"):
        drafts.undo_change(last_entry().id)
    with pytest.raises(NotFound):
        drafts.undo_change(10**9)
