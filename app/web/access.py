"""Who may open which page, and whose records: one table, asked before every request.

What is not in it is open to nobody. The API authenticates each request by its token and is not asked here;
each of its endpoints says the same where it is declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from enum import Enum

from flask import Flask, abort, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from app import error_pages
from app.domain import access
from app.domain.access import Role, Whose
from app.services import audit
from app.web import htmx


class Audience(Enum):
    """Who a page is for (None: everybody, also without signing in), and whose records they come to there.

    Where these are those of own locations, a store manager's views ask own_locations() and the desk sees all;
    where they are one's own, administrators see everybody's.
    """

    ANYBODY = (None, Whose.NOBODYS)
    SIGNED_IN = (frozenset(Role), Whose.OWN)
    OWN_LOCATIONS = (frozenset(Role), Whose.OWN_LOCATIONS)
    DESK = (access.DESK, Whose.ALL)
    ADMINISTRATORS = (frozenset({Role.ADMINISTRATOR}), Whose.ALL)

    @property
    def whose(self) -> Whose:
        """The records that are shown there."""
        return self.value[1]

    def includes(self, role: str) -> bool:
        """Whether somebody signed in with that role belongs to it."""
        roles = self.value[0]
        return roles is None or role in roles


POLICY: Mapping[str, Audience] = {
    "static": Audience.ANYBODY,
    "prometheus_metrics": Audience.ANYBODY,
    "health.healthz": Audience.ANYBODY,
    "health.readyz": Audience.ANYBODY,
    "pictures.show_picture": Audience.ANYBODY,
    "auth.sign_in": Audience.ANYBODY,
    "auth.check_sign_in": Audience.ANYBODY,
    "auth.sign_out": Audience.SIGNED_IN,
    "overview.show": Audience.OWN_LOCATIONS,
    "orders.index": Audience.OWN_LOCATIONS,
    "orders.show": Audience.OWN_LOCATIONS,
    "orders.show_by_number": Audience.OWN_LOCATIONS,
    "search.show": Audience.OWN_LOCATIONS,
    "search.suggest": Audience.OWN_LOCATIONS,
    "bulk_actions.plan_orders": Audience.DESK,
    "bulk_actions.plan_packages": Audience.DESK,
    "order_exports.show_csv": Audience.OWN_LOCATIONS,
    "order_exports.show_json": Audience.OWN_LOCATIONS,
    "saved_views.new": Audience.SIGNED_IN,
    "saved_views.create": Audience.SIGNED_IN,
    "saved_views.begin_with_all": Audience.SIGNED_IN,
    "saved_views.show": Audience.SIGNED_IN,
    "saved_views.change": Audience.SIGNED_IN,
    "saved_views.store_query": Audience.SIGNED_IN,
    "saved_views.ask": Audience.SIGNED_IN,
    "saved_views.delete": Audience.SIGNED_IN,
    "packages.index": Audience.OWN_LOCATIONS,
    "package_commands.show": Audience.OWN_LOCATIONS,
    "package_commands.carry_out": Audience.OWN_LOCATIONS,
    "explanations.show": Audience.OWN_LOCATIONS,
    "explanations.show_json": Audience.OWN_LOCATIONS,
    "explanations.show_csv": Audience.OWN_LOCATIONS,
    "execution_plans.index": Audience.DESK,
    "execution_plans.show": Audience.DESK,
    "help_pages.causes": Audience.SIGNED_IN,
    "help_pages.words": Audience.SIGNED_IN,
    "remedies.show": Audience.DESK,
    "remedies.apply": Audience.DESK,
    "triage.index": Audience.DESK,
    "triage.top": Audience.DESK,
    "triage.look_again": Audience.DESK,
    "triage.show": Audience.DESK,
    "triage.apply": Audience.DESK,
    "places.show": Audience.OWN_LOCATIONS,
    "places.show_json": Audience.OWN_LOCATIONS,
    "batches.index": Audience.DESK,
    "batches.show": Audience.DESK,
    "batches.start": Audience.DESK,
    "batches.cancel": Audience.DESK,
    "stock_log.index": Audience.DESK,
    "stock_feeds.ask": Audience.DESK,
    "stock_feeds.upload": Audience.DESK,
    "stock_feeds.show": Audience.DESK,
    "stock_feeds.store": Audience.DESK,
    "reservations.index": Audience.DESK,
    "reservations.ask": Audience.DESK,
    "reservations.release": Audience.DESK,
    "reservations.plan_all": Audience.DESK,
    "mapping_forwards.index": Audience.DESK,
    "mapping_forwards.try_again": Audience.DESK,
    "mapping_forwards.try_all_again": Audience.DESK,
    "scenarios.index": Audience.DESK,
    "scenarios.show": Audience.DESK,
    "scenarios.new": Audience.ADMINISTRATORS,
    "scenarios.make": Audience.ADMINISTRATORS,
    "scenarios.edit": Audience.ADMINISTRATORS,
    "scenarios.save": Audience.ADMINISTRATORS,
    "stock_locations.index": Audience.DESK,
    "stock_locations.show": Audience.DESK,
    "stock_locations.edit": Audience.ADMINISTRATORS,
    "stock_locations.save": Audience.ADMINISTRATORS,
    "replays.show": Audience.ADMINISTRATORS,
    "replays.cancel": Audience.ADMINISTRATORS,
    "replays.save": Audience.ADMINISTRATORS,
    "replays.ask": Audience.ADMINISTRATORS,
    "replays.undo": Audience.ADMINISTRATORS,
    "order_events.show": Audience.DESK,
    "webhooks.index": Audience.DESK,
    "webhooks.show": Audience.DESK,
    "webhooks.new": Audience.ADMINISTRATORS,
    "webhooks.create": Audience.ADMINISTRATORS,
    "webhooks.schedule": Audience.ADMINISTRATORS,
    "webhooks.edit": Audience.ADMINISTRATORS,
    "webhooks.change": Audience.ADMINISTRATORS,
    "webhooks.ask_secret": Audience.ADMINISTRATORS,
    "webhooks.rotate": Audience.ADMINISTRATORS,
    "webhooks.pause": Audience.ADMINISTRATORS,
    "webhooks.resume": Audience.ADMINISTRATORS,
    "webhooks.ask_delete": Audience.ADMINISTRATORS,
    "webhooks.delete": Audience.ADMINISTRATORS,
    "webhooks.ping": Audience.ADMINISTRATORS,
    "webhook_events.index": Audience.DESK,
    "webhook_events.plan_resend": Audience.DESK,
    "webhook_events.show": Audience.DESK,
    "webhook_events.show_live": Audience.DESK,
    "webhook_events.show_response": Audience.DESK,
    "webhook_events.resend": Audience.DESK,
    "my_location.index": Audience.OWN_LOCATIONS,
    "my_location.show": Audience.OWN_LOCATIONS,
    "discrepancies.index": Audience.OWN_LOCATIONS,
    "discrepancies.show_csv": Audience.OWN_LOCATIONS,
    "discrepancies.show": Audience.OWN_LOCATIONS,
    "discrepancies.recount": Audience.OWN_LOCATIONS,
    "discrepancies.confirm": Audience.OWN_LOCATIONS,
    "discrepancies.clear": Audience.OWN_LOCATIONS,
    "discrepancies.restore": Audience.OWN_LOCATIONS,
    "discrepancies.ask_removal": Audience.OWN_LOCATIONS,
    "discrepancies.remove": Audience.OWN_LOCATIONS,
    "account.show": Audience.SIGNED_IN,
    "account.change_preferences": Audience.SIGNED_IN,
    "account.switch_language": Audience.SIGNED_IN,
    "account.change_password": Audience.SIGNED_IN,
    "account.sign_out_everywhere": Audience.SIGNED_IN,
    "users.index": Audience.ADMINISTRATORS,
    "users.new": Audience.ADMINISTRATORS,
    "users.create": Audience.ADMINISTRATORS,
    "users.show": Audience.ADMINISTRATORS,
    "users.change": Audience.ADMINISTRATORS,
    "users.set_password": Audience.ADMINISTRATORS,
    "users.sign_out": Audience.ADMINISTRATORS,
    "channels.index": Audience.ADMINISTRATORS,
    "channels.show": Audience.ADMINISTRATORS,
    "channels.change": Audience.ADMINISTRATORS,
    "audit_log.index": Audience.ADMINISTRATORS,
    "audit_log.show_csv": Audience.ADMINISTRATORS,
    "tokens.index": Audience.SIGNED_IN,
    "tokens.new": Audience.SIGNED_IN,
    "tokens.make": Audience.SIGNED_IN,
    "tokens.ask": Audience.SIGNED_IN,
    "tokens.revoke": Audience.SIGNED_IN,
    "order_pull.show": Audience.DESK,
    "order_pull.pull": Audience.DESK,
    "upstream.index": Audience.DESK,
    "upstream.sync": Audience.DESK,
    "upstream.show": Audience.DESK,
    "upstream.try_again": Audience.DESK,
    "upstream.dismiss": Audience.DESK,
}
EXTENSION = "access_policy"


def install(app: Flask) -> None:
    """Ask the table before each request, and let every act of it be done in the name of who is signed in."""
    app.extensions[EXTENSION] = dict(POLICY)
    app.jinja_env.globals["is_desk"] = is_desk
    app.before_request(_guard)
    app.register_error_handler(CSRFError, _sign_in_again)
    app.before_request(_act_as_signed_in)
    app.teardown_request(_stop_acting)


def own_locations() -> frozenset[int] | None:
    """The ids of the locations whose records may be shown to who is signed in; None: those of all."""
    if not current_user.is_authenticated:
        return frozenset()
    found: frozenset[int] | None = current_user.own_locations
    return found


def is_desk() -> bool:
    """Whether who is signed in works for all locations."""
    return own_locations() is None


def _guard() -> Response | None:
    """Unknown addresses pass: their 404 tells nothing."""
    if request.endpoint is None or request.path.startswith("/api/"):
        return None
    audience: Audience | None = current_app.extensions[EXTENSION].get(request.endpoint)
    if audience is Audience.ANYBODY:
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if audience is None or not audience.includes(current_user.role):
        abort(403)
    return None


def _ask_to_sign_in() -> Response:
    """The form, which leads back to the page that was asked for or stood open."""
    here = htmx.page_address() if htmx.wants_part() else _page_asked_from()
    address = url_for("auth.sign_in", next=None if here == "/" else here)
    return htmx.go_to(address) if htmx.wants_part() else redirect(address, 303)


def _page_asked_from() -> str | None:
    """The address of the page; of a form that was sent, that of the page it stood on."""
    if request.method == "GET":
        return request.full_path.removesuffix("?")
    return htmx.own_path(request.referrer)


def _sign_in_again(error: CSRFError) -> Response:
    """A form of a session that has ended has no valid token any more: nobody has to guess what that means."""
    audience = current_app.extensions[EXTENSION].get(request.endpoint)
    if current_user.is_authenticated or audience is None or audience is Audience.ANYBODY:
        return error_pages.answer(400, detail=error.description)
    if not htmx.wants_part():
        flash(gettext("Your session had ended, so nothing was stored. Sign in and send the form again."))
    return _ask_to_sign_in()


def _act_as_signed_in() -> None:
    if request.path.startswith("/api/") or not current_user.is_authenticated:
        return
    g.acting = ExitStack()
    g.acting.enter_context(audit.acting_as(current_user.username, current_user.id))


def _stop_acting(_error: BaseException | None) -> None:
    acting: ExitStack | None = g.pop("acting", None)
    if acting is not None:
        acting.close()
