"""The unit of work: one transaction an act, everything or nothing, and no change outside of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from app import clock
from app.databases import OutsideUnitOfWork
from app.extensions import db
from app.models import AuditEntry, Channel, Fact
from app.services import audit, causes
from app.services.unit_of_work import UnitOfWork, current, unit_of_work

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def names(session: Session) -> list[str]:
    return list(session.execute(select(Channel.name).order_by(Channel.name)).scalars())


def seen_by_another(app: Flask) -> list[str]:
    with app.app_context():
        return names(db.session())


def test_what_is_done_inside_is_stored_at_the_end_and_not_before(db_session: Session, app: Flask) -> None:
    with unit_of_work():
        db_session.add(Channel(name="Web"))
        db_session.flush()
        assert seen_by_another(app) == []
    assert seen_by_another(app) == ["Web"]


def test_an_exception_undoes_everything(db_session: Session, app: Flask) -> None:
    with pytest.raises(LookupError), unit_of_work() as work:
        db_session.add(Channel(name="Web"))
        work.record("channel", {"name": "Web"})
        work.audit("channel.created", "channel", 1)
        work.store_ledger()
        raise LookupError
    assert seen_by_another(app) == []
    assert db_session.scalar(select(func.count()).select_from(Fact)) == 0
    assert db_session.scalar(select(func.count()).select_from(AuditEntry)) == 0
    assert current() is None


def test_an_inner_act_joins_and_only_the_outermost_commits(db_session: Session, app: Flask) -> None:
    with unit_of_work() as outer:
        with unit_of_work() as inner:
            assert inner is outer
            db_session.add(Channel(name="Web"))
        assert seen_by_another(app) == []
    assert seen_by_another(app) == ["Web"]


def test_an_inner_failure_cannot_be_half_stored_by_an_outer_act_that_goes_on(
    db_session: Session, app: Flask
) -> None:
    with pytest.raises(OutsideUnitOfWork, match="inner act failed"), unit_of_work():
        db_session.add(Channel(name="Web"))
        with pytest.raises(LookupError), unit_of_work():
            db_session.add(Channel(name="Half"))
            raise LookupError
    assert seen_by_another(app) == []


def test_after_a_failure_the_next_act_works(db_session: Session, app: Flask) -> None:
    with pytest.raises(LookupError), unit_of_work():
        raise LookupError
    with unit_of_work():
        db_session.add(Channel(name="Web"))
    assert seen_by_another(app) == ["Web"]


def test_what_was_read_before_is_read_again_inside(db_session: Session, app: Flask) -> None:
    with unit_of_work():
        db_session.add(Channel(name="Web"))
    channel = db_session.execute(select(Channel)).scalar_one()
    assert channel.name == "Web"
    with app.app_context(), unit_of_work():
        db.session.execute(update(Channel).values(name="Mobil"))
    with unit_of_work():
        assert channel.name == "Mobil"


@pytest.mark.parametrize(
    "statement",
    [
        insert(Channel).values(name="Web"),
        update(Channel).values(name="Web"),
        text("DELETE FROM channels"),
        text("  insert into channels (name) values ('Web')"),
    ],
    ids=str,
)
def test_a_statement_that_changes_data_is_refused_outside(db_session: Session, statement: object) -> None:
    with pytest.raises(OutsideUnitOfWork):
        db_session.execute(statement)  # type: ignore[call-overload]


def test_a_flush_is_refused_outside(db_session: Session) -> None:
    db_session.add(Channel(name="Web"))
    with pytest.raises(OutsideUnitOfWork):
        db_session.flush()


def test_objects_changed_before_it_are_refused_and_not_lost_silently(db_session: Session) -> None:
    db_session.add(Channel(name="Web"))
    with pytest.raises(OutsideUnitOfWork, match="before"), unit_of_work():
        pass


def test_after_it_a_change_is_refused_again(db_session: Session) -> None:
    with unit_of_work():
        db_session.add(Channel(name="Web"))
    with pytest.raises(OutsideUnitOfWork):
        db_session.execute(update(Channel).values(name="Mobil"))


def test_facts_are_kept_in_order_with_instant_and_actor(db_session: Session) -> None:
    with clock.at(NOON), audit.acting_as("ayse"), unit_of_work() as work:
        work.record("channel", {"name": "Web"})
        work.record("product", {"sku": "TS-M", "name": "Tişört"})
    facts = db_session.execute(select(Fact).order_by(Fact.id)).scalars().all()
    assert [(fact.kind, fact.body, fact.at, fact.actor) for fact in facts] == [
        ("channel", {"name": "Web"}, NOON, "ayse"),
        ("product", {"sku": "TS-M", "name": "Tişört"}, NOON, "ayse"),
    ]


def test_the_audit_log_says_who_what_before_after_and_why(db_session: Session) -> None:
    with clock.at(NOON), audit.acting_as("ayse"), unit_of_work() as work:
        work.audit("stock.recorded", "stock", 7, {"count": 100}, {"count": 300}, "recount")
    entry = db_session.execute(select(AuditEntry)).scalar_one()
    assert (entry.date, entry.actor, entry.user_id) == (NOON, "ayse", None)
    assert (entry.action, entry.object_type, entry.object_id) == ("stock.recorded", "stock", "7")
    assert (entry.before, entry.after, entry.reason) == ({"count": 100}, {"count": 300}, "recount")


def test_nobody_named_is_the_system() -> None:
    with audit.acting_as("ayse", 3):
        assert audit.actor() == audit.Actor("ayse", 3)
    assert audit.actor() == audit.SYSTEM


def test_followers_run_after_the_commit_and_in_order(db_session: Session, app: Flask) -> None:
    told: list[object] = []
    with unit_of_work() as outer:
        outer.after_commit(lambda: told.append(seen_by_another(app)))
        with unit_of_work() as inner:
            inner.after_commit(lambda: told.append("second"))
        db_session.add(Channel(name="Web"))
        assert told == []
    assert told == [["Web"], "second"]


def test_followers_of_a_failed_act_never_run(db_session: Session) -> None:
    told: list[str] = []
    with pytest.raises(LookupError), unit_of_work() as work:
        work.after_commit(lambda: told.append("told"))
        raise LookupError
    assert told == []


def test_a_failing_follower_does_not_turn_a_stored_act_into_an_error(db_session: Session, app: Flask) -> None:
    told: list[str] = []

    def fail() -> None:
        raise ConnectionError("nobody there")

    with unit_of_work() as work:
        db_session.add(Channel(name="Web"))
        work.after_commit(fail)
        work.after_commit(lambda: told.append("told"))
    assert seen_by_another(app) == ["Web"]
    assert told == ["told"]


def test_causes_are_settled_once_inside_the_transaction(
    db_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[tuple[set[int], bool]] = []

    def settle(work: UnitOfWork) -> None:
        assert current() is work
        settled.append((set(work.touched_products), work.touched_all))

    monkeypatch.setattr(causes, "settle", settle)
    with unit_of_work() as outer:
        outer.touch(product_ids={1})
        with unit_of_work() as inner:
            inner.touch(product_ids=[2])
        assert settled == []
    assert settled == [({1, 2}, False)]
    with unit_of_work() as work:
        work.touch(all_products=True)
    assert settled[1:] == [(set(), True)]
    with unit_of_work():
        pass
    assert len(settled) == 2


def test_an_exclusive_unit_cannot_begin_inside_a_shared_one(db_session: Session) -> None:
    with pytest.raises(OutsideUnitOfWork), unit_of_work(), unit_of_work(exclusive=True):
        pass


def test_inside_an_exclusive_unit_any_other_joins(db_session: Session) -> None:
    with unit_of_work(exclusive=True) as outer:
        with unit_of_work() as shared:
            assert shared is outer
        with unit_of_work(exclusive=True) as exclusive:
            assert exclusive is outer


def test_reference_rows_are_kept_for_one_transaction(db_session: Session) -> None:
    with unit_of_work() as work:
        work.cache["places"] = 1
        with unit_of_work() as inner:
            assert inner.cache == {"places": 1}
    with unit_of_work() as work:
        assert work.cache == {}
