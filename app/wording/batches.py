"""What a batch is about, what each of its rows will do, and what came of it: one entry a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.domain.batches import BatchState, RowState
from app.wording import bulk_actions, joint_fixes, release_batches, stock_feeds, upstream, webhook_batches
from app.wording.refusals import refusal
from app.wording.values import Params

STATES: Mapping[str, object] = {
    BatchState.PLANNED: _("Not started"),
    BatchState.STARTED: _("Running"),
    BatchState.FINISHED: _("Finished"),
    BatchState.CANCELLED: _("Cancelled"),
}
ROW_STATES: Mapping[str, object] = {
    RowState.PLANNED: _("To do"),
    RowState.DONE: _("Done"),
    RowState.REFUSED: _("Not done"),
    RowState.FAILED: _("Failed"),
    RowState.SKIPPED: _("Skipped"),
}


@dataclass(frozen=True, slots=True)
class BatchWords:
    """The words of one kind of batch. All but `kind` are made from the JSON that was stored with it."""

    kind: object
    """What such batches are called in a list."""
    title: Callable[[Params], str]
    """The heading, from the batch's title."""
    expected: Callable[[Params, Params], str]
    """What a row will do, from its arguments and what was foreseen."""
    result: Callable[[Params], str]
    """What came of a row that was done."""


def batch_title(kind: str, title: Params) -> str:
    """What the batch does, as a heading."""
    return KINDS[kind].title(title) if kind in KINDS else kind


def batch_kind_label(kind: str) -> str:
    """What batches of that kind are called."""
    return str(KINDS[kind].kind) if kind in KINDS else kind


def batch_state_label(state: str) -> str:
    """The state of a batch."""
    return str(STATES[state])


def batch_row_state_label(state: str) -> str:
    """The state of one row."""
    return str(ROW_STATES[state])


def batch_row_expectation(kind: str, arguments: Params, expectation: Params) -> str:
    """What the row will do."""
    return KINDS[kind].expected(arguments, expectation) if kind in KINDS else ""


def batch_row_outcome(
    kind: str, state: str, code: str | None, params: Params | None, result: Params | None
) -> str:
    """What became of the row, or why not; empty while it waits."""
    if state == RowState.DONE:
        return KINDS[kind].result(result or {}) if kind in KINDS else ""
    if state == RowState.REFUSED:
        return refusal(code or "", params or {})
    if state == RowState.FAILED:
        return gettext(
            "Something unexpected went wrong here; it is in the log. Nothing of this row was stored."
        )
    return gettext("Not tried.") if state == RowState.SKIPPED else ""


KINDS: Mapping[str, BatchWords] = {
    "stock_feed": BatchWords(
        _("Stored stock feeds"), stock_feeds.title, stock_feeds.expected, stock_feeds.result
    ),
    "reservation_release": BatchWords(
        _("Released reservations"), release_batches.title, release_batches.expected, release_batches.result
    ),
    "order_replan": BatchWords(
        _("Orders planned again"),
        bulk_actions.replan_title,
        bulk_actions.replan_expected,
        bulk_actions.replan_result,
    ),
    "order_give_up": BatchWords(
        _("Orders given up"),
        bulk_actions.give_up_title,
        bulk_actions.give_up_expected,
        bulk_actions.give_up_result,
    ),
    "package_command": BatchWords(
        _("Commands for packages"),
        bulk_actions.command_title,
        bulk_actions.command_expected,
        bulk_actions.command_result,
    ),
    "joint_fix": BatchWords(_("Joint fixes"), joint_fixes.title, joint_fixes.expected, joint_fixes.result),
    "order.pull": BatchWords(
        _("Orders pulled from Omnitron"), upstream.pull_title, upstream.pull_expected, upstream.pulled_text
    ),
    "webhook_resend": BatchWords(
        _("Resent webhook events"), webhook_batches.title, webhook_batches.expected, webhook_batches.result
    ),
}
