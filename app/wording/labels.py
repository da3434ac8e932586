"""Short names of codes, for badges, tables and filters."""

from collections.abc import Mapping

from flask_babel import get_locale, lazy_pgettext
from flask_babel import lazy_gettext as _

from app.domain.access import Role
from app.domain.diagnosis.changes import ChangeKind
from app.domain.facts import Check, OrderBy, Split
from app.domain.staleness import LiveNote, StaleReason
from app.domain.states import RecordKind, state_name

CHECKS: Mapping[Check, object] = {
    Check.NO_MATCHING_SCENARIO: _("no matching scenario"),
    Check.NOT_IN_RULE: _("not in rule"),
    Check.LOCATION_INACTIVE: _("switched off"),
    Check.REFUSED_HERE: _("refused here"),
    Check.QUOTA_UNSET: _("quota not set"),
    Check.QUOTA_FULL: _("quota full"),
    Check.DISCREPANCY_HOLD: _("reported missing"),
    Check.NO_STOCK_ANSWER: _("no stock answer"),
    Check.INSUFFICIENT_STOCK: _("not enough stock"),
    Check.FULLY_RESERVED: _("fully reserved"),
    Check.PARTIAL: _("only part free"),
    Check.SPLIT_FORBIDDEN: _("split forbidden"),
    Check.OK: _("can serve"),
}

STALE: Mapping[StaleReason, object] = {
    StaleReason.ERP_REGISTERED: _("registered in the ERP, already off its count"),
    StaleReason.ORDER_CANCELLED: _("order cancelled"),
    StaleReason.PACKAGE_CANCELLED: _("package cancelled"),
    StaleReason.ORPHAN: _("no package, old order"),
}

LIVE: Mapping[LiveNote, object] = {
    LiveNote.AWAITING_STOCK_ANSWER: _("registered, waiting for the next stock answer"),
    LiveNote.SHIPPED_NOT_REGISTERED: _("shipped, not registered in the ERP: send the mapping"),
    LiveNote.BLOCKED_PACKAGE: _("kept by a blocked package"),
}

CHANGES: Mapping[ChangeKind, object] = {
    ChangeKind.REPLAN: _("Plan again"),
    ChangeKind.RELEASE_RESERVATION: _("Release reservation"),
    ChangeKind.CLEAR_DISCREPANCY: _("Clear discrepancy"),
    ChangeKind.RAISE_QUOTA: _("Raise quota"),
    ChangeKind.ACTIVATE_LOCATION: _("Activate location"),
    ChangeKind.ADD_TO_RULE: _("Let into rule"),
    ChangeKind.ALLOW_SPLIT: _("Allow split"),
    ChangeKind.ACTIVATE_SCENARIO: _("Activate scenario"),
}

ORDER_BY: Mapping[OrderBy, object] = {
    OrderBy.PRIORITY: _("by priority"),
    OrderBy.STOCK: _("most stock first"),
    OrderBy.DENSITY: _("fewest open packages first"),
    OrderBy.DISTANCE: _("nearest first"),
}

SPLITS: Mapping[Split, object] = {
    Split.NONE: _("all from one location"),
    Split.LINE: _("split by line"),
    Split.QUANTITY: _("split within a line"),
}

# Why an order was planned, as the attempt keeps it; some codes are those of commands, which say it otherwise.
TRIGGERS: Mapping[str, object] = {
    "order": _("became plannable"),
    "replan": _("planned again"),
    "refuse": _("refused by a location"),
    "not_found": _("not found at its location"),
    "remedy": _("remedy applied"),
    "discrepancy": _("a report was settled"),
    "stock": _("stock arrived"),
    "release": _("units were released"),
}

EVIDENCE: Mapping[str, object] = {
    "order": _("order"),
    "scenario": _("scenario"),
    "reservation": _("reservation"),
    "mapping": _("mapping"),
    "discrepancy": _("report"),
    "stock_location": _("location"),
}

ROLES: Mapping[str, object] = {
    Role.OPERATOR: _("Operator"),
    Role.STORE_MANAGER: _("Store manager"),
    Role.ADMINISTRATOR: _("Administrator"),
}

CODES: Mapping[str, object] = {
    "out_of_stock": _("not there"),
    "damaged": _("damaged"),
    "misplaced": _("misplaced"),
    "other": _("other reason"),
    "store": _("store"),
    "warehouse": _("warehouse"),
    "erp_registered": _("registered in the ERP"),
    "package_command": _("package command"),
    "operator": _("by an operator"),
    "order": _("order became plannable"),
    "replan": _("planned again"),
    "refuse": _("refuse"),
    "not_found": _("not found"),
    "remedy": _("remedy applied"),
    "credit_card": _("credit card"),
    "funds_transfer": _("funds transfer"),
    "pay_on_delivery": _("pay on delivery"),
    "wallet": _("wallet"),
    "standard": _("standard"),
    "same_day": _("same day"),
    "click_and_collect": _("click and collect"),
    "reschedule": _("Plan again"),
    "prepare": _("Prepare"),
    "pack": _("Pack"),
    "ship": _("Ship"),
    "deliver": _("Deliver"),
    "block": _("Block"),
    "unblock": _("Unblock"),
    "pack_for_refund": _("Pack for refund"),
    "cancel": lazy_pgettext("command", "Cancel"),  # on buttons of forms it means to go back
}


_OTHER: Mapping[str, object] = {
    **{split.value: words for split, words in SPLITS.items()},
    **{order.value: words for order, words in ORDER_BY.items()},
    **CODES,
}


def check_label(check: str) -> str:
    """What a check says of a location, two or three words."""
    return str(CHECKS[Check(check)])


def stale_label(reason: str) -> str:
    """Why a reservation is stale."""
    return str(STALE[StaleReason(reason)])


def live_label(note: str) -> str:
    """What is worth saying about a live reservation."""
    return str(LIVE[LiveNote(note)])


def evidence_label(kind: str) -> str:
    """What kind of record proves a reason."""
    return str(EVIDENCE[kind])


def change_kind_label(kind: str) -> str:
    """What a change does, as a button says it."""
    return str(CHANGES[ChangeKind(kind)])


def trigger_label(trigger: str) -> str:
    """Why an order was planned."""
    found = TRIGGERS.get(trigger)
    return str(found) if found is not None else label(trigger)


def state_label(kind: RecordKind, code: str) -> str:
    """The name of a state in the language of the request."""
    return state_name(kind, code).name_in(str(get_locale() or "en"))


def label(code: str | None) -> str:
    """The words for any other code; an unknown code is shown with spaces instead of underscores."""
    if code is None:
        return ""
    found = _OTHER.get(code)
    return str(found) if found is not None else code.replace("_", " ")
