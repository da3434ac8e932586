"""Every route of the API, for tests that hold all of them to the same manners."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.api.endpoints import POLICIES, Policy
from app.extensions import Base, db

# Noted with each use; everything else must stay as it is when a request is refused.
_MAY_CHANGE = frozenset({"tokens"})

# A body that each of these takes, as far as its form goes.
BODIES: dict[str, Any] = {
    "/api/v1/auth/login/": {"username": "nobody", "password": "wrong"},
    "/api/i1/order_items/1/create_mapping/": {"code": "ERP-1"},
    "/api/v1/order_items/1/create_mapping/": {"code": "ERP-1"},
    "/api/v1/oms/inventory-discrepancies/remove/": {"expired_date": "10-10-2023"},
    "/api/v1/oms/oms_hook_events/resend-event/": {"event": "00000000-0000-4000-8000-000000000000"},
    "/api/v1/oms/orderexecutionplans/1/command/": {"command": "cancel"},
    "/api/v1/oms/orders/pull_from_omnitron/": {"order_numbers": ["1001"]},
    "/api/v1/oms/packages/1/command/": {"command": "pack"},
    "/api/v1/oms/reservations/1/release/": {"reason": "Nobody needs it"},
    "/api/v1/oms/stock/": [{"erp_code": "ST-001", "sku": "TS-M", "stock_count": "5"}],
    "/api/v1/oms/webhooks/": {"event_type": "order.created", "target_url": "https://example.com/hook"},
}


@dataclass(frozen=True, slots=True)
class Route:
    """One method at one address; what the address names has the number 1."""

    method: str
    path: str
    policy: Policy


LISTS = (
    "/api/v1/content_types/",
    "/api/v1/oms/inventory-discrepancies/",
    "/api/v1/oms/order-stock-info/",
    "/api/v1/oms/orderexecutionplans/",
    "/api/v1/oms/orders/",
    "/api/v1/oms/orders/1/webhook_events/",
    "/api/v1/oms/orders/1/webhook_events/short/",
    "/api/v1/oms/orders/list-simple/",
    "/api/v1/oms/orders/short/",
    "/api/v1/oms/packages/",
    "/api/v1/oms/reservations/",
    "/api/v1/oms/settings/undelivered_webhooks/",
    "/api/v1/oms/stocklocations/",
    "/api/v1/oms/webhooks/",
)


def routes(app: Flask) -> list[Route]:
    """Every route that has a policy."""
    return [
        Route(method, re.sub(r"<[^>]+>", "1", rule.rule), POLICIES[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if rule.endpoint in POLICIES
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def everything_stored(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those that note the use of tokens."""
    with app.app_context():
        return {
            table.name: [
                tuple(row) for row in db.session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
            if table.name not in _MAY_CHANGE
        }
