"""Words for releasing many reservations: what each row will do and what came of it."""

from flask_babel import gettext, ngettext

from app.wording.labels import live_label, stale_label
from app.wording.values import Params, quantity


def title(title: Params) -> str:
    """The heading."""
    return ngettext("Release %(num)s reservation", "Release %(num)s reservations", int(title.get("count", 0)))


def expected(_arguments: Params, expectation: Params) -> str:
    """How many units are let go where, and whether somebody still needs them."""
    said = {
        "quantity": quantity(str(expectation["quantity"])),
        "place": str(expectation["place"]),
        "why": _why(expectation),
    }
    return gettext("%(quantity)s let go at %(place)s: %(why)s", **said)


def result(result: Params) -> str:
    """Whether it was this batch that released it."""
    if result.get("released"):
        return gettext("Released.")
    return gettext("Had been released already; nothing changed.")


def _why(expectation: Params) -> str:
    if expectation.get("stale"):
        return stale_label(str(expectation["stale"]))
    if expectation.get("live"):
        return live_label(str(expectation["live"]))
    return gettext("still needed")
