"""Codes → words, in the language of the request. The only place where causes and checks become sentences."""

from app.wording.acts import act_label
from app.wording.audit_values import audit_name, audit_value
from app.wording.batches import (
    batch_kind_label,
    batch_row_expectation,
    batch_row_outcome,
    batch_row_state_label,
    batch_state_label,
    batch_title,
)
from app.wording.causes import cause_help, cause_label
from app.wording.changes import change_text
from app.wording.commands import command_steps
from app.wording.differences import difference_label, difference_value
from app.wording.facts import fact_text
from app.wording.joint_fixes import fix_sentence, fix_text
from app.wording.labels import (
    change_kind_label,
    check_label,
    evidence_label,
    label,
    live_label,
    stale_label,
    state_label,
    trigger_label,
)
from app.wording.letters import capitalized
from app.wording.lint import lint_text
from app.wording.outcomes import done_text, outcome_label
from app.wording.own_states import own_state_label
from app.wording.phrases import phrase_text
from app.wording.refusals import refusal
from app.wording.upstream import (
    feed_label,
    run_outcome_label,
    suggestion_label,
    upstream_state_label,
)
from app.wording.values import Names, listed, quantity

__all__ = [
    "Names",
    "act_label",
    "audit_name",
    "audit_value",
    "batch_kind_label",
    "batch_row_expectation",
    "batch_row_outcome",
    "batch_row_state_label",
    "batch_state_label",
    "batch_title",
    "capitalized",
    "cause_help",
    "cause_label",
    "change_kind_label",
    "change_text",
    "check_label",
    "command_steps",
    "difference_label",
    "difference_value",
    "done_text",
    "evidence_label",
    "fact_text",
    "feed_label",
    "fix_sentence",
    "fix_text",
    "label",
    "lint_text",
    "listed",
    "live_label",
    "outcome_label",
    "own_state_label",
    "phrase_text",
    "quantity",
    "refusal",
    "run_outcome_label",
    "stale_label",
    "state_label",
    "suggestion_label",
    "trigger_label",
    "upstream_state_label",
]
