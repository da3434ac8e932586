"""What a change would do, as an instruction: "release 2 stale reservations of Basic Tee M at Gebze"."""

from functools import singledispatch

from flask_babel import gettext, ngettext

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
from app.wording.values import Names


@singledispatch
def change_text(change: Change, names: Names) -> str:
    """One change in words, without a full stop and with a small first letter."""
    raise TypeError(f"no words for {change!r}")


@change_text.register
def _replan(change: Replan, names: Names) -> str:
    return gettext("plan the order again")


@change_text.register
def _release(change: ReleaseReservation, names: Names) -> str:
    return ngettext(
        "release the stale reservation of %(product)s at %(place)s",
        "release %(num)s stale reservations of %(product)s at %(place)s",
        len(change.reservations),
        product=names.product(change.sku),
        place=names.place(change.erp_code),
    )


@change_text.register
def _clear(change: ClearDiscrepancy, names: Names) -> str:
    return ngettext(
        "clear the discrepancy of %(product)s at %(place)s",
        "clear the %(num)s discrepancies of %(product)s at %(place)s",
        len(change.discrepancies),
        product=names.product(change.sku),
        place=names.place(change.erp_code),
    )


@change_text.register
def _raise(change: RaiseQuota, names: Names) -> str:
    if change.was is None:
        return gettext(
            "set the quota of %(place)s to %(to)s", place=names.place(change.erp_code), to=change.to
        )
    return gettext(
        "raise the quota of %(place)s from %(was)s to %(to)s",
        place=names.place(change.erp_code),
        was=change.was,
        to=change.to,
    )


@change_text.register
def _activate(change: ActivateLocation, names: Names) -> str:
    return gettext("switch %(place)s on", place=names.place(change.erp_code))


@change_text.register
def _add(change: AddToRule, names: Names) -> str:
    return gettext("let %(place)s into rule “%(rule)s”", place=names.place(change.erp_code), rule=change.rule)


@change_text.register
def _split(change: AllowSplit, names: Names) -> str:
    if change.to is Split.LINE:
        return gettext("let rule “%(rule)s” split by line", rule=change.rule)
    return gettext("let rule “%(rule)s” split within a line", rule=change.rule)


@change_text.register
def _wake(change: ActivateScenario, names: Names) -> str:
    return gettext("switch scenario “%(scenario)s” on", scenario=change.scenario)
