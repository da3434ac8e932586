"""What people leave behind in a world beside orders and stock: tokens, batches, trials, files, events.

Put into the demo and into the small world of the browser tests, so that every page has something to show.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import insert, select

from app import clock, models
from app.domain.replays import ReplayKind
from app.domain.saved_views import ListCode
from app.domain.webhooks import AttemptOutcome, EventState
from app.extensions import db
from app.queries import kept_triage
from app.queries.webhook_deliveries import DeliveryFilter
from app.services import (
    batch_runs,
    batches,
    drafts,
    joint_fixes,
    replays,
    saved_views,
    stock_feeds,
    triage,
    webhook_resending,
)
from app.services.unit_of_work import unit_of_work
from tests import builders, outbox

REASON = "agreed with the stores on Monday"


def furnish(administrator_id: int) -> None:
    """Put something of each kind into the world. Needs an application context, and a planned world."""
    _tokens(administrator_id)
    saved_views.create_view(administrator_id, ListCode.ORDERS, "Out of stock", "out_of_stock=yes", True)
    _events()
    _batches()
    _edited_location()
    _read_file()
    _upstream()
    _forwards()
    _report()
    db.session.remove()


def _tokens(user_id: int) -> None:
    user = db.session.get_one(models.User, user_id)
    soon, gone = clock.now() + timedelta(days=90), clock.now() - timedelta(days=2)
    builders.a_token(user, key="c0ffee" + "0" * 34, label="ERP, nightly", expires_date=soon)
    builders.a_token(user, key="ab1ed0" + "0" * 34, label="Dashboards", scope="read", revoked_date=gone)


def _events() -> None:
    """Notifications in each state with their tries, where nobody delivers any."""
    if db.session.scalar(select(models.WebhookAttempt.id).limit(1)) is not None:
        return
    hook = (
        db.session.scalar(select(models.Webhook).order_by(models.Webhook.id).limit(1)) or outbox.a_webhook()
    )
    orders = db.session.scalars(select(models.Order).order_by(models.Order.id.desc()).limit(4)).all()
    now = clock.now()
    answers = (
        (EventState.DELIVERED, 200, b'{"accepted": true}', AttemptOutcome.DELIVERED),
        (EventState.RETRYING, 503, b"<h1>Service Unavailable</h1>", AttemptOutcome.REJECTED),
        (EventState.UNDELIVERED, 400, b'{"error": "unknown channel"}', AttemptOutcome.REJECTED),
    )
    for order, (state, status, content, outcome) in zip(orders * 3, answers, strict=False):
        event = outbox.an_event(hook, order, state=state)
        outbox.an_attempt(event, now - timedelta(minutes=4), status=status, content=content, outcome=outcome)


def _batches() -> None:
    """A fix that is planned for many, and events that were sent again."""
    triage.refresh()
    found = kept_triage.kept_triage()
    for fix in found.fixes[:1] if found else ():
        joint_fixes.plan_fix(fix.key, kept_triage.kept_fix(fix.key).version, REASON)
    undelivered = EventState.UNDELIVERED.value
    batch_id = webhook_resending.plan(DeliveryFilter(state=undelivered), {"state": undelivered}, "")
    batches.start_batch(batch_id)
    while batch_runs.run_batch(batch_id):
        pass


def _edited_location() -> None:
    """One edit that was saved, and one that was only tried."""
    code = db.session.scalars(
        select(models.StockLocation.erp_code).order_by(models.StockLocation.id).limit(1)
    ).one()
    stored = drafts.stored_body(ReplayKind.STOCK_LOCATION, {"erp_code": code})
    assert stored is not None
    drafts.save_draft(ReplayKind.STOCK_LOCATION, {**stored, "max_quota": 40}, stored, REASON)
    trial = replays.try_edit(ReplayKind.STOCK_LOCATION, {**stored, "max_quota": 40, "is_active": False}, 7)
    while replays.run_replay(trial, 60):
        pass


def _read_file() -> None:
    """A file of stock answers with new, changed and wrong rows, that waits to be stored."""
    location, product, stock = models.StockLocation, models.Product, models.Stock
    places = db.session.execute(
        select(location.erp_code, product.sku, stock.stock_count)
        .join_from(stock, location, location.id == stock.stock_location_id)
        .join(product, product.id == stock.product_id)
        .order_by(stock.id)
        .limit(12)
    ).all()
    rows = [f"{one.erp_code},{one.sku},{one.stock_count // 100 + at % 3}" for at, one in enumerate(places)]
    text = "\n".join(["erp_code,sku,stock_count", *rows, "ST-9999,TS-M,4", f"{places[0].erp_code},?,many"])
    stock_feeds.read_feed(BytesIO(text.encode()), "night-count.csv")


def _upstream() -> None:
    """Readings of the upstream that came to an end or failed, and what was kept away."""
    now = clock.now()
    run = {"feed": "changes", "request_count": 3, "outcome": "finished", "trouble": None, "detail": None}
    failed = {**run, "outcome": "failed", "trouble": "server_error", "detail": "503 Service Unavailable"}
    runs = [
        {
            **one,
            "started_date": now - timedelta(minutes=ago),
            "finished_date": now - timedelta(minutes=ago - 1),
        }
        for ago, one in ((90, {**run, "seen_count": 12, "imported_count": 9}), (60, failed), (30, run))
    ]
    raw = {"pk": 501, "number": "50000501", "orderitem_set": [{"pk": 9001, "quantity": "one"}]}
    kept = {
        "remote_modified_date": now - timedelta(hours=1),
        "tries": 2,
        "created_date": now,
        "modified_date": now,
    }
    broken = {"field": "orderitem_set[0].quantity", "reason": "A valid number is required.", "raw": raw}
    refused = {"field": None, "reason": "Channel is not taken in.", "raw": None, "next_try_date": None}
    records = [
        {**kept, **broken, "key": "501", "omnitron_id": 501, "number": "50000501", "state": "quarantined",
         "next_try_date": now + timedelta(hours=3)},
        {**kept, **refused, "key": "502", "omnitron_id": 502, "number": "50000502", "state": "refused"},
    ]  # fmt: skip
    _insert(models.UpstreamRun, runs)
    _insert(models.UpstreamOrder, records)


def _forwards() -> None:
    """Mappings that the upstream was told, is still to be told, and would not hear."""
    ids = db.session.scalars(select(models.Mapping.id).order_by(models.Mapping.id.desc()).limit(3)).all()
    now = clock.now()
    none = {"next_try_date": None, "sent_date": None, "trouble": None, "detail": None, "tries": 1}
    told = {**none, "state": "sent", "sent_date": now - timedelta(minutes=9)}
    failed = {**none, "state": "failed", "tries": 11, "trouble": "refused", "detail": "404 Not Found"}
    waits = {**none, "state": "waiting", "next_try_date": now + timedelta(minutes=10), "trouble": "timeout"}
    stamps = {"update_stock": True, "created_date": now - timedelta(hours=1), "modified_date": now}
    _insert(
        models.MappingForward,
        [{**one, **stamps, "mapping_id": key} for key, one in zip(ids, (failed, waits, told), strict=False)],
    )


def _report() -> None:
    """A unit that a store did not find, where no report is open."""
    report = models.InventoryDiscrepancy
    if db.session.scalar(select(report.id).limit(1)) is None:
        place = db.session.scalars(
            select(models.StockLocation).order_by(models.StockLocation.id.desc()).limit(1)
        )
        product = db.session.scalars(select(models.Product).order_by(models.Product.id.desc()).limit(1))
        builders.a_discrepancy(place.one(), product.one(), note="the shelf is empty", reported_by="operator")


def _insert(model: Any, rows: Sequence[dict[str, Any]]) -> None:
    with unit_of_work():
        db.session.execute(insert(model), list(rows))
