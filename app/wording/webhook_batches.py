"""Words for sending many events again: what each row will do and what came of it."""

from flask_babel import gettext

from app.wording.values import Params
from app.wording.webhooks import event_state_label


def title(title: Params) -> str:
    """The heading, with the filters they were chosen by."""
    filters = str(title.get("filters") or "")
    if not filters:
        return gettext("Resend webhook events")
    return gettext("Resend webhook events (%(filters)s)", filters=filters)


def expected(_arguments: Params, expectation: Params) -> str:
    """Where it goes, and what state it is in now."""
    return gettext(
        "%(state)s; is sent again to %(target)s",
        state=event_state_label(str(expectation["state"])),
        target=str(expectation["target"]),
    )


def result(_result: Params) -> str:
    """It is due; whether it arrives is told on its own page."""
    return gettext("Due now; the list of events shows whether it arrives.")
