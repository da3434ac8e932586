"""A remedy of a package: its plan shown first, then made, then its result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from app import clock, documents, wording
from app.domain.diagnosis.changes import Change, ChangeKind
from app.domain.errors import Refused
from app.queries import explanations, journal
from app.queries.explanations import NOW, PackageExplanation
from app.services import remedies

blueprint = Blueprint("remedies", __name__)


class RemedyForm(FlaskForm):
    """The confirmation: when the plan was shown, and in the operator's words why."""

    seen_at = HiddenField()
    reason = StringField(_("Reason"), [Length(max=500)])

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
        "packages/remedy.html",
        found=found,
        names=names,
        steps=[wording.change_text(one, names) for one in preview.remedy.changes if not _is_replan(one)],
        outcome=_outcome(preview),
        displaced=documents.displaced(preview.remedy, found),
        form=form,
        key=key,
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


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """Units of a line and who will serve them; nobody, for what stays out of stock."""

    sku: str
    quantity: int
    erp_code: str | None


def _outcome(preview: remedies.Preview) -> list[OutcomeRow]:
    proof = preview.remedy.proof
    served = [OutcomeRow(one.sku, one.quantity, one.erp_code) for one in proof.grants]
    return served + [OutcomeRow(line.sku, line.needed, None) for line in proof.unserved]


def _is_replan(change: Change) -> bool:
    """Planning again is the last step of every remedy."""
    return change.kind is ChangeKind.REPLAN


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
    names = documents.names_of(found)
    facts = journal.facts_since(since, found.package.order_id, _products(found)) if since else []
    page = render_template(
        "packages/remedy_refused.html",
        found=found,
        text=wording.refusal(refused.code, refused.params),
        sentence=wording.phrase_text(found.explanation.sentence, names),
        facts=[
            {"at": one.at, "actor": one.actor, "text": wording.fact_text(one.kind, one.body, names)}
            for one in facts
        ],
    )
    return page, 409


def _products(found: PackageExplanation) -> set[int]:
    return {item.product_id for item in found.items}
