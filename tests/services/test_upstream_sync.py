"""Keeping up with the upstream: everything once, newest wins, what is broken is kept apart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from app import clock
from app.clients.omnitron import BrokenRecord, Summary
from app.demo.omnitron_book import written
from app.demo.omnitron_faults import Switches
from app.domain.errors import Refused
from app.domain.upstream import FeedName
from app.extensions import db
from app.models import (
    AuditEntry,
    Channel,
    ExecutionPlan,
    Fact,
    Order,
    OrderItem,
    UpstreamFeed,
    UpstreamOrder,
    UpstreamRun,
)
from app.queries import upstream as reads
from app.services import upstream, upstream_feeds, upstream_orders, upstream_records, upstream_sync
from app.services.unit_of_work import unit_of_work
from app.services.upstream_orders import Outcome
from tests import builders
from tests.upstreams import BEGUN, FIRST_ITEM, StandIn, a_stand_in, a_whole_order, an_item, connect

pytestmark = pytest.mark.usefixtures("db_session")


def later(order: dict[str, Any], minutes: int, **fields: Any) -> dict[str, Any]:
    return {**order, "modified_date": written(BEGUN + timedelta(days=1, minutes=minutes)), **fields}


def synced(stand_in: StandIn, **options: Any) -> dict[str, int]:
    """What one reading of the changes counted; it came to its end."""
    db.session.rollback()
    before = stand_in.faults.requests
    reports = upstream_sync.sync(**options)
    assert all((one.error, one.is_left) == (None, False) for one in reports)
    db.session.rollback()
    asked = sum(one.counts.get("request_count", 0) for one in reports)
    assert asked == stand_in.faults.requests - before
    report = reports[0]
    counts = {name.removesuffix("_count"): count for name, count in report.counts.items() if count}
    counts.pop("request", None)
    return counts


def numbers() -> dict[str, str]:
    return {row.number: row.state for row in db.session.execute(select(Order.number, Order.state))}


def records(state: str) -> list[Any]:
    db.session.rollback()
    wanted = select(UpstreamOrder.number, UpstreamOrder.field, UpstreamOrder.reason)
    wanted = wanted.where(UpstreamOrder.state == state).order_by(UpstreamOrder.number)
    return [tuple(row) for row in db.session.execute(wanted)]


def keep_broken(omnitron_ids: range) -> None:
    """Records of broken orders that the upstream has deleted since, due to be tried again."""
    ago = clock.now() - timedelta(minutes=1)
    fault = {"state": "quarantined", "reason": "is missing", "next_try_date": ago}
    gone = [{"key": f"pk:{pk}", "omnitron_id": pk, "number": f"{pk}", **fault} for pk in omnitron_ids]
    with unit_of_work():
        db.session.execute(insert(UpstreamOrder), gone)


def test_every_order_comes_once_and_is_planned_and_told(app: Flask) -> None:
    with a_stand_in(*(a_whole_order(pk) for pk in range(1, 121))) as stand_in:
        connect(app, stand_in)
        assert synced(stand_in) == {"seen": 122, "imported": 120}
        assert stand_in.faults.requests == 120 + 3
        assert len(numbers()) == 120
        assert db.session.scalar(select(func.count()).select_from(ExecutionPlan)) == 120
        facts = db.session.execute(select(Fact.kind, func.count()).group_by(Fact.kind))
        assert dict(tuple(row) for row in facts) == {"channel": 1, "product": 20, "order": 120}
        assert set(db.session.scalars(select(AuditEntry.actor))) == {"omnitron"}
        before = stand_in.faults.requests
        assert synced(stand_in).get("imported", 0) == 0
        assert stand_in.faults.requests - before == 1


def test_many_changes_of_one_instant_are_read_by_the_page(app: Flask) -> None:
    same = written(BEGUN)
    with a_stand_in(*(a_whole_order(pk, modified_date=same) for pk in range(1, 171))) as stand_in:
        connect(app, stand_in)
        assert synced(stand_in)["imported"] == 170


def test_a_newer_version_moves_states_and_an_older_one_nothing(app: Flask) -> None:
    items = [an_item(1), an_item(2)]
    with a_stand_in(a_whole_order(1, status="300", orderitem_set=items)) as stand_in:
        connect(app, stand_in)
        synced(stand_in)
        newer = later(
            a_whole_order(1, notes="ring twice", orderitem_set=[an_item(1), an_item(2, status="100")]), 5
        )
        stand_in.book.put(newer)
        assert synced(stand_in)["changed"] == 1
        order = db.session.scalars(select(Order)).one()
        assert (order.state, order.notes) == ("400", "ring twice")
        states = select(OrderItem.omnitron_id, OrderItem.state).order_by(OrderItem.omnitron_id)
        assert [tuple(row) for row in db.session.execute(states)] == [
            (FIRST_ITEM + 1, "400"),
            (FIRST_ITEM + 2, "100"),
        ]
        stand_in.book.put(later(newer, 2, status="600"))
        assert synced(stand_in, full=True) == {"seen": 1}
        assert numbers() == {"50000001": "400"}


def test_a_version_that_somebody_read_before_a_newer_one_came_is_not_laid_over_it(app: Flask) -> None:
    with a_stand_in(a_whole_order(1, notes="ring once")) as stand_in:
        connect(app, stand_in)
        client = upstream.connection()
        assert client is not None
        older = client.get_order(1)
        stand_in.book.put(later(a_whole_order(1, notes="ring twice"), 5))
        synced(stand_in)
        assert upstream_orders.apply_order(older).outcome is Outcome.UNCHANGED
        assert db.session.scalars(select(Order.notes)).one() == "ring twice"


def test_what_is_broken_is_kept_apart_with_its_field_and_keeps_nobody_away(app: Flask) -> None:
    leaky = {"pk": 1, "name": "Web", "channel_type": "web", "configuration": {"password": "planted"}}
    broken = [
        a_whole_order(2, orderitem_set=[an_item(2, product={"pk": 3, "name": "nameless"})], channel=leaky),
        a_whole_order(3, status="999"),
        a_whole_order(4, date_placed="yesterday"),
        a_whole_order(5, orderitem_set=[]),
        a_whole_order(6, channel=None),
        a_whole_order(7, orderitem_set=[an_item(7, quantity="-1")]),
        a_whole_order(8, number="8" * 101),
        a_whole_order(9, number=None),
        a_whole_order(10, number="1\x000"),
    ]
    with a_stand_in(a_whole_order(1), *broken, a_whole_order(11)) as stand_in:
        connect(app, stand_in)
        assert synced(stand_in) == {"seen": 11, "imported": 2, "quarantined": 9}
        assert sorted(numbers()) == ["50000001", "50000011"]
        assert {(field, reason) for _number, field, reason in records("quarantined")} == {
            ("orderitem_set[0].product.sku", "is missing"),
            ("status", "cannot be '999'"),
            ("date_placed", "should be an instant such as 2026-11-20T08:00:00Z"),
            ("orderitem_set", "is missing or empty"),
            ("channel", "is missing"),
            ("orderitem_set[0].quantity", "should be more than zero"),
            ("number", "is longer than 100 characters"),
            ("number", "is missing"),
            ("number", "has a NUL character or half a surrogate pair in it"),
        }
        raw = db.session.scalars(select(UpstreamOrder.raw).where(UpstreamOrder.omnitron_id == 2)).one()
        assert raw["channel"]["configuration"] == {"password": "********"}
        assert raw["orderitem_set"][0]["product"] == {"pk": 3, "name": "nameless"}
        before = stand_in.faults.requests
        assert synced(stand_in).get("quarantined", 0) == 0
        assert stand_in.faults.requests - before == 1


def test_a_mended_record_comes_in_by_itself_by_hand_or_when_it_is_due(app: Flask) -> None:
    broken = [a_whole_order(pk, channel=None) for pk in (1, 2, 3)]
    with a_stand_in(*broken) as stand_in:
        connect(app, stand_in)
        synced(stand_in)
        first, second = (
            db.session.scalars(select(UpstreamOrder.id).where(UpstreamOrder.omnitron_id == pk)).one()
            for pk in (1, 2)
        )
        assert upstream_sync.try_again(second) == ("channel is missing",)
        for pk in (1, 2, 3):
            stand_in.book.put(a_whole_order(pk))
        assert upstream_sync.try_again(first) == ()
        assert list(numbers()) == ["50000001"]
        with pytest.raises(Refused, match="record_settled"):
            upstream_sync.try_again(first)
        with clock.at(clock.now() + timedelta(hours=2)):
            assert synced(stand_in)["imported"] == 2
        assert records("quarantined") == []


def test_a_good_order_that_was_not_answered_comes_however_many_bad_ones_are_due_before_it(app: Flask) -> None:
    with a_stand_in(a_whole_order(1)) as stand_in:
        connect(app, stand_in)
        synced(stand_in)
        keep_broken(range(1000, 1300))
        long_read = BEGUN - timedelta(days=1)
        unanswered = Summary(2, "50000002", "400", long_read)
        upstream_records.quarantine(BrokenRecord("record", "no answer", None, unanswered), is_passing=True)
        stand_in.book.put(a_whole_order(2, modified_date=written(long_read)))
        with clock.at(clock.now() + timedelta(seconds=1)):
            synced(stand_in)
        assert sorted(numbers()) == ["50000001", "50000002"]
        assert records("quarantined") == []


def test_lines_that_are_others_than_came_in_are_kept_apart(app: Flask) -> None:
    with a_stand_in(a_whole_order(1)) as stand_in:
        connect(app, stand_in)
        synced(stand_in)
        stand_in.book.put(later(a_whole_order(1, orderitem_set=[an_item(1, quantity="2")]), 1))
        assert synced(stand_in)["quarantined"] == 1
        reason = "is not what was ordered when the order came in"
        assert records("quarantined") == [("50000001", "orderitem_set[0].quantity", reason)]


def test_what_may_not_come_in_is_noted_and_not_asked_for_again(app: Flask) -> None:
    strange = {"pk": 9, "name": "Outlet", "channel_type": "kiosk"}
    orders = [
        a_whole_order(1),
        a_whole_order(20, channel=strange),
        a_whole_order(21, cargo_company={"pk": 77, "name": "New"}),
        a_whole_order(22),
    ]
    with a_stand_in(*orders) as stand_in:
        connect(app, stand_in, min_order_omnitron_id=10, allowed_channels=("Web",))
        assert synced(stand_in) == {"seen": 4, "imported": 1, "refused": 2}
        assert stand_in.faults.requests == 1 + 3
        assert [reason for _number, _field, reason in records("refused")] == [
            "Order create operation does not allowed! Because of Channel ID:9 "
            "provided with Order ID:20 does not allowed in the system.",
            "Cargo company:77 provided with order number:50000021 does not exists in the system.",
        ]
        assert synced(stand_in).keys() == {"seen"}


def test_an_order_that_came_another_way_is_recognised(app: Flask) -> None:
    channel = builders.a_channel(name="Web shop", omnitron_id=1)
    order = builders.an_order(channel=channel, number="50000001", state="300")
    item = order.items[0]
    sku = db.session.execute(
        select(builders.models.Product.sku).where(builders.models.Product.id == item.product_id)
    ).scalar_one()
    body = an_item(1, pk=item.omnitron_id, product={"pk": 5, "sku": sku})
    with a_stand_in(a_whole_order(1, orderitem_set=[body])) as stand_in:
        connect(app, stand_in)
        assert synced(stand_in) == {"seen": 1, "changed": 1}
        assert numbers() == {"50000001": "400"}
        assert db.session.scalars(select(Channel.name)).all() == ["Web shop"]


def test_a_pause_is_taken_up_where_it_was(app: Flask) -> None:
    with a_stand_in(*(a_whole_order(pk) for pk in range(1, 31))) as stand_in:
        connect(app, stand_in)
        rounds = 0
        while upstream_sync.sync(seconds=0.0)[0].is_left:
            rounds += 1
        db.session.rollback()
        assert len(numbers()) == 30
        assert rounds > 20
        assert stand_in.faults.requests <= 2 * 30 + 2
        outcomes = set(db.session.scalars(select(UpstreamRun.outcome)))
        assert outcomes == {"paused", "finished"}


def test_a_row_out_of_its_place_lets_none_before_it_be_passed_over(app: Flask) -> None:
    with a_stand_in(*(a_whole_order(pk) for pk in range(1, 61))) as stand_in:
        connect(app, stand_in)
        stand_in.faults.switches = Switches(repeated=1.0)
        while upstream_sync.sync(seconds=0.0)[0].is_left:
            continue
        assert len(numbers()) == 60


def test_two_do_not_read_at_once_unless_one_takes_over(app: Flask) -> None:
    with a_stand_in(a_whole_order(1)) as stand_in:
        connect(app, stand_in)
        lost = upstream_feeds.begin(FeedName.CHANGES)
        assert lost is not None
        assert upstream_sync.sync() == []
        assert synced(stand_in, take_over=True)["imported"] == 1
        outcomes = db.session.scalars(select(UpstreamRun.outcome).order_by(UpstreamRun.id)).all()
        assert outcomes == ["interrupted", "finished"]


def test_whoever_lost_the_feed_tries_no_further_orders_that_are_due(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def taking_over(pk: int) -> None:
        asked.append(pk)
        with app.app_context():
            assert upstream_feeds.begin(FeedName.CHANGES, take_over=True) is not None

    with a_stand_in() as stand_in:
        connect(app, stand_in)
        keep_broken(range(1000, 1003))
        monkeypatch.setattr(stand_in.book, "find", taking_over)
        report = upstream_sync.sync()[0]
    assert report.error == "is being read by another process"
    assert len(asked) == 1


def test_a_date_in_the_future_does_not_hide_what_comes_before_it(app: Flask) -> None:
    future = written(clock.now() + timedelta(days=900))
    with a_stand_in(a_whole_order(1, modified_date=future)) as stand_in:
        connect(app, stand_in)
        synced(stand_in)
        stand_in.book.put(a_whole_order(2, modified_date=written(clock.now())))
        assert synced(stand_in)["imported"] == 1
        of_changes = UpstreamFeed.name == FeedName.CHANGES
        newest = db.session.scalars(select(UpstreamFeed.newest_date).where(of_changes)).one()
        assert newest is not None
        assert newest <= clock.now()


def test_one_order_without_an_answer_is_tried_again_and_an_absent_upstream_stops_reading(app: Flask) -> None:
    with a_stand_in(*(a_whole_order(pk) for pk in range(1, 4))) as stand_in:
        connect(app, stand_in)
        stand_in.faults.switches = Switches(errors=1.0)
        report = upstream_sync.sync()[0]
        assert report.error == "answered 500"
        stand_in.faults.switches = Switches(throttled=1.0, retry_after=30)
        assert upstream_sync.sync()[0].error == "answered 429"
        stand_in.faults.switches = Switches()
        assert upstream_sync.sync() == []  # asked to wait
        with clock.at(clock.now() + timedelta(minutes=1)):
            assert synced(stand_in)["imported"] == 3
        runs = reads.recent_runs(5)
        assert [(run.outcome, run.trouble) for run in runs] == [
            ("finished", None),
            ("failed", "throttled"),
            ("failed", "server_error"),
        ]


def test_dismissed_is_looked_at_again_only_when_it_changes(app: Flask) -> None:
    with a_stand_in(a_whole_order(1, channel=None)) as stand_in:
        connect(app, stand_in)
        synced(stand_in)
        upstream_records.dismiss(db.session.scalars(select(UpstreamOrder.id)).one())
        with clock.at(clock.now() + timedelta(days=2)):
            assert synced(stand_in).keys() == {"seen"}
        stand_in.book.put(later(a_whole_order(1), 1))
        assert synced(stand_in)["imported"] == 1


def test_without_an_upstream_nothing_is_due(app: Flask) -> None:
    assert not upstream_sync.is_due()
    with pytest.raises(Refused, match="no_upstream"):
        upstream_sync.sync()
