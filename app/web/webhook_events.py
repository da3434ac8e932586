"""Events owed to webhooks: the list, one with what was sent and what came back, and sending again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app import clock, wording
from app.domain.errors import NotFound, Refused
from app.domain.webhooks import EventState, EventType, can_resend
from app.queries import stale_payloads, webhook_deliveries, webhook_events
from app.queries.webhook_deliveries import NO_ANSWER, STATUS_CLASSES, DeliveryFilter, DeliveryRow
from app.services import webhook_events as deliveries
from app.services import webhook_resending
from app.web.htmx import render, wants_part
from app.web.json_view import content_of
from app.web.lists import ChoiceFilter, Choices, DayFilter, ListForm, TextFilter, named
from app.web.live_deliveries import liveness_of
from app.wording import webhooks as words

blueprint = Blueprint("webhook_events", __name__)


def _statuses() -> Choices:
    return [*((one, one) for one in STATUS_CLASSES), (NO_ANSWER, gettext("No answer"))]


class EventListForm(ListForm):
    """What the list can be narrowed down to."""

    SORTS = webhook_deliveries.SORTS
    DEFAULT_SORT = webhook_deliveries.DEFAULT_SORT

    state = ChoiceFilter(_("State"), named(EventState, words.event_state_label))
    event_type = ChoiceFilter(_("Event"), named(EventType, str))
    status = ChoiceFilter(_("Answer"), _statuses)
    order_number = TextFilter(_("Order"))
    webhook = ChoiceFilter(_("Webhook"))
    date_from = DayFilter(_("From"))
    date_to = DayFilter(_("To"))

    def wanted(self) -> DeliveryFilter:
        """The filter that the query understands."""
        return DeliveryFilter(
            state=self.state.data or None,
            event_type=self.event_type.data or None,
            status=self.status.data or None,
            webhook_id=self.webhook.number,
            order_number=self.order_number.data or None,
            created_from=self.date_from.start(),
            created_to=self.date_to.end(),
        )

    def given(self) -> dict[str, str]:
        """The filters that are on, by the names of their parameters."""
        return {name: str(self[name].data) for name in self.filter_names if self[name].data}


@blueprint.get("/webhooks/events/", strict_slashes=False)
def index() -> str | Response:
    """The list, newest first; htmx swaps its table."""
    form = _list_form(request.args)
    found = webhook_deliveries.list_deliveries(form.wanted(), form.sorted_by, form.page_number, form.rows)
    return render(
        "webhook_events/page.html",
        "webhook_events/_table.html",
        form.address(),
        form=form,
        page=found.page,
        by_state=found.by_state,
        resendable=sum(found.by_state[one] for one in webhook_resending.states_resent(form.state.data)),
        most=webhook_resending.MOST_EVENTS,
    )


@blueprint.post("/webhooks/events/resend")
def plan_resend() -> Response:
    """Show what resending all that match would do; the batch's own page asks before it begins."""
    form = _list_form(request.form)
    back = _address(form)
    try:
        batch_id = webhook_resending.plan(form.wanted(), _title(form), back)
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
        return redirect(back, 303)
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


@blueprint.get("/webhooks/events/<int:event_id>")
def show(event_id: int) -> str:
    """One event: a page of its own, and what opens inside an order's list of events."""
    event = _found(event_id)
    stored = webhook_events.find_event(event_id)
    shown = {
        "payload": content_of(stored.request_payload or b""),
        "changes": stale_payloads.changes_since(stored),
        **_live(event),
    }
    return render_template(
        "webhook_events/_event.html" if wants_part() else "webhook_events/event.html", **shown
    )


@blueprint.get("/webhooks/events/<int:event_id>/live")
def show_live(event_id: int) -> str | tuple[str, int]:
    """What changes of an event while it is delivered; nothing (204) while it is as it was `seen`."""
    shown = _live(_found(event_id))
    if not wants_part():
        abort(404)
    if request.args.get("seen") == shown["live"].seen:
        return "", 204
    return render_template("webhook_events/_live.html", **shown)


@blueprint.get("/webhooks/events/<int:event_id>/attempts/<int:attempt_id>")
def show_response(event_id: int, attempt_id: int) -> str:
    """What one attempt brought back."""
    found = webhook_deliveries.excerpt_of(event_id, attempt_id)
    if found is None:
        raise NotFound("attempt", attempt_id)
    attempt, excerpt = found
    shown: dict[str, Any] = {"event_id": event_id, "attempt": attempt}
    shown["content"] = None if excerpt is None else content_of(excerpt)
    part = "webhook_events/_response.html"
    return render_template(part if wants_part() else "webhook_events/response.html", **shown)


@blueprint.post("/webhooks/events/<int:event_id>/resend")
def resend(event_id: int) -> Response | str:
    """Make it due now."""
    event = _found(event_id)
    try:
        deliveries.resend(event.uuid)
        text, tone = gettext("It is sent now."), "success"
    except Refused as refused:
        text, tone = wording.refusal(refused.code, refused.params), "warning"
    if wants_part():
        return render_template("webhook_events/_live.html", **_live(_found(event_id), text, tone))
    flash(text, tone)
    return redirect(url_for("webhook_events.show", event_id=event_id), 303)


def _list_form(given: Any) -> EventListForm:
    form = EventListForm(given)
    form.webhook.offer(webhook_deliveries.targets_by_id())
    form.read()
    return form


def _address(form: EventListForm) -> str:
    given: dict[str, Any] = form.given()
    return url_for("webhook_events.index", **given)


def _title(form: EventListForm) -> dict[str, str]:
    """The filters in words, for the batch's heading."""
    return {"filters": "; ".join(f"{name}: {text}" for name, text, _url in form.chips())}


def _found(event_id: int) -> DeliveryRow:
    event = webhook_deliveries.find_delivery(event_id)
    if event is None:
        raise NotFound("webhook event", event_id)
    return event


def _live(event: DeliveryRow, note: str = "", note_tone: str = "info") -> dict[str, Any]:
    return {
        "event": event,
        "live": liveness_of([event], clock.now()),
        "can_resend": can_resend(event.state) and event.is_listening,
        "note": note,
        "note_tone": note_tone,
    }
