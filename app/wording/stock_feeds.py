"""Words for stock feeds: what a row does, what is wrong with it and what to do, and the parts of a batch."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from app.domain.stock_feeds import RowOutcome, RowProblem
from app.wording.values import Params

OUTCOMES: Mapping[str, object] = {
    RowOutcome.NEW: _("First answer"),
    RowOutcome.CHANGED: _("Changed"),
    RowOutcome.UNCHANGED: _("Unchanged"),
    RowOutcome.OVERWRITTEN: _("Overwritten below"),
    RowOutcome.WRONG: _("Cannot be used"),
}
PROBLEMS: Mapping[str, object] = {
    RowProblem.NOT_JSON: _("This line is no JSON object. Write one object a line."),
    RowProblem.COLUMNS: _(
        "This row has more or fewer cells than the header. Quote cells that hold a separator."
    ),
    RowProblem.MISSING: _("Nothing stands here. Fill it in, or leave the row out."),
    RowProblem.TOO_LONG: _("This is longer than any code can be. Look for a missing separator."),
    RowProblem.UNREADABLE: _("This holds characters that cannot be read. Save the file as UTF-8."),
    RowProblem.NOT_A_COUNT: _(
        "A count is zero or more, with a point and at most two decimals, such as 12 or 0.50."
    ),
    RowProblem.UNKNOWN_LOCATION: _("No location has this code. Correct it, or add the location first."),
    RowProblem.UNKNOWN_SKU: _("No product has this SKU. Correct it; products arrive with their first order."),
}


def outcome_label(outcome: str) -> str:
    """What storing such a row does."""
    return str(OUTCOMES[outcome])


def problem_text(problem: str) -> str:
    """What is wrong, and what to do."""
    return str(PROBLEMS[problem])


def title(title: Params) -> str:
    """The heading of the batch."""
    return gettext("Store the stock feed “%(name)s”", name=str(title.get("name", "")))


def expected(_arguments: Params, expectation: Params) -> str:
    """How many answers a part holds."""
    return ngettext("%(num)s answer", "%(num)s answers", int(expectation["rows"]))


def result(result: Params) -> str:
    """How many were stored."""
    return ngettext("%(num)s answer stored.", "%(num)s answers stored.", int(result["stored"]))
