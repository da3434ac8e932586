"""What a command of a package will do, step by step, before it is done (domain.md, section 3)."""

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.domain.packages import CommandRule, FollowUp, PackageCommand
from app.domain.states import RecordKind
from app.wording.labels import state_label

FOLLOWING: Mapping[FollowUp, object] = {
    FollowUp.PLAN_ORDER: _("The order is planned again."),
    FollowUp.KEEP_REFUSALS_AND_PLAN: _(
        "The location is not asked for these items any more, and they are planned again."
    ),
    FollowUp.REPORT_MISSING_AND_PLAN: _(
        "Each item becomes an inventory discrepancy of the location, and is planned again."
    ),
    FollowUp.CLEAR_DISCREPANCIES: _("Discrepancies reported for its items are cleared."),
}


def command_steps(rule: CommandRule) -> list[str]:
    """The consequences of a command, in the order in which they happen."""
    steps = []
    if rule.becomes is not None:
        state = state_label(RecordKind.PACKAGE, rule.becomes)
        steps.append(gettext("The package becomes “%(state)s”.", state=state))
    if rule.command is PackageCommand.UNBLOCK:
        steps.append(gettext("The package becomes what it was before it was blocked."))
    if rule.releases:
        steps.append(gettext("What is reserved for it is released."))
    if rule.then in FOLLOWING:
        steps.append(str(FOLLOWING[rule.then]))
    if rule.becomes is not None and rule.releases and rule.then is FollowUp.NOTHING:
        steps.append(gettext("Its lines are not planned any more."))
    return steps
