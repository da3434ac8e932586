"""One's own account: language and zone, a new password, and the end of every other session."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user, login_user
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response
from wtforms import PasswordField, SelectField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than the type hints
from wtforms.validators import EqualTo, InputRequired, Length

from app.config import settings
from app.domain.errors import Invalid
from app.extensions import limiter
from app.queries import users as accounts
from app.services import preferences as own_preferences
from app.services import users
from app.web import htmx, preferences
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


class PreferencesForm(FlaskForm):
    """The language and zone of pages; empty for those of the browser and of the installation."""

    language = SelectField(_("Language"), choices=lambda: _languages())
    time_zone = SelectField(_("Time zone"), choices=lambda: _zones())


def _languages() -> list[SelectChoice]:
    known = preferences.languages().items()
    return [SelectChoice("", gettext("As the browser asks")), *(SelectChoice(*one) for one in known)]


def _zones() -> list[SelectChoice]:
    site = gettext("That of the installation: %(zone)s", zone=settings().time_zone.key)
    own = [SelectChoice(one, _place_of(one), optgroup=one.partition("/")[0]) for one in preferences.zones()]
    return [SelectChoice("", site), *own]


def _place_of(zone: str) -> str:
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ")


@blueprint.get("/")
def show() -> str:
    """The account of who is signed in."""
    return _page()


def _page(form: OwnPasswordForm | None = None, preferences_form: PreferencesForm | None = None) -> str:
    account = current_user.account
    kept = {"language": account.language or "", "time_zone": account.time_zone or ""}
    return render_template(
        "account/page.html",
        form=form or OwnPasswordForm(formdata=None),
        preferences=preferences_form or PreferencesForm(formdata=None, data=kept),
    )


@blueprint.post("/preferences")
def change_preferences() -> Response | tuple[str, int]:
    """Take another language and zone; they hold for the very next page."""
    form = PreferencesForm()
    if not form.validate():
        return _page(preferences_form=form), 422
    own_preferences.keep_preferences(current_user.id, form.language.data or None, form.time_zone.data or None)
    with force_locale(form.language.data or preferences.language_of_browser()):
        flash(gettext("Saved. Pages are written so from now on, on every computer you use."), "success")
    return redirect(url_for("account.show"), 303)


@blueprint.post("/language")
def switch_language() -> Response:
    """Take another language, and go on with the page the switch stands on."""
    wanted = request.form.get("language", "")
    if wanted not in preferences.languages():
        abort(400)
    own_preferences.keep_language(current_user.id, wanted)
    return redirect(_page_left(), 303)


def _page_left() -> str:
    """The page from which a form was sent, when it can be opened again; else one's account."""
    left = htmx.own_path(request.referrer) or ""
    try:
        current_app.url_map.bind(request.host).match(left.partition("?")[0], method="GET")
    except HTTPException:
        return url_for("account.show")
    return left


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
        return _page(form), 422
    try:
        users.change_own_password(current_user.id, form.present.data or "", form.password.data or "")
    except Invalid:
        form.present.errors = [gettext("That is not your present password.")]
        return _page(form), 422
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
