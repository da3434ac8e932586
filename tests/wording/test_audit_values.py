"""What people read of an entry of the audit log instead of codes."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.changes import Change
from app.domain.diagnosis.targets import change_target
from app.wording import audit_value
from tests.domain.test_targets import TARGETS


def words(app: Flask, name: str, stored: object) -> str | None:
    with app.test_request_context():
        return audit_value("package", name, stored)


@pytest.mark.parametrize("change", [change for change, _ in TARGETS], ids=lambda change: change.kind.value)
def test_a_change_that_was_made_has_words_and_names_what_it_was_about(app: Flask, change: Change) -> None:
    target = change_target(change)
    said = words(app, "changes", [target])
    assert said is not None
    assert change.kind.value not in said
    for name in ("sku", "erp_code", "rule", "scenario"):
        assert str(target.get(name, "")) in said


def test_two_changes_are_said_one_after_the_other(app: Flask) -> None:
    targets = [change_target(TARGETS[3][0]), change_target(TARGETS[6][0])]
    assert words(app, "changes", targets) == "Raise quota: WH1 → 5; Allow split: stores, Web → split by line"


@pytest.mark.parametrize("cause", list(Cause))
def test_a_cause_has_words(app: Flask, cause: Cause) -> None:
    said = words(app, "cause", cause.value)
    assert said and "_" not in said


@pytest.mark.parametrize(
    "stored", [[], [{}], [{"kind": "of_earlier_times"}], ["x"], "outside", None, {"kind": "replan"}]
)
def test_what_is_no_change_stays_as_it_is_stored(app: Flask, stored: Any) -> None:
    assert not words(app, "changes", stored)
