"""One's own account: a new password, and the end of every other session."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user, login_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from app.config import settings
from app.domain.errors import Invalid
from app.extensions import limiter
from app.queries import users as accounts
from app.services import users
from app.web.auth import SignedIn
from app.web.users import NEW_PASSWORD

blueprint = Blueprint("account", __name__, url_prefix="/account")


class OwnPasswordForm(FlaskForm):
    """The present password, and the new one twice."""

    present = PasswordField(
        _("Present password"), [InputRequired(_("Enter your present password.")), Length(max=1024)]
    )
    password = PasswordField(_("New password"), NEW_PASSWORD)
    again = PasswordField(
        _("New password again"), [EqualTo("password", _("The two new passwords are not the same."))]
    )


@blueprint.get("/")
def show() -> str:
    """The account of who is signed in."""
    return render_template("account/page.html", form=OwnPasswordForm())


@blueprint.post("/password")
@limiter.limit(
    lambda: settings().login_rate_limit,
    key_func=lambda: f"own password {current_user.id}",
    deduct_when=lambda answer: answer.status_code != 303,
)
def change_password() -> Response | tuple[str, int]:
    """Take the new password; every other session ends, this one goes on."""
    form = OwnPasswordForm()
    if not form.validate():
        return render_template("account/page.html", form=form), 422
    try:
        users.change_own_password(current_user.id, form.present.data or "", form.password.data or "")
    except Invalid:
        form.present.errors = [gettext("That is not your present password.")]
        return render_template("account/page.html", form=form), 422
    _go_on()
    flash(gettext("Your password is changed. You are signed out everywhere else."), "success")
    return redirect(url_for("account.show"), 303)


@blueprint.post("/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    """End every other session of who is signed in."""
    users.sign_out_everywhere(current_user.id)
    _go_on()
    flash(gettext("You are signed out everywhere else."), "success")
    return redirect(url_for("account.show"), 303)


def _go_on() -> None:
    """Sign in again under the new session key, in a session that holds nothing else."""
    account = accounts.account_of(current_user.id)
    session.clear()
    if account is not None:
        login_user(SignedIn(account))
