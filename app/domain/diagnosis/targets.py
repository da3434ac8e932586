"""A change as the JSON object that names its target, and a remedy's key, by which it is asked for again."""

from collections.abc import Iterable
from functools import singledispatch
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
)


def change_target(change: Change) -> dict[str, Any]:
    """The change as diagnosis.md, section 5, shows it: its kind, then what it is about."""
    return {"kind": change.kind.value, **_target(change)}


def remedy_key(changes: Iterable[Change]) -> str:
    """A short name of exactly these changes: other reservations or another quota give another key."""
    text = dumps([change_target(change) for change in changes], sort_keys=True)
    return blake2b(text.encode(), digest_size=8).hexdigest()


@singledispatch
def _target(change: Change) -> dict[str, Any]:
    return {}


@_target.register
def _release(change: ReleaseReservation) -> dict[str, Any]:
    return {"erp_code": change.erp_code, "sku": change.sku, "reservations": list(change.reservations)}


@_target.register
def _clear(change: ClearDiscrepancy) -> dict[str, Any]:
    return {"erp_code": change.erp_code, "sku": change.sku, "discrepancies": list(change.discrepancies)}


@_target.register
def _raise(change: RaiseQuota) -> dict[str, Any]:
    return {"erp_code": change.erp_code, "to": change.to}


@_target.register
def _activate(change: ActivateLocation) -> dict[str, Any]:
    return {"erp_code": change.erp_code}


@_target.register
def _add(change: AddToRule) -> dict[str, Any]:
    return {"erp_code": change.erp_code, **_rule(change)}


@_target.register
def _split(change: AllowSplit) -> dict[str, Any]:
    return {**_rule(change), "to": change.to.value}


@_target.register
def _wake(change: ActivateScenario) -> dict[str, Any]:
    return {"scenario": change.scenario, "scenario_id": change.scenario_id}


def _rule(change: AddToRule | AllowSplit) -> dict[str, Any]:
    return {
        "scenario": change.scenario,
        "scenario_id": change.scenario_id,
        "rule": change.rule,
        "rule_id": change.rule_id,
    }
