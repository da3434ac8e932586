"""What the desk has about a store: a batch, a file of counts, a forward, a trial, an edit, a bad order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from sqlalchemy import func, select

from app import models
from app.clients.omnitron import BrokenRecord, Summary
from app.domain.replays import ReplayKind
from app.extensions import db
from app.services import drafts, replays, reservation_releases, stock_feeds, upstream_records
from app.services.unit_of_work import unit_of_work
from tests.outbox import an_attempt, an_event


def about(place: models.StockLocation, known: Mapping[str, Any]) -> dict[str, Any]:
    """One of each, by the name of its argument. All of them tell of the store, and are not for managers."""
    order, reservation_id = db.session.get_one(models.Order, known["order_id"]), known["reservation_id"]
    event = an_event(order=order)
    attempt = an_attempt(event, status=500, content=order.number.encode(), outcome="rejected")
    return {
        "batch_id": reservation_releases.plan_releases([reservation_id], f"of {order.number}"),
        "feed_id": _feed(place, f"SKU-{order.number}"),
        "forward_id": _forward(order, known["omnitron_id"]),
        "record_id": _record(order),
        "replay_id": replays.try_edit(ReplayKind.STOCK_LOCATION, {**_body(place), "priority": 3}, days=7),
        "entry_id": _change(place),
        "event_id": event.id,
        "webhook_id": event.webhook_id,
        "attempt_id": attempt.id,
    }


def _feed(place: models.StockLocation, sku: str) -> int:
    text = f"erp_code,sku,stock_count\n{place.erp_code},{sku},7654321\n"
    return stock_feeds.read_feed(BytesIO(text.encode()), f"counts of {place.erp_code}.csv")


def _forward(order: models.Order, omnitron_id: int) -> int:
    """Of a mapping that the upstream refused. The units stay held: others of these are about them."""
    item = select(models.OrderItem.id).where(models.OrderItem.omnitron_id == omnitron_id)
    with unit_of_work():
        item_id = db.session.execute(item).scalar_one()
        mapping = models.Mapping(order_item_id=item_id, code=f"ERP-{order.number}", update_stock=False)
        db.session.add(mapping)
        db.session.flush()
        row = models.MappingForward(
            mapping_id=mapping.id, update_stock=False, state="failed", tries=1, trouble="refused"
        )
        db.session.add(row)
        db.session.flush()
        return row.id


def _record(order: models.Order) -> int:
    """An order of the same number in another channel, which could not be read."""
    summary = Summary(5_000 + order.id, order.number, "400", datetime(2026, 3, 1, tzinfo=UTC))
    upstream_records.quarantine(BrokenRecord("channel", "is missing", {"number": order.number}, summary))
    return _newest(models.UpstreamOrder)


def _change(place: models.StockLocation) -> int:
    """The entry of the audit log about an edit that can be undone."""
    body = _body(place)
    drafts.save_draft(ReplayKind.STOCK_LOCATION, {**body, "priority": 7}, body, f"for {place.erp_code}")
    return _newest(models.AuditEntry)


def _body(place: models.StockLocation) -> dict[str, Any]:
    body = drafts.stored_body(ReplayKind.STOCK_LOCATION, {"erp_code": place.erp_code})
    assert body is not None
    return dict(body)


def _newest(model: Any) -> int:
    return int(db.session.execute(select(func.max(model.id))).scalar_one())
