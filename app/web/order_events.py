"""The webhook events of an order: their card on its page, which stays true while the page is left open."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from app.queries import webhook_events
from app.web import order_pages
from app.web.htmx import wants_part

blueprint = Blueprint("order_events", __name__)


@blueprint.get("/orders/<int:order_id>/events")
def show(order_id: int) -> str | tuple[str, int]:
    """The card and the history, when either has changed since it was `seen`; else nothing (204)."""
    webhook_events.check_order(order_id)
    if not wants_part():
        abort(404)
    shown = order_pages.order_deliveries(order_id)
    if request.args.get("seen") == shown["events_live"].seen:
        return "", 204
    history = order_pages.order_history(order_id, shown["events"])
    newest = request.args.get("newest", 0, int)
    return render_template("orders/_events_live.html", newest=newest, **shown, **history)
