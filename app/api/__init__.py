"""The JSON API for scripts. One module a noun: its shapes and its endpoints."""

from __future__ import annotations

from flask import Flask

from app.api import (
    auth,
    content_types,
    docs_page,
    endpoints,
    errors,
    execution_plans,
    explanations,
    inventory_discrepancies,
    mappings,
    openapi_document,
    order_enums,
    order_pull,
    order_stock_info,
    orders,
    packages,
    reservations,
    stock,
    stock_locations,
    triage,
    webhook_events,
    webhooks,
)
from app.extensions import csrf

# Importing a noun declares its endpoints; the list is the table of contents.
NOUNS = (
    auth,
    content_types,
    execution_plans,
    explanations,
    inventory_discrepancies,
    mappings,
    order_enums,
    order_pull,
    order_stock_info,
    orders,
    packages,
    reservations,
    stock,
    stock_locations,
    triage,
    webhook_events,
    webhooks,
    openapi_document,
)

errors.install(endpoints.blueprint)


def register(app: Flask) -> None:
    """Serve every endpoint. Tokens cannot be sent by a foreign page, so nothing here needs a CSRF token."""
    csrf.exempt(endpoints.blueprint)
    app.register_blueprint(endpoints.blueprint)
    app.register_blueprint(docs_page.blueprint)
