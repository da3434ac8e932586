"""Signing in and out. Sessions hold the user's session key: giving the user a new one ends all of them."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urlsplit

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import UserMixin, current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.config import settings
from app.domain.folding import fold
from app.extensions import limiter, login_manager
from app.queries import users as accounts
from app.queries.users import Account
from app.services import users
from app.web.lists import PLAIN_TEXT

blueprint = Blueprint("auth", __name__)


class SignedIn(UserMixin):
    """Who is signed in, as flask_login and the templates want it."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.id = account.id
        self.username = account.username
        self.role = account.role

    @cached_property
    def own_locations(self) -> frozenset[int] | None:
        """The ids of a store manager's own locations, asked once a request; None for the desk."""
        return accounts.own_locations(self.account.id, self.account.role)

    def get_id(self) -> str:
        """What the session and the remember-me cookie hold."""
        return self.account.session_key


class SignInForm(FlaskForm):
    """Name and password. Their limits keep anybody from making us hash a book."""

    username = StringField(
        _("User name"), [InputRequired(_("Enter your user name.")), Length(max=150), PLAIN_TEXT]
    )
    password = PasswordField(_("Password"), [InputRequired(_("Enter your password.")), Length(max=1024)])
    remember = BooleanField(_("Stay signed in on this computer"))


def install(app: Flask) -> None:
    """Tell flask_login how to find who a session belongs to."""
    login_manager.user_loader(_load)


@blueprint.get("/sign-in")
def sign_in() -> Response | str:
    """The form; whoever is signed in already goes on."""
    if current_user.is_authenticated:
        return redirect(_next_address(), 303)
    return render_template("auth/sign_in.html", form=SignInForm())


@blueprint.post("/sign-in")
@limiter.limit(lambda: settings().login_rate_limit, deduct_when=lambda answer: answer.status_code != 303)
@limiter.limit(
    lambda: settings().login_rate_limit,
    key_func=lambda: f"account {fold(request.form.get('username', ''))[:150]}",
    deduct_when=lambda answer: answer.status_code != 303,
)
def check_sign_in() -> Response | tuple[str, int]:
    """Sign in, and go on to where the person wanted to. Failures are counted by address and by account.

    The answer to an unknown name, a wrong password and a user who was switched off is the same.
    """
    form = SignInForm()
    account = None
    if form.validate():
        account = users.check_password(form.username.data or "", form.password.data or "")
        if account is None:
            form.form_errors.append(gettext("User name or password is wrong."))
    if account is None:
        return render_template("auth/sign_in.html", form=form), 422
    session.clear()  # nothing that was put into the session before belongs to this person
    login_user(SignedIn(account), remember=form.remember.data)
    return redirect(_next_address(), 303)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this session."""
    session.clear()
    logout_user()  # after it: what tells the browser to forget the remember-me cookie is in the session
    return redirect(url_for("auth.sign_in"), 303)


def _load(session_key: str) -> SignedIn | None:
    account = accounts.find_account(session_key)
    return SignedIn(account) if account else None


def _next_address() -> str:
    """The `next` of the address when it is a path of this site, else the overview."""
    wanted = request.args.get("next", "")
    return wanted if _is_local(wanted) else url_for("overview.show")


def _is_local(address: str) -> bool:
    # Browsers take a backslash for a slash, and drop tabs and line ends: such a path could leave the site.
    if not address.startswith("/") or address.startswith("//"):
        return False
    if "\\" in address or not address.isprintable():
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc
