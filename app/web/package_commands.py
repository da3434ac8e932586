"""Commands of a package: what each will do is shown first, then it is done (domain.md, section 3)."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app import clock, wording
from app.domain.packages import RULE_OF, PackageCommand, commands_for
from app.queries import explanations
from app.queries.explanations import PLAN, PackageExplanation
from app.services import packages
from app.web.access import own_locations

blueprint = Blueprint("package_commands", __name__)


class CommandForm(FlaskForm):
    """Why, in the person's own words, and which items, where the command may name some."""

    reason = StringField(_("Reason"), [Optional(), Length(max=500)])
    package_items = SelectMultipleField(
        coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )


@blueprint.get("/packages/<int:package_id>/commands/<command>")
def show(package_id: int, command: str) -> str:
    """What the command will do, before it is done."""
    chosen = _command(command)
    found = _package(package_id)
    return _page(found, chosen, _form(found, chosen))


@blueprint.post("/packages/<int:package_id>/commands/<command>")
def carry_out(package_id: int, command: str) -> Response | tuple[str, int]:
    """Do it; refused by the service where the package's state does not allow it."""
    chosen = _command(command)
    found = _package(package_id)
    form = _form(found, chosen)
    if not form.validate():
        return _page(found, chosen, form), 422
    packages.carry_out(package_id, chosen, form.reason.data or None, form.package_items.data or None)
    done = {"command": wording.label(chosen.value), "number": found.package.number}
    flash(gettext("Done: %(command)s, package %(number)s.", **done), "success")
    return redirect(_back(found), 303)


def _package(package_id: int) -> PackageExplanation:
    """The package, when who is signed in may command it: store managers those at own locations only."""
    own = own_locations()
    found = explanations.explain_package(package_id, PLAN, clock.now(), own)
    if own is not None and found.package.location_id not in own:
        abort(404)
    return found


def _back(found: PackageExplanation) -> str:
    """Where the person came from: the home of the package's location, else the package."""
    location_id = found.package.location_id
    if request.args.get("back") == "location" and location_id is not None:
        return url_for("my_location.show", location_id=location_id)
    return url_for("explanations.show", package_id=found.package.id)


def _command(name: str) -> PackageCommand:
    if name not in set(PackageCommand):
        abort(404)
    return PackageCommand(name)


def _form(found: PackageExplanation, command: PackageCommand) -> CommandForm:
    form = CommandForm(request.form if request.method == "POST" else None)
    form.package_items.choices = [(item.id, f"{item.sku} · {item.name}") for item in found.items]
    if RULE_OF[command].needs_reason:
        form.reason.validators = [InputRequired(gettext("Say why.")), Length(max=500)]
    return form


def _page(found: PackageExplanation, command: PackageCommand, form: CommandForm) -> str:
    return render_template(
        "packages/command.html",
        found=found,
        rule=RULE_OF[command],
        steps=wording.command_steps(RULE_OF[command]),
        is_possible=command in commands_for(found.package.state),
        form=form,
        back=_back(found),
    )
