"""Pulling orders from the upstream by their numbers: a box to paste them into, then the batch's page."""

from __future__ import annotations

import re

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Redirect
from wtforms import TextAreaField
from wtforms.validators import DataRequired, ValidationError

from app import config, wording
from app.domain.errors import Refused
from app.queries import order_numbers
from app.services import batches, order_pull

blueprint = Blueprint("order_pull", __name__)

MOST_NUMBERS = 500
LONGEST_NUMBER = 100
SUGGESTIONS = "pull_suggestions"
"""Where a demo keeps what to try, in `app.extensions`: a callable that gives (what, number) values."""
_BETWEEN = re.compile(r"[\s,;]+")


class PullForm(FlaskForm):
    """Order numbers as they are pasted: one a line, or with commas, semicolons or spaces between them."""

    numbers = TextAreaField(_("Order numbers"), [DataRequired(_("Paste at least one order number."))])

    def validate_numbers(self, field: TextAreaField) -> None:
        """Not too many, and each as long as a number can be."""
        wanted = self.wanted()
        if not wanted:
            raise ValidationError(_("Paste at least one order number."))
        if len(wanted) > MOST_NUMBERS:
            raise ValidationError(
                _("%(count)s numbers are too many at once; 500 is the most.", count=len(wanted))
            )
        unusable = [one for one in wanted if len(one) > LONGEST_NUMBER or not one.isprintable()]
        if unusable:
            raise ValidationError(_("This is no order number: %(number)s", number=unusable[0][:40]))

    def wanted(self) -> list[str]:
        """Each number once, in their order."""
        return list(dict.fromkeys(one for one in _BETWEEN.split(self.numbers.data or "") if one))


@blueprint.get("/orders/pull")
def show() -> str:
    """The box; `numbers` in the address are in it already."""
    form = PullForm(formdata=None)
    form.numbers.data = "\n".join(_BETWEEN.split(request.args.get("numbers", "")[:4_000]))
    return _page(form)


@blueprint.post("/orders/pull")
def pull() -> Redirect | tuple[str, int]:
    """Have a worker pull them; the batch's page shows how far it is, and what came of each."""
    form = PullForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        batch_id = order_pull.plan_pull(form.wanted(), back=url_for("order_pull.show"))
        batches.start_batch(batch_id)
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
        return redirect(url_for("order_pull.show"), 303)
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


def _page(form: PullForm) -> str:
    suggested = _suggestions()
    return render_template(
        "order_pull/page.html",
        form=form,
        is_connected=config.settings().omnitron_url is not None,
        suggested=suggested,
        all_numbers=" ".join(number for _what, number in suggested),
        label_of=wording.suggestion_label,
    )


def _suggestions() -> list[tuple[str, str]]:
    """What a demo offers to try: numbers that still come in, and one for each way to fail."""
    offered = current_app.extensions[SUGGESTIONS]()
    if not offered:
        return []
    here = order_numbers.channels_by_number([one.number for one in offered])
    found = [(one.what, one.number) for one in offered if one.number not in here]
    newest = order_numbers.newest()
    return [*found, ("exists", newest)] if newest else found
