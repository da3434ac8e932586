"""Every code that can reach a person has words: a new one without words fails here."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from flask import Flask

from app import wording
from app.config import PROJECT_ROOT
from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.changes import ChangeKind
from app.domain.facts import Check, OrderBy, Split
from app.domain.packages import PackageCommand
from app.domain.staleness import LiveNote, StaleReason
from app.wording import facts, phrases, refusals

DIAGNOSIS = PROJECT_ROOT / "app" / "domain" / "diagnosis"
JOURNAL_KINDS = {
    "channel",
    "product",
    "cargo_company",
    "stock_location",
    "scenario",
    "stock",
    "order",
    "order_state",
    "reservation",
    "reservation_release",
    "mapping",
    "discrepancy",
    "discrepancy_clear",
    "package_command",
    "replan",
}


@pytest.fixture(autouse=True)
def in_a_request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_has_a_name_and_a_help_text(cause: Cause) -> None:
    assert wording.cause_label(cause)
    assert wording.cause_help(cause).endswith(".")


@pytest.mark.parametrize("check", Check)
def test_a_check_has_a_name(check: Check) -> None:
    assert "_" not in wording.check_label(check)


@pytest.mark.parametrize("kind", ChangeKind)
def test_a_change_has_a_button(kind: ChangeKind) -> None:
    assert wording.change_kind_label(kind)


@pytest.mark.parametrize("reason", StaleReason)
def test_a_stale_reason_has_a_name(reason: StaleReason) -> None:
    assert wording.stale_label(reason)


@pytest.mark.parametrize("note", LiveNote)
def test_a_note_on_a_live_reservation_has_a_name(note: LiveNote) -> None:
    assert wording.live_label(note)


@pytest.mark.parametrize("code", [*OrderBy, *Split, *PackageCommand])
def test_other_codes_have_a_name(code: str) -> None:
    assert wording.label(code) and "_" not in wording.label(code)


def test_every_kind_of_fact_has_words() -> None:
    assert facts.known_kinds() == JOURNAL_KINDS


def test_every_phrase_the_diagnosis_can_make_has_words() -> None:
    assert codes_passed_to("Phrase", DIAGNOSIS.glob("*.py")) - phrases.known_codes() == set()


def test_every_refusal_has_words() -> None:
    raised = codes_passed_to("Refused", (PROJECT_ROOT / "app").rglob("*.py"))
    assert raised
    assert raised - refusals.known_codes() == set()


def codes_passed_to(name: str, paths: object) -> set[str]:
    """The literal first arguments with which a class is made anywhere in these files."""
    found = set()
    for path in paths:  # type: ignore[attr-defined]
        for node in ast.walk(ast.parse(path.read_text())):
            is_call = isinstance(node, ast.Call) and getattr(node.func, "id", None) == name
            if is_call and node.args and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found
