"""People who sign in, for administrators: made, changed, given a new password, signed out, switched off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, Form, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than the type hints
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app import clock
from app.domain.access import Role
from app.domain.errors import Invalid, Refused
from app.domain.folding import fold
from app.queries import audit, user_accounts
from app.queries.user_accounts import UserFilter, UserRow
from app.services import users
from app.web import audit_view
from app.web.htmx import render
from app.web.lists import PLAIN_TEXT, ChoiceFilter, ListForm, TextFilter, named
from app.wording import refusal
from app.wording.labels import ROLES

blueprint = Blueprint("users", __name__, url_prefix="/users")

SHORTEST_PASSWORD = 10
STATES: Mapping[str, Any] = {"active": _("May sign in"), "off": _("Switched off")}
NEW_PASSWORD = (
    InputRequired(_("Enter a password.")),
    Length(SHORTEST_PASSWORD, 1024, _("Use at least %(min)d characters.")),
)


class UserListForm(ListForm):
    """What the list can be narrowed down to."""

    q = TextFilter(_("User name"), 150)
    role = ChoiceFilter(_("Role"), named(Role, lambda code: str(ROLES[code])))
    state = ChoiceFilter(_("State"), lambda: [(code, str(words)) for code, words in STATES.items()])

    def wanted(self) -> UserFilter:
        """The filter that the query understands."""
        is_active = {"active": True, "off": False}.get(self.state.data or "")
        name = fold(self.q.data) if self.q.data else None
        return UserFilter(username=name, role=self.role.data or None, is_active=is_active)


class RightsForm(FlaskForm):
    """What somebody is, and whose locations they look after."""

    role = SelectField(_("Role"), choices=lambda: [SelectChoice(code, str(ROLES[code])) for code in ROLES])
    locations = SelectMultipleField(
        _("Own locations"), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        names = user_accounts.location_names()
        self.locations.choices = [SelectChoice(code, f"{name} · {code}") for code, name in names.items()]

    def own_locations(self) -> list[str]:
        """Only store managers have locations of their own."""
        return list(self.locations.data or []) if self.role.data == Role.STORE_MANAGER else []


class NewUserForm(RightsForm):
    """Somebody to be made."""

    username = StringField(
        _("User name"), [InputRequired(_("Enter a user name.")), Length(max=150), PLAIN_TEXT]
    )
    password = PasswordField(_("Password"), NEW_PASSWORD)


class ChangeUserForm(RightsForm):
    """What is changed of somebody."""

    is_active = BooleanField(_("May sign in"))


class PasswordForm(FlaskForm):
    """A new password, given by an administrator."""

    password = PasswordField(_("New password"), NEW_PASSWORD)


@blueprint.get("/")
def index() -> str | Response:
    """Everybody, in the order of names."""
    form = UserListForm(request.args)
    form.read()
    page = user_accounts.list_users(form.wanted(), clock.now(), form.page_number, form.rows)
    shown = {"form": form, "page": page, "roles": ROLES}
    return render("users/page.html", "users/_table.html", form.address(), **shown)


@blueprint.get("/new")
def new() -> str:
    """The form of somebody new."""
    return render_template("users/new.html", form=NewUserForm(role=Role.STORE_MANAGER.value))


@blueprint.post("/new")
def create() -> Redirect | tuple[str, int]:
    """Make somebody who may sign in."""
    form = NewUserForm()
    if form.validate():
        try:
            made = users.create_user(
                form.username.data or "", Role(form.role.data), form.password.data or "", form.own_locations()
            )
        except Invalid as error:
            _say(form, error)
        else:
            flash(gettext("Made: %(name)s may sign in now.", name=fold(form.username.data or "")), "success")
            return redirect(url_for("users.show", user_id=made), 303)
    return render_template("users/new.html", form=form), 422


@blueprint.get("/<int:user_id>")
def show(user_id: int) -> str:
    """Somebody: role, locations, sessions, tokens, and what was done to the account."""
    return _page(user_accounts.find_user(user_id, clock.now()))


@blueprint.post("/<int:user_id>")
def change(user_id: int) -> Redirect | tuple[str, int]:
    """Change role, locations, and whether they may sign in; holds from their next request on."""
    user = user_accounts.find_user(user_id, clock.now())
    form = ChangeUserForm()
    if not form.validate():
        return _page(user, rights=form), 422
    try:
        users.change_user(user_id, Role(form.role.data), form.own_locations(), is_active=form.is_active.data)
    except Refused as refused:
        form.role.errors = [refusal(refused.code, refused.params)]
        return _page(user, rights=form), 409
    flash(gettext("Saved. It holds from the next thing they do."), "success")
    return redirect(url_for("users.show", user_id=user_id), 303)


@blueprint.post("/<int:user_id>/password")
def set_password(user_id: int) -> Redirect | tuple[str, int]:
    """Give somebody a new password; they are signed out everywhere."""
    user, form = user_accounts.find_user(user_id, clock.now()), PasswordForm()
    if not form.validate():
        return _page(user, password=form), 422
    users.change_password(user_id, form.password.data or "")
    flash(gettext("%(name)s has a new password and is signed out everywhere.", name=user.username), "success")
    return redirect(url_for("users.show", user_id=user_id), 303)


@blueprint.post("/<int:user_id>/sign-out")
def sign_out(user_id: int) -> Redirect:
    """End every session of somebody."""
    user = user_accounts.find_user(user_id, clock.now())
    users.sign_out_everywhere(user_id)
    flash(gettext("%(name)s is signed out everywhere.", name=user.username), "success")
    return redirect(url_for("users.show", user_id=user_id), 303)


def _page(user: UserRow, **filled: Form) -> str:
    rights = filled.get("rights") or ChangeUserForm(
        None, role=user.role, locations=list(user.locations), is_active=user.is_active
    )
    return render_template(
        "users/user.html",
        user=user,
        roles=ROLES,
        rights=rights,
        password=filled.get("password") or PasswordForm(None),
        is_self=user.id == current_user.id,
        history=audit_view.shown(audit.entries_of("user", user.id)),
    )


def _say(form: FlaskForm, error: Invalid) -> None:
    """Put what the service refuses beside its field."""
    words = {"username": _("Somebody has this name already.")}
    for name in error.errors:
        form[name if name in form else "username"].errors = [words.get(name, _("This cannot be used."))]
