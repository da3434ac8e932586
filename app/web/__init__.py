"""Pages: one blueprint a noun. A view parses, asks a query or a service, and renders; it holds no rule."""

from __future__ import annotations

from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter

from app.web import (
    access,
    account,
    addresses,
    audit_log,
    auth,
    batches,
    bulk_actions,
    channels,
    discrepancies,
    execution_plans,
    explanations,
    formats,
    health,
    help_pages,
    htmx,
    links,
    mapping_forwards,
    my_location,
    navigation,
    order_events,
    order_exports,
    order_pull,
    orders,
    overview,
    package_commands,
    packages,
    places,
    preferences,
    remedies,
    remembered,
    replays,
    reservations,
    saved_views,
    scenarios,
    search,
    stock_feeds,
    stock_locations,
    stock_log,
    tokens,
    triage,
    upstream,
    users,
    webhook_events,
    webhook_formats,
    webhooks,
)

LARGEST_ID = 2**63 - 1

BLUEPRINTS = (
    health.blueprint,
    auth.blueprint,
    overview.blueprint,
    search.blueprint,
    orders.blueprint,
    order_exports.blueprint,
    saved_views.blueprint,
    packages.blueprint,
    triage.blueprint,
    explanations.blueprint,
    execution_plans.blueprint,
    help_pages.blueprint,
    remedies.blueprint,
    replays.blueprint,
    package_commands.blueprint,
    places.blueprint,
    stock_log.blueprint,
    scenarios.blueprint,
    stock_locations.blueprint,
    stock_feeds.blueprint,
    reservations.blueprint,
    mapping_forwards.blueprint,
    batches.blueprint,
    bulk_actions.blueprint,
    my_location.blueprint,
    discrepancies.blueprint,
    tokens.blueprint,
    order_pull.blueprint,
    upstream.blueprint,
    account.blueprint,
    users.blueprint,
    channels.blueprint,
    audit_log.blueprint,
    webhooks.blueprint,
    webhook_events.blueprint,
    order_events.blueprint,
)


class RowIdConverter(IntegerConverter):
    """Whole numbers in addresses are ids of rows: a larger one is no address of ours, whatever the method."""

    def to_python(self, value: str) -> int:
        """The id. Raises NotFound: a mere mismatch would be 405 where another method was looked at first."""
        if len(value) > len(str(LARGEST_ID)) or int(value) > LARGEST_ID:
            raise NotFound
        return int(value)


def register(app: Flask) -> None:
    """Add every blueprint of the pages (the list is the site's table of contents) and what they share."""
    app.url_map.converters["int"] = RowIdConverter
    formats.register(app)
    webhook_formats.register(app)
    addresses.register(app)
    links.register(app)
    remembered.register(app)
    navigation.install(app)
    preferences.install(app)
    htmx.install(app)
    auth.install(app)
    access.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
