"""Channels and the secrets with which they are reached: these are entered, and never shown again (D6)."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import Length, Optional, Regexp

from app.domain import redaction
from app.queries import audit, channels
from app.queries.channels import ChannelRow
from app.services import channels as acts
from app.services.documents.master_data import ChannelDocument
from app.web import audit_view
from app.web.lists import PLAIN_TEXT

blueprint = Blueprint("channels", __name__, url_prefix="/channels")

LONGEST_SECRET = 4_096
_KEY = Regexp(re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\Z"), _("Letters, digits, “_”, “.” and “-” only."))


class ChannelForm(FlaskForm):
    """What can be changed of any channel; a further secret has a key and a value."""

    is_active = BooleanField(_("Active"))
    new_key = StringField(_("Key"), [Optional(), Length(max=100), PLAIN_TEXT, _KEY])
    new_secret = PasswordField(_("Value"), [Optional(), Length(max=LONGEST_SECRET), PLAIN_TEXT])


@blueprint.get("/")
def index() -> str:
    """Every channel, and which secrets it has."""
    return render_template("channels/page.html", channels=channels.list_channels())


@blueprint.get("/<int:channel_id>")
def show(channel_id: int) -> str:
    """One channel: what may be seen of its configuration, and a field to replace each secret."""
    channel = channels.find_channel(channel_id)
    return _page(channel, ChannelForm(None, is_active=channel.is_active))


@blueprint.post("/<int:channel_id>")
def change(channel_id: int) -> Response | tuple[str, int]:
    """Replace the secrets that were typed; an empty field keeps what is stored."""
    channel, form = channels.find_channel(channel_id), ChannelForm()
    if form.validate() and form.new_secret.data and redaction.is_shown(form.new_key.data or "server"):
        form.new_key.errors = [gettext("Values under this key are not secret, so it is not entered here.")]
    if form.errors:
        return _page(channel, form), 422
    configuration: dict[str, Any] = {**channel.shown, **_secrets(channel, form)}
    document = ChannelDocument(name=channel.name, is_active=form.is_active.data, configuration=configuration)
    acts.save_channel(document)
    flash(gettext("Saved. Secrets are encrypted and cannot be read back."), "success")
    return redirect(url_for("channels.show", channel_id=channel_id), 303)


def _secrets(channel: ChannelRow, form: ChannelForm) -> dict[str, Any]:
    """What was typed by key; the mask, which keeps what is stored, where nothing was."""
    typed = {key: request.form.get(f"secret-{key}", "")[:LONGEST_SECRET] for key in channel.secrets}
    kept = {key: value or redaction.MASK for key, value in typed.items()}
    if form.new_key.data and form.new_secret.data:
        kept[form.new_key.data] = form.new_secret.data
    return kept


def _page(channel: ChannelRow, form: ChannelForm) -> str:
    history = audit_view.shown(audit.entries_of("channel", channel.id))
    return render_template("channels/channel.html", channel=channel, form=form, history=history)
