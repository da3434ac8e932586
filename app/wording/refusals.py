"""Why an act was refused, and what to do instead."""

from collections.abc import Callable, Mapping

from flask_babel import gettext

from app.domain.states import RecordKind
from app.wording.causes import cause_label
from app.wording.labels import change_kind_label, label, state_label
from app.wording.letters import uncapitalized
from app.wording.values import Params


def refusal(code: str, params: Params) -> str:
    """The words of a Refused; a code without words of its own says that the state does not allow it."""
    words = _TEXTS.get(code)
    return words(params) if words else gettext("That is not possible now. Reload the page and look again.")


def known_codes() -> frozenset[str]:
    """Every refusal code there are words for."""
    return frozenset(_TEXTS)


def _package_command(p: Params) -> str:
    return gettext(
        "“%(command)s” is not possible while the package is %(state)s.",
        command=label(str(p["command"])),
        state=state_label(RecordKind.PACKAGE, str(p["state"])),
    )


def _package_served(p: Params) -> str:
    return gettext("This package does not wait for anything any more.")


def _remedy_changed(p: Params) -> str:
    return gettext("These changes would not serve the package any more, so nothing was done.")


def _remedy_failed(p: Params) -> str:
    return gettext("The planning that followed did not serve the package, so everything was undone.")


def _plan_command(p: Params) -> str:
    return gettext(
        "“%(command)s” is not possible while the plan is %(state)s.",
        command=label(str(p["command"])),
        state=label(str(p["state"])),
    )


def _mapped_otherwise(p: Params) -> str:
    return gettext("This item is registered in the ERP already, as %(code)s.", code=p["stored_code"])


def _token_made_before(p: Params) -> str:
    return gettext(
        "This form has made its token already, and the key was shown then. If you have not kept it, revoke that "
        "token and make a new one."
    )


def _discrepancy_cleared(p: Params) -> str:
    return gettext("This report was cleared meanwhile, so there is nothing left to confirm.")


def _last_administrator(p: Params) -> str:
    return gettext("This is the last administrator. Make somebody else one first.")


def _webhook_registered(p: Params) -> str:
    return gettext("These events are sent to that address already.")


def _webhook_off(p: Params) -> str:
    return gettext("The webhook is off, so nothing would be sent. Switch it on first.")


def _event_delivered(p: Params) -> str:
    return gettext("This event was delivered; it is not sent twice.")


def _forward_sent(p: Params) -> str:
    return gettext("Omnitron was told this already; it is not sent twice.")


def _feed_empty(p: Params) -> str:
    return gettext("There is nothing in it. Choose a file, or paste rows.")


def _feed_header(p: Params) -> str:
    return gettext(
        "The first line must name the columns erp_code, sku and stock_count; it lacks %(missing)s.",
        missing=p["missing"],
    )


def _feed_too_long(p: Params) -> str:
    return gettext("It has more than %(most)s rows. Split it into several files.", most=p["most"])


def _batch_empty(p: Params) -> str:
    return gettext("There is nothing to do: no row fits any more.")


def _batch_too_large(p: Params) -> str:
    return gettext(
        "%(rows)s at once are too many; %(most)s is the most. Narrow the list down and do it in parts.",
        rows=p["rows"],
        most=p["most"],
    )


def _batch_started(p: Params) -> str:
    return gettext("This was started already, or called off.")


def _batch_ended(p: Params) -> str:
    return gettext("This has come to its end already; there was nothing left to call off.")


def _not_found(p: Params) -> str:
    return gettext("What this was about is not there any more.")


def _pull_refused(p: Params) -> str:
    return str(p["said"])  # the vendor's texts, which are never translated


def _no_upstream(p: Params) -> str:
    return gettext("No Omnitron is configured.")


def _record_settled(p: Params) -> str:
    return gettext("Nothing is left to decide about this order.")


def _record_nameless(p: Params) -> str:
    return gettext("This record has no number of its own, so Omnitron cannot be asked for it again.")


def _invalid(p: Params) -> str:
    return gettext("What was planned for this row is not possible any more.")


def _fix_outdated(p: Params) -> str:
    return gettext(
        "The queue was looked at again meanwhile, and this came out differently. This is how it is now."
    )


def _fix_fallen(p: Params) -> str:
    return gettext(
        "“%(change)s” is not possible as it was shown: somebody changed what it is about. Nothing was done.",
        change=change_kind_label(str(p["kind"])),
    )


def _fix_serves_nobody(p: Params) -> str:
    return gettext("These changes would not serve any of the packages any more, so nothing was done.")


def _still_waits(p: Params) -> str:
    return gettext("Still waits: %(cause)s.", cause=uncapitalized(cause_label(str(p["cause"]))))


def _edited_since(p: Params) -> str:
    return gettext("Somebody saved other changes meanwhile, so nothing was saved. Open the form again.")


def _changed_since(p: Params) -> str:
    return gettext("What that change set was changed again since, so it cannot be undone by itself.")


def _undo_created(p: Params) -> str:
    return gettext("Nothing was there before, so there is nothing to go back to. Switch it off instead.")


def _replay_ended(p: Params) -> str:
    return gettext("The trial has ended already.")


def _name_taken(p: Params) -> str:
    return gettext("There is a scenario of this name already. Choose another name.")


def _view_of_others(p: Params) -> str:
    return gettext("This view belongs to %(owner)s, so only they can change it.", owner=p["owner"])


def _view_not_shared(p: Params) -> str:
    return gettext("Only operators and administrators share views.")


def _reason_needed(p: Params) -> str:
    return gettext("Say why: nothing was planned without a reason.")


_TEXTS: Mapping[str, Callable[[Params], str]] = {
    "plan_command": _plan_command,
    "mapped_otherwise": _mapped_otherwise,
    "package_served": _package_served,
    "remedy_changed": _remedy_changed,
    "remedy_failed": _remedy_failed,
    "package_command": _package_command,
    "token_made_before": _token_made_before,
    "discrepancy_cleared": _discrepancy_cleared,
    "last_administrator": _last_administrator,
    "webhook_registered": _webhook_registered,
    "webhook_off": _webhook_off,
    "event_delivered": _event_delivered,
    "fix_outdated": _fix_outdated,
    "fix_fallen": _fix_fallen,
    "fix_serves_nobody": _fix_serves_nobody,
    "still_waits": _still_waits,
    "forward_sent": _forward_sent,
    "feed_empty": _feed_empty,
    "feed_header": _feed_header,
    "feed_too_long": _feed_too_long,
    "batch_empty": _batch_empty,
    "batch_too_large": _batch_too_large,
    "batch_started": _batch_started,
    "batch_ended": _batch_ended,
    "edited_since": _edited_since,
    "changed_since": _changed_since,
    "undo_created": _undo_created,
    "replay_ended": _replay_ended,
    "name_taken": _name_taken,
    "not_found": _not_found,
    "invalid": _invalid,
    "pull_refused": _pull_refused,
    "no_upstream": _no_upstream,
    "record_settled": _record_settled,
    "record_nameless": _record_nameless,
    "reason_needed": _reason_needed,
    "view_of_others": _view_of_others,
    "view_not_shared": _view_not_shared,
}
