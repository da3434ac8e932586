"""Help: what each cause means and what to do about it, and the words of the product, each in one place."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.domain.diagnosis.causes import Cause
from app.domain.facts import Check
from app.wording import terms

blueprint = Blueprint("help_pages", __name__)


@blueprint.get("/help/causes")
def causes() -> str:
    """Every cause; badges lead to its place here."""
    rows = [(one.value, terms.cause_advice(one)) for one in Cause]
    return render_template("help/causes.html", causes=rows)


@blueprint.get("/help/")
def words() -> str:
    """The words of the product, and the checks that locations are asked."""
    checks = [(one.value, terms.check_help(one)) for one in Check]
    return render_template("help/words.html", terms=terms.TERMS, checks=checks)
