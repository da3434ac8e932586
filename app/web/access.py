"""Who may open which page: one table, asked before every request. What is not in it is open to nobody.

The API authenticates each request by its token and is not asked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from enum import Enum

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.domain.access import Role
from app.services import audit
from app.web import htmx


class Audience(Enum):
    """Who a page is for. Store managers wait for the pages about their own locations."""

    ANYBODY = None
    SIGNED_IN = frozenset(Role)
    DESK = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})

    def includes(self, role: str) -> bool:
        """Whether somebody signed in with that role belongs to it."""
        return self.value is None or role in self.value


POLICY: Mapping[str, Audience] = {
    "static": Audience.ANYBODY,
    "prometheus_metrics": Audience.ANYBODY,
    "health.healthz": Audience.ANYBODY,
    "health.readyz": Audience.ANYBODY,
    "pictures.show_picture": Audience.ANYBODY,
    "auth.sign_in": Audience.ANYBODY,
    "auth.check_sign_in": Audience.ANYBODY,
    "auth.sign_out": Audience.SIGNED_IN,
    "overview.show": Audience.DESK,
    "orders.index": Audience.DESK,
    "orders.show": Audience.DESK,
    "orders.show_by_number": Audience.DESK,
    "packages.index": Audience.DESK,
    "package_commands.show": Audience.DESK,
    "package_commands.carry_out": Audience.DESK,
    "explanations.show": Audience.DESK,
    "explanations.show_json": Audience.DESK,
    "explanations.show_csv": Audience.DESK,
    "remedies.show": Audience.DESK,
    "remedies.apply": Audience.DESK,
    "places.show": Audience.DESK,
    "stock_log.index": Audience.DESK,
    "scenarios.index": Audience.DESK,
    "scenarios.show": Audience.DESK,
    "stock_locations.index": Audience.DESK,
    "tokens.index": Audience.SIGNED_IN,
    "tokens.new": Audience.SIGNED_IN,
    "tokens.make": Audience.SIGNED_IN,
    "tokens.ask": Audience.SIGNED_IN,
    "tokens.revoke": Audience.SIGNED_IN,
}
EXTENSION = "access_policy"


def install(app: Flask) -> None:
    """Ask the table before each request, and let every act of it be done in the name of who is signed in."""
    app.extensions[EXTENSION] = dict(POLICY)
    app.before_request(_guard)
    app.before_request(_act_as_signed_in)
    app.teardown_request(_stop_acting)


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
    is_page = request.method == "GET" and not htmx.wants_part()
    here = request.full_path.removesuffix("?") if is_page else None
    address = url_for("auth.sign_in", next=None if here == "/" else here)
    return htmx.go_to(address) if htmx.wants_part() else redirect(address, 303)


def _act_as_signed_in() -> None:
    if request.path.startswith("/api/") or not current_user.is_authenticated:
        return
    g.acting = ExitStack()
    g.acting.enter_context(audit.acting_as(current_user.username, current_user.id))


def _stop_acting(_error: BaseException | None) -> None:
    acting: ExitStack | None = g.pop("acting", None)
    if acting is not None:
        acting.close()
