"""What a joint fix changes and whom it serves, and what came of each row when it was applied."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext, ngettext

from app import clock
from app.domain.diagnosis.changes import Change, Replan
from app.domain.diagnosis.kept_changes import changes_again
from app.wording.changes import change_text
from app.wording.letters import capitalized
from app.wording.values import Names, Params, listed


def fix_text(changes: Iterable[Change], names: Names) -> str:
    """All changes as one instruction, with a capital letter and without a full stop."""
    found = list(changes)
    if all(isinstance(one, Replan) for one in found):
        return gettext("Plan the orders again")
    return capitalized(listed([change_text(one, names) for one in found]))


def fix_sentence(changes: Iterable[Change], packages: int, names: Names) -> str:
    """The instruction with what it is good for: "Let Nişantaşı into rule “stores” → 22 packages"."""
    return ngettext(
        "%(fix)s → %(num)s package", "%(fix)s → %(num)s packages", packages, fix=fix_text(changes, names)
    )


def title(kept: Params) -> str:
    """The heading of the batch."""
    return fix_sentence(changes_again(kept["changes"]), int(kept["packages"]), _names(kept["names"]))


def expected(arguments: Params, expectation: Params) -> str:
    """What a row will do: the changes, or one planning."""
    if arguments["step"] == "change":
        return fix_text(changes_again(arguments["changes"]), _names(expectation["names"]))
    return gettext("Plan order %(number)s again", number=expectation["order_number"])


def result(kept: Params) -> str:
    """What came of a row that was done."""
    if kept.get("was") == "served":
        return gettext("Was served before its turn came.")
    if "served" not in kept:
        return gettext("Changed.")
    places = listed(dict.fromkeys(str(place) for _, place in kept["served"]))
    if kept["is_whole"]:
        return gettext("Served by %(places)s.", places=places)
    return gettext("Partly served by %(places)s; the rest still waits.", places=places)


def _names(kept: Params) -> Names:
    return Names(clock.now(), kept["products"], kept["locations"])
