"""Words of bulk actions on orders and packages: what each row will do, and what came of it."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from app.domain.states import RecordKind
from app.wording import joint_fixes
from app.wording.causes import cause_label
from app.wording.labels import label, state_label
from app.wording.values import Params


def replan_title(title: Params) -> str:
    """The heading of planning again."""
    return _with_left_out(
        ngettext("Plan %(num)s order again", "Plan %(num)s orders again", int(title["count"])), title
    )


def give_up_title(title: Params) -> str:
    """The heading of giving up."""
    words = ngettext(
        "Give up on what %(num)s order waits for",
        "Give up on what %(num)s orders wait for",
        int(title["count"]),
    )
    return _with_left_out(words, title)


def replan_expected(_arguments: Params, expectation: Params) -> str:
    """Why it waits, as was known when it was planned."""
    if expectation.get("cause") == "served_now":
        return gettext("Would be served now.")
    return gettext("Is planned again; waited because: %(cause)s.", cause=_cause(expectation))


def give_up_expected(_arguments: Params, expectation: Params) -> str:
    """What is lost."""
    return gettext(
        "Its out-of-stock package is cancelled and not planned any more; waited because: %(cause)s.",
        cause=_cause(expectation),
    )


replan_result = joint_fixes.result


def give_up_result(_result: Params) -> str:
    """Done."""
    return gettext("Cancelled; it waits for nothing any more.")


def command_title(title: Params) -> str:
    """The heading of a command for many packages."""
    words = ngettext(
        "%(command)s: %(num)s package",
        "%(command)s: %(num)s packages",
        int(title["count"]),
        command=label(str(title["command"])),
    )
    return _with_left_out(words, title)


def command_expected(arguments: Params, expectation: Params) -> str:
    """What happens to one package."""
    said = {
        "command": label(str(arguments["command"])),
        "state": state_label(RecordKind.PACKAGE, str(expectation["state"])),
    }
    if expectation.get("place"):
        return gettext("%(command)s at %(place)s; is %(state)s now", place=expectation["place"], **said)
    return gettext("%(command)s; is %(state)s now", **said)


def command_result(_result: Params) -> str:
    """Done."""
    return gettext("Done.")


def _cause(expectation: Params) -> str:
    cause = expectation.get("cause")
    return cause_label(str(cause)).lower() if cause else gettext("not explained yet")


def _with_left_out(words: str, title: Params) -> str:
    left_out = int(title.get("left_out") or 0)
    if not left_out:
        return words
    return ngettext(
        "%(words)s (not possible for %(num)s other)",
        "%(words)s (not possible for %(num)s others)",
        left_out,
        words=words,
    )
