"""What the frame of every page shows: the entries, how many packages wait, and whether the demo has aged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, g, request, url_for
from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.local import LocalProxy

from app import clock
from app.queries import navigation
from app.web.access import POLICY, is_desk, own_locations

DEMO_AGES_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation; `blueprints` are those whose pages belong to it.

    `for_desk` says whether it is for the desk only (True), or for store managers only (False); "g" and then
    `key` go there.
    """

    endpoint: str
    label: object
    icon: str
    blueprints: tuple[str, ...]
    for_desk: bool | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry on one page."""

    label: object
    url: str
    icon: str
    active: bool
    badge: int | None
    key: str


QUEUE = "packages.index"
ENTRIES = (
    Entry("my_location.index", _("My location"), "home", ("my_location",), for_desk=False, key="m"),
    Entry("overview.show", _("Overview"), "layout-dashboard", ("overview",), for_desk=True, key="h"),
    Entry("orders.index", _("Orders"), "shopping-cart", ("orders", "order_pull"), key="o"),
    Entry(
        QUEUE,
        _("Out of stock"),
        "package-off",
        ("packages", "explanations", "remedies", "package_commands", "triage"),
        key="q",
    ),
    Entry(
        "execution_plans.index",
        _("Execution plans"),
        "git-branch",
        ("execution_plans",),
        for_desk=True,
        key="e",
    ),
    Entry("discrepancies.index", _("Discrepancies"), "clipboard-check", ("discrepancies",), key="d"),
    Entry("reservations.index", _("Reservations"), "lock", ("reservations", "mapping_forwards"), key="r"),
    Entry("stock_log.index", _("Stock log"), "list-details", ("stock_log", "places"), key="l"),
    Entry("scenarios.index", _("Scenarios"), "route", ("scenarios", "replays"), key="c"),
    Entry(
        "stock_locations.index",
        _("Locations"),
        "building-store",
        ("stock_locations", "stock_feeds"),
        key="p",
    ),
    Entry("upstream.index", _("Omnitron"), "download", ("upstream",), key="u"),
    Entry("webhooks.index", _("Webhooks"), "webhook", ("webhooks", "webhook_events"), key="w"),
    Entry("batches.index", _("Bulk actions"), "list-check", ("batches",), key="b"),
    Entry("users.index", _("Users"), "users", ("users",)),
    Entry("channels.index", _("Channels"), "world", ("channels",)),
    Entry("audit_log.index", _("Audit log"), "history", ("audit_log",)),
)


def install(app: Flask) -> None:
    """Give templates `navigation()` and `notice`; the database is asked once a request, when one is shown."""
    app.context_processor(lambda: {"navigation": entries, "notice": LocalProxy(notice)})


def belongs_to(blueprint: str) -> tuple[str, str]:
    """Show this page as one of that blueprint's; what its list is called, and where it is."""
    g.navigation_blueprint = blueprint
    entry = next(one for one in ENTRIES if blueprint in one.blueprints)
    return str(entry.label), url_for(entry.endpoint)


def entries() -> list[ShownEntry]:
    """The entries that who is signed in may open; none for anybody else. Made once a request."""
    if "navigation_entries" not in g:
        g.navigation_entries = _entries()
    known: list[ShownEntry] = g.navigation_entries
    return known


def _entries() -> list[ShownEntry]:
    found = _found()
    if found is None:
        return []
    role, desk = current_user.role, is_desk()
    return [
        _shown(one, found)
        for one in ENTRIES
        if POLICY[one.endpoint].includes(role) and one.for_desk in (None, desk)
    ]


def notice() -> str:
    """That the demo has aged, once its newest fact is a day old; empty before that, and for real worlds."""
    found = _found()
    if found is None or not found.is_demo or found.newest_fact_at is None:
        return ""
    age = clock.now() - found.newest_fact_at
    if age < DEMO_AGES_AFTER:
        return ""
    return ngettext(
        "The newest fact of this demo is %(num)s day old. “make demo-fresh” makes it anew.",
        "The newest fact of this demo is %(num)s days old. “make demo-fresh” makes it anew.",
        age.days,
    )


def _found() -> navigation.Navigation | None:
    if "navigation" not in g:
        g.navigation = navigation.navigation(own_locations()) if current_user.is_authenticated else None
    known: navigation.Navigation | None = g.navigation
    return known


def _shown(entry: Entry, found: navigation.Navigation) -> ShownEntry:
    return ShownEntry(
        entry.label,
        url_for(entry.endpoint),
        entry.icon,
        g.get("navigation_blueprint", request.blueprint) in entry.blueprints,
        found.out_of_stock if entry.endpoint == QUEUE else None,
        entry.key,
    )
