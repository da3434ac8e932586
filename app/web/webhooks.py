"""Subscriptions to events: everybody at the desk sees how they are doing, administrators change them.

A secret is shown in the answer to the form that made it, which no cache keeps, and never again.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock, config, wording
from app.domain import webhook_retries
from app.domain.access import Role
from app.domain.errors import Invalid, Refused
from app.domain.webhook_requests import SECRET_PREFIX
from app.domain.webhook_secrets import standard_form
from app.queries import webhook_deliveries, webhook_endpoints
from app.queries.webhook_deliveries import DeliveryFilter
from app.services import webhook_pings, webhooks
from app.services.webhook_secrets import new_secret
from app.web.formats import iso
from app.web.webhook_forms import (
    GENERATED,
    OWN,
    WITHOUT,
    NewWebhookForm,
    RotationForm,
    ScheduleForm,
    WebhookForm,
)
from app.wording import webhooks as words
from app.wording.problems import problems_text

blueprint = Blueprint("webhooks", __name__)

EVENTS_SHOWN = 10


@blueprint.get("/webhooks/", strict_slashes=False)
def index() -> str:
    """Every subscription, the failing ones first."""
    endpoints = webhook_endpoints.list_endpoints()
    failing = [one for one in endpoints if one.is_failing]
    only_failing = request.args.get("show") == "failing"
    return render_template(
        "webhooks/page.html",
        endpoints=failing if only_failing else endpoints,
        only_failing=only_failing,
        count=len(endpoints),
        failing=len(failing),
        networks=_networks(),
        may_change=_may_change(),
    )


@blueprint.get("/webhooks/<int:webhook_id>")
def show(webhook_id: int) -> str:
    """One subscription, and what it was sent last."""
    row = webhook_endpoints.find_endpoint(webhook_id)
    wanted = DeliveryFilter(webhook_id=webhook_id)
    found = webhook_deliveries.list_deliveries(wanted, webhook_deliveries.DEFAULT_SORT, 1, EVENTS_SHOWN)
    waits = webhook_retries.longest_waits(_config(row.retry_countdown_config))
    return render_template(
        "webhooks/webhook.html", row=row, found=found, waits=waits, now=clock.now(), may_change=_may_change()
    )


@blueprint.get("/webhooks/new")
def new() -> str:
    """The form of a subscription."""
    return _form_page("webhooks/new.html", NewWebhookForm(formdata=None))


@blueprint.post("/webhooks/new")
def create() -> Response | str | tuple[str, int]:
    """Subscribe, and show the secret in this answer only. "Preview" only works out the waits."""
    form = NewWebhookForm()
    if _is_preview():
        return _form_page("webhooks/new.html", form)
    secret = _secret_of(form)
    try:
        if not form.validate():
            raise Invalid({})
        webhook_id = webhooks.create_webhook({**form.fields(), "secret_key": secret})
    except Invalid as refusal:
        form.explain(refusal)
        return _form_page("webhooks/new.html", form), 422
    except Refused as refused:
        form.target_url.errors = [wording.refusal(refused.code, refused.params)]
        return _form_page("webhooks/new.html", form), 422
    if secret is None:
        flash(gettext("Subscribed. Nothing is signed: there is no secret."), "success")
        return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)
    return _shown_once(webhook_id, secret, is_new=True)


@blueprint.get("/webhooks/schedule")
def schedule() -> str:
    """The waits of the schedule that is being typed: what htmx puts below its fields."""
    return render_template(
        "webhooks/_waits.html", **_preview(ScheduleForm(request.args, meta={"csrf": False}))
    )


@blueprint.get("/webhooks/<int:webhook_id>/edit")
def edit(webhook_id: int) -> str:
    """The form, filled in."""
    row = webhook_endpoints.find_endpoint(webhook_id)
    form = WebhookForm(formdata=None)
    form.show(row)
    return _form_page("webhooks/edit.html", form, row=row)


@blueprint.post("/webhooks/<int:webhook_id>/edit")
def change(webhook_id: int) -> Response | str | tuple[str, int]:
    """Store what was typed."""
    row = webhook_endpoints.find_endpoint(webhook_id)
    form = WebhookForm()
    if _is_preview():
        return _form_page("webhooks/edit.html", form, row=row)
    try:
        if not form.validate():
            raise Invalid({})
        webhooks.change_webhook(webhook_id, form.fields())
    except Invalid as refusal:
        form.explain(refusal)
        return _form_page("webhooks/edit.html", form, row=row), 422
    except Refused as refused:
        form.target_url.errors = [wording.refusal(refused.code, refused.params)]
        return _form_page("webhooks/edit.html", form, row=row), 422
    flash(gettext("Changed. Events are sent this way from now on."), "success")
    return _back_to(webhook_id)


@blueprint.get("/webhooks/<int:webhook_id>/secret")
def ask_secret(webhook_id: int) -> str:
    """What a new secret means for the old one."""
    row = webhook_endpoints.find_endpoint(webhook_id)
    form = RotationForm(formdata=None, seen=iso(row.modified_date))
    return render_template("webhooks/secret.html", row=row, form=form, now=clock.now())


@blueprint.post("/webhooks/<int:webhook_id>/secret")
def rotate(webhook_id: int) -> Response | str | tuple[str, int]:
    """Sign with a new secret, beside the old one for 24 hours. The same form sent twice does it once."""
    row = webhook_endpoints.find_endpoint(webhook_id)
    form = RotationForm()
    if form.seen.data != iso(row.modified_date):
        flash(
            gettext("The webhook was changed since this form was opened. Look again, then rotate."), "warning"
        )
        return _back_to(webhook_id)
    secret = _secret_of(form) or ""
    try:
        if not form.validate():
            raise Invalid({})
        webhooks.change_webhook(webhook_id, {"secret_key": secret})
    except Invalid as refusal:
        form.own_secret.errors = problems_text(refusal.errors.get("secret_key", []))
        return render_template("webhooks/secret.html", row=row, form=form, now=clock.now()), 422
    return _shown_once(webhook_id, secret, is_new=False)


@blueprint.post("/webhooks/<int:webhook_id>/pause")
def pause(webhook_id: int) -> Response:
    """Events wait from now on."""
    webhooks.change_webhook(webhook_id, {"is_active": False})
    flash(gettext("Paused. Events are kept and wait until you resume."), "success")
    return _back_to(webhook_id)


@blueprint.post("/webhooks/<int:webhook_id>/resume")
def resume(webhook_id: int) -> Response:
    """What waited is sent."""
    webhooks.change_webhook(webhook_id, {"is_active": True})
    flash(gettext("Resumed. Events that waited are sent now."), "success")
    return _back_to(webhook_id)


@blueprint.get("/webhooks/<int:webhook_id>/delete")
def ask_delete(webhook_id: int) -> str:
    """What deleting will do, before it is done."""
    return render_template("webhooks/delete.html", row=webhook_endpoints.find_endpoint(webhook_id))


@blueprint.post("/webhooks/<int:webhook_id>/delete")
def delete(webhook_id: int) -> Response:
    """End the subscription; its history stays."""
    row = webhook_endpoints.find_endpoint(webhook_id)
    webhooks.delete_webhook(webhook_id)
    flash(gettext("Deleted: nothing is sent to %(target)s any more.", target=row.target_url), "success")
    return redirect(url_for("webhooks.index"), 303)


@blueprint.post("/webhooks/<int:webhook_id>/ping")
def ping(webhook_id: int) -> Response:
    """Send a test, and go where its delivery can be watched."""
    try:
        event_id = webhook_pings.send_ping(webhook_id)
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
        return _back_to(webhook_id)
    return redirect(url_for("webhook_events.show", event_id=event_id), 303)


def _may_change() -> bool:
    return bool(current_user.role == Role.ADMINISTRATOR)


def _networks() -> list[str]:
    return [str(one) for one in config.settings().webhook_allowed_networks]


def _is_preview() -> bool:
    return "preview" in request.form


def _secret_of(form: NewWebhookForm | RotationForm) -> str | None:
    """The secret that was asked for: a new one, their own, or none."""
    if form.secret.data == WITHOUT:
        return None
    return form.own_secret.data or "" if form.secret.data == OWN else new_secret()


def _form_page(template: str, form: WebhookForm, **more: Any) -> str:
    return render_template(
        template, form=form, networks=_networks(), generated=GENERATED, **_preview(form), **more
    )


def _preview(form: ScheduleForm) -> dict[str, Any]:
    """The waits, or why there are none."""
    if form.choice.data not in words.SCHEDULES:
        return {"waits": None, "problems": []}
    found = form.config()
    problems = [] if found is None else webhook_retries.problems_of(found)
    return {"waits": form.waits(), "problems": problems_text(problems)}


def _shown_once(webhook_id: int, secret: str, *, is_new: bool) -> str:
    row = webhook_endpoints.find_endpoint(webhook_id)
    standard = None if secret.startswith(SECRET_PREFIX) else standard_form(secret)
    return render_template(
        "webhooks/secret_made.html", row=row, secret=secret, standard=standard, is_new=is_new
    )


def _config(stored: Any) -> dict[str, Any] | None:
    return None if stored is None else dict(stored)


def _back_to(webhook_id: int) -> Response:
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)
