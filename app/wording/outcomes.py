"""What became of remedies: the states, and the changes as they were made: "released 3 stale reservations …"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

from flask_babel import gettext, ngettext, pgettext
from flask_babel import lazy_gettext as _

from app.domain.diagnosis.changes import (
    ActivateLocation,
    ActivateScenario,
    AddToRule,
    AllowSplit,
    Change,
    ClearDiscrepancy,
    RaiseQuota,
    ReleaseReservation,
    Replan,
)
from app.domain.facts import Split
from app.domain.remedy_outcomes import OutcomeState
from app.wording.values import Names

STATES: Mapping[OutcomeState, object] = {
    OutcomeState.SERVED: _("Served"),
    OutcomeState.PARTLY: _("Served in part"),
    OutcomeState.WAITING: _("Still waiting"),
    OutcomeState.CAME_BACK: _("Came back"),
    OutcomeState.ENDED: _("Cancelled"),
}


def outcome_label(state: str) -> str:
    """How the package of a remedy stands today."""
    return str(STATES[OutcomeState(state)])


@singledispatch
def done_text(change: Change, names: Names) -> str:
    """One change as somebody made it, without a subject: "raised the quota of Gebze to 8"."""
    raise TypeError(f"no words for {change!r}")


@done_text.register
def _replan(change: Replan, names: Names) -> str:
    return gettext("planned the order again")


@done_text.register
def _release(change: ReleaseReservation, names: Names) -> str:
    return ngettext(
        "released the stale reservation of %(product)s at %(place)s",
        "released %(num)s stale reservations of %(product)s at %(place)s",
        len(change.reservations),
        product=names.product(change.sku),
        place=names.place(change.erp_code),
    )


@done_text.register
def _clear(change: ClearDiscrepancy, names: Names) -> str:
    return ngettext(
        "cleared the discrepancy of %(product)s at %(place)s",
        "cleared the %(num)s discrepancies of %(product)s at %(place)s",
        len(change.discrepancies),
        product=names.product(change.sku),
        place=names.place(change.erp_code),
    )


@done_text.register
def _raise(change: RaiseQuota, names: Names) -> str:
    place = names.place(change.erp_code)
    if change.was is None:
        return pgettext("done", "set the quota of %(place)s to %(to)s", place=place, to=change.to)
    return gettext(
        "raised the quota of %(place)s from %(was)s to %(to)s", place=place, was=change.was, to=change.to
    )


@done_text.register
def _activate(change: ActivateLocation, names: Names) -> str:
    return gettext("switched %(place)s on", place=names.place(change.erp_code))


@done_text.register
def _add(change: AddToRule, names: Names) -> str:
    place = names.place(change.erp_code)
    return pgettext("done", "let %(place)s into rule “%(rule)s”", place=place, rule=change.rule)


@done_text.register
def _split(change: AllowSplit, names: Names) -> str:
    if change.to is Split.LINE:
        return pgettext("done", "let rule “%(rule)s” split by line", rule=change.rule)
    return pgettext("done", "let rule “%(rule)s” split within a line", rule=change.rule)


@done_text.register
def _wake(change: ActivateScenario, names: Names) -> str:
    return gettext("switched scenario “%(scenario)s” on", scenario=change.scenario)
