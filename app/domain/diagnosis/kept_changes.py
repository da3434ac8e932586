"""Changes and lint findings as plain JSON values and back, for fixes that are kept and applied later."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from enum import Enum
from hashlib import blake2b
from json import dumps
from typing import Any

from app.domain.diagnosis.changes import (
    ActivateLocation,
    ActivateScenario,
    AddToRule,
    AllowSplit,
    Change,
    ClearDiscrepancy,
    RaiseQuota,
    ReleaseReservation,
    Replan,
)
from app.domain.diagnosis.lint import Finding, LintCode
from app.domain.diagnosis.proofs import ChangeSet
from app.domain.facts import Split

_CLASSES: Mapping[str, Any] = {
    one.kind.value: one
    for one in (
        Replan,
        ReleaseReservation,
        ClearDiscrepancy,
        RaiseQuota,
        ActivateLocation,
        AddToRule,
        AllowSplit,
        ActivateScenario,
    )
}


def plain_changes(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The changes with all their fields, as JSON can hold them."""
    return [{"kind": change.kind.value, **_plain(asdict(change))} for change in changes]


def changes_again(kept: Iterable[Mapping[str, Any]]) -> ChangeSet:
    """The changes that `plain_changes` was given."""
    return tuple(_again(one) for one in kept)


def plain_finding(finding: Finding) -> dict[str, Any]:
    """A lint finding as JSON can hold it."""
    return _plain({**asdict(finding), "params": _plain(finding.params)})


def finding_again(kept: Mapping[str, Any]) -> Finding:
    """The finding that `plain_finding` was given."""
    return Finding(LintCode(kept["code"]), kept["scenario"], kept["rule"], kept["params"])


def fix_key(changes: Sequence[Change]) -> str:
    """A short name of a joint fix by what it is about: it stays when it goes further or less far."""
    text = dumps([[change.kind.value, *change.subject] for change in changes])
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _again(kept: Mapping[str, Any]) -> Change:
    cls = _CLASSES[kept["kind"]]
    found: dict[str, Any] = {one.name: kept[one.name] for one in fields(cls)}
    found = {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
    if cls is AllowSplit:
        found["to"] = Split(found["to"])
    change: Change = cls(**found)
    return change


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value
