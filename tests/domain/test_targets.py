"""A change as the document names it, and the key by which a remedy is asked for again."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain.diagnosis.changes import (
    ActivateLocation,
    ActivateScenario,
    AddToRule,
    AllowSplit,
    Change,
    ChangeKind,
    ClearDiscrepancy,
    RaiseQuota,
    ReleaseReservation,
    Replan,
)
from app.domain.diagnosis.targets import change_target, remedy_key
from app.domain.facts import Split

IN_RULE = {"scenario": "Web", "scenario_id": 4, "rule": "stores", "rule_id": 7}

TARGETS: list[tuple[Change, dict[str, Any]]] = [
    (Replan(), {}),
    (
        ReleaseReservation("WH1", "TS-M", (9, 8), 2_00),
        {"erp_code": "WH1", "sku": "TS-M", "reservations": [9, 8]},
    ),
    (ClearDiscrepancy("WH1", "TS-M", (3,)), {"erp_code": "WH1", "sku": "TS-M", "discrepancies": [3]}),
    (RaiseQuota("WH1", 5, 4), {"erp_code": "WH1", "to": 5}),
    (ActivateLocation("WH1"), {"erp_code": "WH1"}),
    (AddToRule(4, "Web", 7, "stores", "WH1"), {"erp_code": "WH1", **IN_RULE}),
    (AllowSplit(4, "Web", 7, "stores", Split.LINE), {"to": "line", **IN_RULE}),
    (ActivateScenario(4, "Web"), {"scenario": "Web", "scenario_id": 4}),
]


@pytest.mark.parametrize(("change", "target"), TARGETS)
def test_a_change_names_its_kind_and_its_target(change: Change, target: dict[str, Any]) -> None:
    assert change_target(change) == {"kind": change.kind.value, **target}


def test_every_kind_of_change_has_a_target() -> None:
    assert {change.kind for change, _ in TARGETS} == set(ChangeKind)


def test_other_changes_have_another_key() -> None:
    release = ReleaseReservation("WH1", "TS-M", (9,), 1_00)
    remedies: list[tuple[Change, ...]] = [(change,) for change, _ in TARGETS]
    remedies += [
        (release,),
        (release, ActivateLocation("WH1")),
        (RaiseQuota("WH1", 6, 4),),
        (replace(release, reservations=(10,)),),
    ]
    keys = [remedy_key(changes) for changes in remedies]
    assert len(set(keys)) == len(keys)
    assert remedy_key((release,)) == remedy_key((replace(release),))
