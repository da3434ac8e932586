"""API tokens: everybody makes and revokes their own, administrators those of all. A key is shown once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Redirect
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than the type hints
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from app import clock, wording
from app.domain.access import Role, Scope
from app.domain.errors import Refused
from app.domain.tokens import TokenOrigin, TokenState
from app.queries import tokens as lists
from app.queries import users
from app.queries.tokens import TokenFilter, TokenRow
from app.services import tokens
from app.web.htmx import render
from app.web.lists import PLAIN_TEXT, ChoiceFilter, ListForm, named

blueprint = Blueprint("tokens", __name__)

SCOPES: Mapping[str, Any] = {Scope.READ: _("Read only"), Scope.WRITE: _("Read and write")}
STATES: Mapping[str, Any] = {
    TokenState.USABLE: _("Active"),
    TokenState.EXPIRED: _("Expired"),
    TokenState.REVOKED: _("Revoked"),
    TokenState.OWNER_OFF: _("Owner switched off"),
}
ORIGINS: Mapping[str, Any] = {
    TokenOrigin.MADE: _("Made by hand"),
    TokenOrigin.LOGIN: _("Given at sign-in"),
}
NEVER = "never"
LIVES: Mapping[str, Any] = {
    "30": _("30 days"),
    "90": _("90 days"),
    "365": _("One year"),
    NEVER: _("Never"),
}
_FORM_KEY = Regexp(re.compile(r"[\w-]{20,64}\Z", re.ASCII))


class TokenListForm(ListForm):
    """What the list can be narrowed down to; `user` is for administrators."""

    user = ChoiceFilter(_("Owner"))
    state = ChoiceFilter(_("State"), named(TokenState, lambda code: str(STATES[code])))
    origin = ChoiceFilter(_("Origin"), named(TokenOrigin, lambda code: str(ORIGINS[code])))

    def wanted(self) -> TokenFilter:
        """The filter that the query understands: nobody but an administrator gets past their own."""
        owner = self.user.number if _is_administrator() else current_user.id
        return TokenFilter(user_id=owner, state=self.state.data or None, origin=self.origin.data or None)


class TokenForm(FlaskForm):
    """A token to be made. `form_key` tells the same form sent twice from two forms that look alike."""

    form_key = HiddenField(validators=[InputRequired(), _FORM_KEY])
    username = SelectField(_("For"))
    label = StringField(
        _("What is it for?"),
        [DataRequired(_("Say what it is for.")), Length(max=150), PLAIN_TEXT],
        filters=[lambda text: text.strip() if text else text],
    )
    scope = SelectField(_("It may"), choices=lambda: _choices(SCOPES))
    expiry = SelectField(_("Ends after"), choices=lambda: _choices(LIVES), default="90")

    def ends(self) -> datetime | None:
        """The instant from which it opens nothing any more."""
        return None if self.expiry.data == NEVER else clock.now() + timedelta(days=int(self.expiry.data))


@blueprint.get("/tokens/", strict_slashes=False)
def index() -> str | Response:
    """One's own tokens, newest first; to administrators everybody's."""
    form = TokenListForm(request.args)
    form.user.offer(users.usernames() if _is_administrator() else {})
    form.read()
    now = clock.now()
    page = lists.list_tokens(form.wanted(), now, form.page_number, form.rows)
    shown = {"form": form, "page": page, "now": now, "is_administrator": _is_administrator()}
    words = {"scopes": SCOPES, "states": STATES, "origins": ORIGINS}
    return render("tokens/page.html", "tokens/_table.html", form.address(), **shown, **words)


@blueprint.get("/tokens/new")
def new() -> str:
    """The form of a token."""
    form = _form()
    form.form_key.data = secrets.token_urlsafe(24)
    return render_template("tokens/new.html", form=form, is_administrator=_is_administrator())


@blueprint.post("/tokens/new")
def make() -> Redirect | str | tuple[str, int]:
    """Make it, and show its key in this answer and never again: sending the form anew makes no second one."""
    form = _form()
    if not form.validate():
        return render_template("tokens/new.html", form=form, is_administrator=_is_administrator()), 422
    owner = form.username.data if _is_administrator() else current_user.username
    label, form_key = form.label.data or "", form.form_key.data
    try:
        key = tokens.create_token(owner, Scope(form.scope.data), label, form.ends(), form_key)
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
        return redirect(url_for("tokens.index"), 303)
    return render_template("tokens/made.html", key=key, form=form, owner=owner, scopes=SCOPES)


@blueprint.get("/tokens/<int:token_id>/revoke")
def ask(token_id: int) -> str:
    """What revoking will do, before it is done."""
    now = clock.now()
    token = _own_token(token_id)
    return render_template(
        "tokens/revoke.html", token=token, state=token.state_at(now), scopes=SCOPES, origins=ORIGINS
    )


@blueprint.post("/tokens/<int:token_id>/revoke")
def revoke(token_id: int) -> Redirect:
    """The token opens nothing any more, from the next request on."""
    token = _own_token(token_id)
    tokens.revoke_token(token.id)
    flash(gettext("Revoked: %(name)s.", name=token.label or token.prefix), "success")
    return redirect(url_for("tokens.index"), 303)


def _is_administrator() -> bool:
    return bool(current_user.role == Role.ADMINISTRATOR)


def _own_token(token_id: int) -> TokenRow:
    """Somebody else's token is not there, except for administrators."""
    return lists.find_token(token_id, None if _is_administrator() else current_user.id)


def _form() -> TokenForm:
    """The form for who is signed in: only administrators choose for whom."""
    form = TokenForm(request.form if request.method == "POST" else None, username=current_user.username)
    if _is_administrator():
        form.username.choices = [SelectChoice(name, name) for name in users.usernames().values()]
    else:
        del form.username
    return form


def _choices(words: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(code), str(text)) for code, text in words.items()]
