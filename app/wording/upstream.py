"""The upstream in words: how its lists are read, what became of its orders, what a suggested number shows."""

from collections.abc import Mapping

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from app.domain.states import RecordKind
from app.domain.upstream import FeedName, RecordState, RunOutcome
from app.wording.labels import state_label
from app.wording.values import Params

FEEDS: Mapping[str, object] = {
    FeedName.CHANGES: _("Changes"),
    FeedName.SWEEP: _("Full sweep"),
}
OUTCOMES: Mapping[str, object] = {
    RunOutcome.FINISHED: _("Finished"),
    RunOutcome.PAUSED: _("Goes on"),
    RunOutcome.FAILED: _("Failed"),
    RunOutcome.INTERRUPTED: _("Interrupted"),
}
RECORD_STATES: Mapping[str, object] = {
    RecordState.APPLIED: _("Here"),
    RecordState.QUARANTINED: _("Quarantined"),
    RecordState.REFUSED: _("Not admitted"),
    RecordState.DISMISSED: _("Dismissed"),
}
SUGGESTIONS: Mapping[str, object] = {
    "works": _("Comes in and is planned"),
    "waits": _("Comes in and waits for stock"),
    "exists": _("Is here already"),
    "not_found": _("Omnitron does not know it"),
    "too_low": _("Is older than MIN_ORDER_OMNITRON_ID"),
    "channel": _("Its channel is not allowed"),
    "carrier": _("Its cargo company is unknown"),
    "broken": _("Omnitron’s record is broken"),
}


def feed_label(name: str) -> str:
    """What a way through the upstream's orders is called."""
    return str(FEEDS[name])


def run_outcome_label(outcome: str | None) -> str:
    """How a reading ended; one without an outcome is under way."""
    return str(OUTCOMES[outcome]) if outcome else gettext("Running")


def upstream_state_label(state: str) -> str:
    """What became of an upstream order."""
    return str(RECORD_STATES[state])


def suggestion_label(what: str) -> str:
    """What will come of pulling a suggested number."""
    return str(SUGGESTIONS[what])


def pull_title(title: Params) -> str:
    """The heading of a batch that pulls."""
    count = int(str(title["count"]))
    return ngettext("Pull %(num)s order from Omnitron", "Pull %(num)s orders from Omnitron", count)


def pull_expected(_arguments: Params, _expectation: Params) -> str:
    """What a row of it will do."""
    return gettext("Import and plan")


def pulled_text(result: Params) -> str:
    """What came of a number that was pulled."""
    if result.get("state") is None:
        return gettext("Pulled.")
    state = state_label(RecordKind.ORDER, str(result["state"]))
    served, waiting = int(str(result["served"])), int(str(result["waiting"]))
    if served and waiting:
        return gettext("Pulled: %(state)s, planned; a part waits for stock.", state=state)
    if waiting:
        return gettext("Pulled: %(state)s, planned; it waits for stock.", state=state)
    if served:
        packages = ngettext("%(num)s package", "%(num)s packages", served)
        return gettext("Pulled: %(state)s, planned: %(packages)s.", state=state, packages=packages)
    return gettext("Pulled: %(state)s; nothing to plan.", state=state)
