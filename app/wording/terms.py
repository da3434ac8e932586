"""The words of the product, each explained once: for the help page, in the order in which they build up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from app.domain.diagnosis.causes import Cause
from app.domain.facts import Check

CAUSE_ADVICE: Mapping[Cause, object] = {
    Cause.SERVED_NOW: _("Open the package and plan it again, or plan all such packages again at once."),
    Cause.STALE_RESERVATION: _(
        "Release the reservation that the page names. If it is stale because the ERP registered the order, "
        "look whether the ERP sends stock answers that still count the unit."
    ),
    Cause.DISCREPANCY_HOLD: _("Let the location count again, or clear the report if it was a mistake."),
    Cause.QUOTA_UNSET: _("Set a quota for the location, or let the rule choose without quotas."),
    Cause.QUOTA_FULL: _("Raise the quota, or wait until the location has packed some of its packages."),
    Cause.LOCATION_INACTIVE: _("Switch the location on again if it may send packages."),
    Cause.OUTSIDE_SCENARIO: _(
        "Let the location into the rule that the page names, if it may serve such orders."
    ),
    Cause.SPLIT_FORBIDDEN: _("Allow the rule to split, if the order may leave in several packages."),
    Cause.NO_MATCHING_SCENARIO: _("Switch a scenario on that is for such orders, or make one."),
    Cause.COMBINATION: _("Open the package: the page names both changes, and applies them together."),
    Cause.OUT_OF_STOCK_EVERYWHERE: _(
        "Nothing can be done here. Order or transfer stock; the package is planned again by itself when it arrives."
    ),
    Cause.NO_STOCK_ANSWER: _("Ask why the named location sends no stock answers for the product."),
    Cause.RESERVED_BY_OTHERS: _(
        "Wait, or free units of an order that needs them less: the page names the orders that hold them."
    ),
}
"""What an operator can do about each cause."""

CHECK_HELP: Mapping[Check, object] = {
    Check.NO_MATCHING_SCENARIO: _("No active scenario is for such orders, so no location was asked."),
    Check.NOT_IN_RULE: _("The rule’s list, its exceptions or its type leave the location out."),
    Check.LOCATION_INACTIVE: _("The location is switched off."),
    Check.REFUSED_HERE: _("This location refused this order item before, and is not asked for it again."),
    Check.QUOTA_UNSET: _("The rule only takes locations with a quota, and this one has none."),
    Check.QUOTA_FULL: _("The location has as many unpacked packages as its quota allows."),
    Check.DISCREPANCY_HOLD: _("Somebody reported the product missing there, and the report is still open."),
    Check.NO_STOCK_ANSWER: _("The location never said how many it has. A zero would be an answer."),
    Check.INSUFFICIENT_STOCK: _("The location counts fewer than the line needs."),
    Check.FULLY_RESERVED: _("It counts enough, but what is left after reservations is not."),
    Check.PARTIAL: _("It can give some of the line; the rule may gather the rest elsewhere."),
    Check.SPLIT_FORBIDDEN: _("It could serve this line, but no one location can serve all lines together."),
    Check.OK: _("Nothing speaks against it."),
}
"""What each check of a location means."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word and what it means here; `key` is its place on the help page."""

    key: str
    name: object
    text: object


TERMS: Sequence[Term] = (
    Term(
        "order",
        _("Order"),
        _("What a customer bought. Its state comes from Omnitron; packages never change it."),
    ),
    Term(
        "stock-answer",
        _("Stock answer"),
        _(
            "What a location last said it has of a product. The newest answer counts; an explicit zero is an "
            "answer, silence is not."
        ),
    ),
    Term(
        "location",
        _("Location"),
        _("A store or warehouse that can send packages. Switched off, it is never asked."),
    ),
    Term(
        "scenario",
        _("Scenario"),
        _(
            "How orders of some channels, payments and deliveries are planned. The active one with the lowest "
            "priority that fits the order is taken."
        ),
    ),
    Term(
        "rule",
        _("Rule"),
        _(
            "One step of a scenario: which locations are asked, in which order, and whether lines may be split. "
            "Each rule is tried on what the rules before it left."
        ),
    ),
    Term(
        "quota",
        _("Quota"),
        _("How many packages a location may have unpacked at once. Only some rules ask for it."),
    ),
    Term(
        "plan",
        _("Execution plan"),
        _("What became of each line of an order. An order has one plan, through all attempts."),
    ),
    Term(
        "attempt",
        _("Attempt"),
        _(
            "One planning of an order: when, why, by which rules, and all facts that it saw. It is kept as it was, "
            "so that it can be explained at any later time."
        ),
    ),
    Term(
        "package",
        _("Package"),
        _("What one location is to send. Its items never move to another package."),
    ),
    Term(
        "out-of-stock-package",
        _("Out-of-stock package"),
        _(
            "The lines of an order that no location could serve. They wait in it until an attempt serves them."
        ),
    ),
    Term(
        "reservation",
        _("Reservation"),
        _("Units held at a location for an order item, until it is registered in the ERP or let go."),
    ),
    Term(
        "stale",
        _("Stale reservation"),
        _(
            "One that nobody needs any more: the ERP registered the order and took the unit off its count, the "
            "order or package was cancelled, or it belongs to no package and its order is old."
        ),
    ),
    Term(
        "available",
        _("Free units"),
        _("Stock minus reserved. Zero or less is normal: nothing is free there."),
    ),
    Term(
        "mapping",
        _("Mapping"),
        _("The ERP’s own id of an order item: the sign that the ERP registered it."),
    ),
    Term(
        "discrepancy",
        _("Report"),
        _(
            "A location says that a product is not where it should be. Until it is settled, the place is not used."
        ),
    ),
    Term(
        "check",
        _("Check"),
        _(
            "One question asked of a location about a line. They are asked in a fixed order, and the first that "
            "fails decides; the later it fails, the nearer the location is to serving."
        ),
    ),
    Term(
        "cause",
        _("Cause"),
        _("Why a package is out of stock: the least change that would serve it, or why no change would."),
    ),
    Term(
        "remedy",
        _("Remedy"),
        _(
            "One or two changes after which every line is served. Each was tried on a copy of today’s facts by the "
            "planner itself before it is shown."
        ),
    ),
    Term(
        "joint-fix",
        _("Joint fix"),
        _(
            "One change that serves several waiting packages at once, counted by planning the whole queue again."
        ),
    ),
    Term(
        "webhook-event",
        _("Webhook event"),
        _(
            "A message to another system that something changed. It is sent again until it arrives or is given up."
        ),
    ),
)


def cause_advice(cause: str) -> str:
    """What can be done about a cause."""
    return str(CAUSE_ADVICE[Cause(cause)])


def check_help(check: str) -> str:
    """What a check means, in one sentence."""
    return str(CHECK_HELP[Check(check)])
