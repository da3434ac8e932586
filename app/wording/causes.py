"""The causes: their names, and the help text behind each badge."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from app.domain.diagnosis.causes import Cause

LABELS: Mapping[Cause, object] = {
    Cause.SERVED_NOW: _("Can be served now"),
    Cause.STALE_RESERVATION: _("Stale reservation"),
    Cause.DISCREPANCY_HOLD: _("Reported missing"),
    Cause.QUOTA_UNSET: _("Quota not set"),
    Cause.QUOTA_FULL: _("Quota full"),
    Cause.LOCATION_INACTIVE: _("Location switched off"),
    Cause.OUTSIDE_SCENARIO: _("Outside the rules"),
    Cause.SPLIT_FORBIDDEN: _("Split forbidden"),
    Cause.NO_MATCHING_SCENARIO: _("No matching scenario"),
    Cause.COMBINATION: _("Several reasons together"),
    Cause.OUT_OF_STOCK_EVERYWHERE: _("Out of stock everywhere"),
    Cause.NO_STOCK_ANSWER: _("No stock answer"),
    Cause.RESERVED_BY_OTHERS: _("Reserved by others"),
}

HELP: Mapping[Cause, object] = {
    Cause.SERVED_NOW: _(
        "Something changed since the order was planned: a location can serve it now. Planning it again is enough."
    ),
    Cause.STALE_RESERVATION: _(
        "The units are on the shelf, but a reservation that nobody needs any more still holds them: the ERP "
        "has registered the order and lowered its count, the order or package was cancelled, or it was forgotten."
    ),
    Cause.DISCREPANCY_HOLD: _(
        "The location counts the units, but somebody reported that they are not there. Until the report is "
        "cleared, the planner does not use the product at that location."
    ),
    Cause.QUOTA_UNSET: _(
        "The rule only uses locations with a quota, and the location with the stock has none."
    ),
    Cause.QUOTA_FULL: _("The location with the stock has as many unpacked packages as its quota allows."),
    Cause.LOCATION_INACTIVE: _("The location with the stock is switched off."),
    Cause.OUTSIDE_SCENARIO: _("A location has the stock, but no rule of the order’s scenario lets it serve."),
    Cause.SPLIT_FORBIDDEN: _(
        "The stock is there, but spread over several locations, and the rule wants it together."
    ),
    Cause.NO_MATCHING_SCENARIO: _(
        "No active scenario is for orders of this channel, payment and delivery, so no location was asked."
    ),
    Cause.COMBINATION: _(
        "No single change is enough; two changes of different kinds together serve the package."
    ),
    Cause.OUT_OF_STOCK_EVERYWHERE: _(
        "No location that may serve the order has enough of the product. It needs new stock."
    ),
    Cause.NO_STOCK_ANSWER: _(
        "At least one location that may serve the order never returned a stock count for the product, so the "
        "verdict is open until it answers."
    ),
    Cause.RESERVED_BY_OTHERS: _("There is stock, but it is reserved for other orders that still need it."),
}


def cause_label(cause: str) -> str:
    """The cause's name, for badges and filters."""
    return str(LABELS[Cause(cause)])


def cause_help(cause: str) -> str:
    """What the cause means, in one or two sentences."""
    return str(HELP[Cause(cause)])
