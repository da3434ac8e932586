"""Every page with an address in a world that has everything: what `make pictures` and `make bench` open.

A structure test holds it to the URL map: a new page is named here, or is said to be no page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, url_for
from sqlalchemy import Select, select

from app import clock
from app.documents import explanation_document
from app.domain.access import Role
from app.domain.diagnosis.causes import Cause
from app.domain.saved_views import ListCode
from app.extensions import db
from app.models import (
    AuditEntry,
    Batch,
    Channel,
    ExecutionPlan,
    InventoryDiscrepancy,
    OrderItem,
    Package,
    Replay,
    Reservation,
    SavedView,
    Scenario,
    Stock,
    StockFeed,
    StockLocation,
    StockLogEntry,
    Token,
    UpstreamOrder,
    User,
    Webhook,
    WebhookAttempt,
    WebhookEvent,
)
from app.models import Product as ProductRow
from app.queries import explanations, kept_triage

Value = Select[Any] | Callable[[], object] | str | int
ADMIN, MANAGER = Role.ADMINISTRATOR, Role.STORE_MANAGER

NO_PAGES: Mapping[str, str] = {
    "static": "files",
    "prometheus_metrics": "figures for machines",
    "health.healthz": "an answer for machines",
    "health.readyz": "an answer for machines",
    "pictures.show_picture": "a picture of the demo",
    "orders.show_by_number": "leads on to the order",
    "explanations.show_json": "a download",
    "explanations.show_csv": "a download",
    "order_exports.show_csv": "a download",
    "order_exports.show_json": "a download",
    "places.show_json": "a download",
    "discrepancies.show_csv": "a download",
    "audit_log.show_csv": "a download",
    "search.suggest": "a part of every page",
    "triage.top": "a part of the overview",
    "order_events.show": "a part of the order",
    "webhook_events.show_live": "a part of the event",
    "webhooks.schedule": "a part of the form",
}
"""Routes that are asked for by GET and answer something else than a page, and what."""


@dataclass(frozen=True)
class ShownPage:
    """A page: who is looking, and the values of its address. A statement stands for its first value."""

    name: str
    endpoint: str
    values: Mapping[str, Value] = field(default_factory=dict)
    role: Role | None = ADMIN

    @property
    def is_list(self) -> bool:
        """Whether it shows many of a kind, a part at a time; so does the overview."""
        return self.endpoint.endswith(".index") or self.endpoint == "overview.show"


def addresses(app: Flask) -> list[tuple[ShownPage, str]]:
    """All pages with their addresses in the world of that application's database."""
    with app.test_request_context():
        return [(page, address_of(page)) for page in PAGES]


def is_furnished() -> bool:
    """Whether the world has what people leave behind already. Needs an application context."""
    return db.session.scalar(select(Replay.id).limit(1)) is not None


def address_of(page: ShownPage) -> str:
    """Its address in the present world. Raises LookupError where that has nothing for it; needs a request."""
    return url_for(page.endpoint, **{name: _found(page, value) for name, value in page.values.items()})


def _found(page: ShownPage, value: Value) -> object:
    found = value
    if isinstance(value, Select):
        found = db.session.scalars(value.limit(1)).first()
    elif callable(value):
        found = value()
    if found is None:
        raise LookupError(f"the world has nothing for the page {page.name!r}")
    return found


def _waiting(cause: str) -> Select[Any]:
    """The oldest package out of stock for that cause."""
    return select(Package.id).where(Package.state == "920", Package.cause == cause).order_by(Package.id)


def _order_of(package: Select[Any]) -> Select[Any]:
    return select(Package.order_id).where(Package.id == package.limit(1).scalar_subquery())


def _busiest_fix() -> str:
    triage = kept_triage.kept_triage()
    assert triage is not None and triage.fixes
    return triage.fixes[0].key


def _remedy() -> str:
    package_id = db.session.scalars(_STALE.limit(1)).one()
    document = explanation_document(explanations.explain_package(package_id, "now", clock.now()), None)
    return next(one["key"] for one in document["remedies"] if one["key"])


def _hot_place(column: Any) -> Select[Any]:
    """Of the stock row that a waiting package of a stale reservation is about."""
    item = (
        select(OrderItem.product_id)
        .where(OrderItem.order_id == _order_of(_STALE).limit(1).scalar_subquery())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(column)
        .join_from(Stock, StockLocation, StockLocation.id == Stock.stock_location_id)
        .join(ProductRow, ProductRow.id == Stock.product_id)
        .join(Reservation, Reservation.stock_location_id == StockLocation.id)
        .where(Stock.product_id == item, Reservation.product_id == item, Reservation.state == "held")
        .order_by(Reservation.id)
    )


def _own_location() -> object:
    """A location of the first store manager."""
    manager = db.session.scalars(select(User).where(User.role == MANAGER).order_by(User.id).limit(1)).one()
    db.session.refresh(manager, ["locations"])
    return manager.locations[0].id


def _in_state(model: Any, state: str) -> Select[Any]:
    return select(model.id).where(model.state == state).order_by(model.id.desc())


_STALE = _waiting(Cause.STALE_RESERVATION)
_A_REPORT = select(InventoryDiscrepancy.id).order_by(InventoryDiscrepancy.id)


def _pages() -> Iterator[ShownPage]:
    yield ShownPage("sign-in", "auth.sign_in", role=None)
    yield ShownPage("overview", "overview.show")
    yield from _orders()
    yield from _plans_and_help()
    yield from _queue()
    yield from _stock()
    yield from _rules()
    yield from _webhooks()
    yield from _administration()
    yield from _of_manager()
    yield ShownPage("api-reference", "api_docs.show")


def _orders() -> Iterator[ShownPage]:
    yield ShownPage("orders", "orders.index")
    yield ShownPage("orders-none", "orders.index", {"q": "nobody has ordered this"})
    yield ShownPage("order", "orders.show", {"order_id": _order_of(_STALE)})
    yield ShownPage(
        "order-told", "orders.show", {"order_id": select(WebhookEvent.order_id).order_by(WebhookEvent.id)}
    )
    view = {"view_id": select(SavedView.id).order_by(SavedView.id)}
    yield ShownPage("saved-view", "saved_views.show", view)
    yield ShownPage("saved-view-delete", "saved_views.ask", view)
    yield ShownPage("saved-view-new", "saved_views.new", {"list_code": ListCode.ORDERS.value, "q": "yilmaz"})
    yield ShownPage("search", "search.show", {"q": "yilmaz"})
    yield ShownPage("order-pull", "order_pull.show")


def _plans_and_help() -> Iterator[ShownPage]:
    plan = select(ExecutionPlan.id).where(
        ExecutionPlan.order_id == _order_of(_STALE).limit(1).scalar_subquery()
    )
    yield ShownPage("execution-plans", "execution_plans.index")
    yield ShownPage("execution-plan", "execution_plans.show", {"plan_id": plan})
    yield ShownPage("help", "help_pages.words")
    yield ShownPage("help-causes", "help_pages.causes")


def _queue() -> Iterator[ShownPage]:
    yield ShownPage("out-of-stock", "packages.index")
    for cause in Cause:
        yield ShownPage(f"investigation-{cause}", "explanations.show", {"package_id": _waiting(cause)})
    yield ShownPage("investigation-planned", "explanations.show", {"package_id": _STALE, "at": "plan"})
    yield ShownPage("remedy", "remedies.show", {"package_id": _STALE, "key": _remedy})
    yield ShownPage("package-command", "package_commands.show", {"package_id": _STALE, "command": "cancel"})
    yield ShownPage("triage", "triage.index")
    yield ShownPage("triage-fix", "triage.show", {"key": _busiest_fix})
    yield ShownPage("batches", "batches.index")
    yield ShownPage("batch-planned", "batches.show", {"batch_id": _in_state(Batch, "planned")})
    yield ShownPage("batch-finished", "batches.show", {"batch_id": _in_state(Batch, "finished")})


def _stock() -> Iterator[ShownPage]:
    place = {"erp_code": _hot_place(StockLocation.erp_code), "sku": _hot_place(ProductRow.sku)}
    logged = {
        "erp_code": select(StockLocation.erp_code)
        .join_from(StockLogEntry, StockLocation, StockLocation.id == StockLogEntry.stock_location_id)
        .order_by(StockLogEntry.id.desc()),
        "sku": select(ProductRow.sku)
        .join_from(StockLogEntry, ProductRow, ProductRow.id == StockLogEntry.product_id)
        .order_by(StockLogEntry.id.desc()),
    }
    yield ShownPage("place", "places.show", place)
    yield ShownPage("stock-log", "stock_log.index")
    yield ShownPage("stock-log-place", "stock_log.index", logged)
    yield ShownPage("stock-import", "stock_feeds.ask")
    yield ShownPage(
        "stock-feed", "stock_feeds.show", {"feed_id": select(StockFeed.id).order_by(StockFeed.id)}
    )
    yield ShownPage("reservations", "reservations.index")
    held = select(Reservation.id).where(Reservation.state == "held").order_by(Reservation.id)
    yield ShownPage("reservation-release", "reservations.ask", {"id": held})
    yield ShownPage("discrepancies", "discrepancies.index")
    yield ShownPage("discrepancy", "discrepancies.show", {"discrepancy_id": _A_REPORT})
    yield ShownPage("discrepancies-removal", "discrepancies.ask_removal", {"expired_date": "2020-01-01"})
    yield ShownPage("mapping-forwards", "mapping_forwards.index")


def _rules() -> Iterator[ShownPage]:
    scenario = {"scenario_id": select(Scenario.id).order_by(Scenario.id)}
    location = {"location_id": select(StockLocation.id).order_by(StockLocation.id)}
    saved = (
        select(AuditEntry.id).where(AuditEntry.object_type == "stock_location").order_by(AuditEntry.id.desc())
    )
    yield ShownPage("scenarios", "scenarios.index")
    yield ShownPage("scenario", "scenarios.show", scenario)
    yield ShownPage("scenario-edit", "scenarios.edit", scenario)
    yield ShownPage("scenario-new", "scenarios.new")
    yield ShownPage("locations", "stock_locations.index")
    yield ShownPage("location", "stock_locations.show", location)
    yield ShownPage("location-edit", "stock_locations.edit", location)
    yield ShownPage("what-would-change", "replays.show", {"replay_id": select(Replay.id).order_by(Replay.id)})
    yield ShownPage("undo", "replays.ask", {"entry_id": saved})


def _webhooks() -> Iterator[ShownPage]:
    webhook = {"webhook_id": select(Webhook.id).order_by(Webhook.id)}
    tried = select(WebhookAttempt.event_id).where(WebhookAttempt.response_excerpt.is_not(None))
    attempt = select(WebhookAttempt.id).where(WebhookAttempt.response_excerpt.is_not(None))
    yield ShownPage("webhooks", "webhooks.index")
    yield ShownPage("webhook", "webhooks.show", webhook)
    yield ShownPage("webhook-new", "webhooks.new")
    yield ShownPage("webhook-edit", "webhooks.edit", webhook)
    yield ShownPage("webhook-secret", "webhooks.ask_secret", webhook)
    yield ShownPage("webhook-delete", "webhooks.ask_delete", webhook)
    yield ShownPage("webhook-events", "webhook_events.index")
    event = {"event_id": tried.order_by(WebhookAttempt.id)}
    yield ShownPage("webhook-event", "webhook_events.show", event)
    both = {**event, "attempt_id": attempt.order_by(WebhookAttempt.id)}
    yield ShownPage("webhook-response", "webhook_events.show_response", both)
    yield ShownPage("upstream", "upstream.index")
    kept_away = _in_state(UpstreamOrder, "quarantined")
    yield ShownPage("upstream-record", "upstream.show", {"record_id": kept_away})


def _administration() -> Iterator[ShownPage]:
    manager = select(User.id).where(User.role == MANAGER).order_by(User.id)
    yield ShownPage("users", "users.index")
    yield ShownPage("user", "users.show", {"user_id": manager})
    yield ShownPage("user-new", "users.new")
    yield ShownPage("channels", "channels.index")
    yield ShownPage("channel", "channels.show", {"channel_id": select(Channel.id).order_by(Channel.id)})
    yield ShownPage("audit-log", "audit_log.index")
    yield ShownPage("account", "account.show")
    yield ShownPage("tokens", "tokens.index")
    yield ShownPage("token-new", "tokens.new")
    yield ShownPage("token-revoke", "tokens.ask", {"token_id": select(Token.id).order_by(Token.id)})


def _of_manager() -> Iterator[ShownPage]:
    own = {"location_id": _own_location}
    yield ShownPage("my-locations", "my_location.index", role=MANAGER)
    yield ShownPage("my-location", "my_location.show", own, MANAGER)
    yield ShownPage("my-discrepancies", "discrepancies.index", role=MANAGER)
    yield ShownPage("my-out-of-stock", "packages.index", role=MANAGER)


PAGES: tuple[ShownPage, ...] = tuple(_pages())
