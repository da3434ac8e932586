"""A remedy of a package: its plan shown first, then made, then its result."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from app import clock, documents, wording
from app.domain.errors import Refused
from app.queries import explanations, journal
from app.queries.explanations import NOW, PackageExplanation
from app.services import remedies

blueprint = Blueprint("remedies", __name__)


class RemedyForm(FlaskForm):
    """The confirmation: when the plan was shown, and in the operator's words why."""

    seen_at = HiddenField()
    reason = StringField(validators=[Length(max=500)])

    def shown_at(self) -> datetime | None:
        """When the plan was shown; None when the field says nothing usable."""
        try:
            return datetime.fromtimestamp(float(self.seen_at.data or ""), UTC)
        except (ValueError, OverflowError, OSError):
            return None


@blueprint.get("/packages/<int:package_id>/remedies/<key>")
def show(package_id: int, key: str) -> str | tuple[str, int]:
    """What the remedy would change, proved now, before anything is done."""
    try:
        preview = remedies.preview_remedy(package_id, key)
    except Refused as refused:
        return _changed(package_id, refused, None)
    found = explanations.explain_package(package_id, NOW, clock.now())
    form = RemedyForm(seen_at=str(clock.now().timestamp()))
    names = documents.names_of(found)
    return render_template(
        "packages/remedy.html", found=found, names=names, preview=preview, form=form, key=key
    )


@blueprint.post("/packages/<int:package_id>/remedies/<key>")
def apply(package_id: int, key: str) -> Response | str | tuple[str, int]:
    """Make the changes and plan again; refused, with what changed, when they are no remedy any more."""
    form = RemedyForm()
    if not form.validate():
        return redirect(url_for("remedies.show", package_id=package_id, key=key), 303)
    try:
        remedies.apply_remedy(package_id, key, form.reason.data or "")
    except Refused as refused:
        return _changed(package_id, refused, form.shown_at())
    found = explanations.explain_package(package_id, NOW, clock.now())
    flash(_result(found), "success")
    return redirect(url_for("explanations.show", package_id=package_id), 303)


def _result(found: PackageExplanation) -> str:
    if found.package.is_waiting:
        return gettext("The change was made. Some lines are served; the rest still waits.")
    places = documents.names_of(found).places(
        dict.fromkeys(item.served_by_erp_code for item in found.items if item.served_by_erp_code)
    )
    return gettext("Served: the order was planned again and %(places)s has it now.", places=places)


def _changed(package_id: int, refused: Refused, since: datetime | None) -> tuple[str, int]:
    """The page that says what changed since the plan was shown."""
    found = explanations.explain_package(package_id, NOW, clock.now())
    context: dict[str, Any] = {"found": found, "names": documents.names_of(found), "facts": []}
    products = {item.product_id for item in found.items}
    if since is not None:
        context["facts"] = journal.facts_since(since, found.package.order_id, products)
    context["text"] = wording.refusal(refused.code, refused.params)
    return render_template("packages/remedy_refused.html", **context), 409
