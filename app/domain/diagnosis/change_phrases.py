"""What each kind of change mends, as a phrase: one function a kind."""

from collections.abc import Callable, Mapping

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
from app.domain.diagnosis.looks import Holder
from app.domain.diagnosis.phrases import Evidence, Ground, Phrase


def change_phrase(change: Change, ground: Ground) -> Phrase:
    """What one change mends, as part of a sentence."""
    return _CHANGE[change.kind.value](change, ground)


def _replan(change: Change, ground: Ground) -> Phrase:
    served_by = ground.remedies[0].served_by
    line = ground.served_line(served_by[0])
    answer = ground.world.stock.get((served_by[0], line.sku))
    return Phrase(
        "served_now",
        {
            "sku": line.sku,
            "needed": line.needed,
            "served_by": served_by,
            "lines": len(ground.lines),
            "answered_at": answer.answered_at if answer else None,
        },
    )


def _release(change: Change, ground: Ground) -> Phrase:
    assert isinstance(change, ReleaseReservation)
    holders = holders_released(change, ground)
    first = holders[0]
    return Phrase(
        "stale_reservation",
        {
            "sku": change.sku,
            "erp_code": change.erp_code,
            "quantity": change.quantity,
            "reservations": len(holders),
            "order_number": first.held.order_number,
            "stale": first.stale.value if first.stale else None,
            "since": first.held.mapped_at or first.held.reserved_at,
        },
        tuple(Evidence("reservation", one.held.id) for one in holders),
    )


def holders_released(change: ReleaseReservation, ground: Ground) -> list[Holder]:
    look = ground.look(ground.line_of(change.sku), change.erp_code)
    return [one for one in look.holders if one.held.id in change.reservations]


def _clear(change: Change, ground: Ground) -> Phrase:
    assert isinstance(change, ClearDiscrepancy)
    reports = ground.world.discrepancies[(change.erp_code, change.sku)]
    look = ground.look(ground.line_of(change.sku), change.erp_code)
    return Phrase(
        "discrepancy_hold",
        {
            "sku": change.sku,
            "erp_code": change.erp_code,
            "discrepancies": len(reports),
            "reason": reports[0].reason,
            "since": min(one.reported_at for one in reports),
            "free": look.free,
        },
        tuple(Evidence("discrepancy", one.id) for one in reports),
    )


def _raise(change: Change, ground: Ground) -> Phrase:
    assert isinstance(change, RaiseQuota)
    location = ground.world.locations[change.erp_code]
    line = ground.served_line(change.erp_code)
    return Phrase(
        change.cause.value,
        {
            "sku": line.sku,
            "erp_code": change.erp_code,
            "quota": location.quota,
            "max_quota": location.max_quota,
            "to": change.to,
        },
        (Evidence("stock_location", location.id),),
    )


def _activate(change: Change, ground: Ground) -> Phrase:
    assert isinstance(change, ActivateLocation)
    line = ground.served_line(change.erp_code)
    return Phrase(
        "location_inactive",
        {"sku": line.sku, "erp_code": change.erp_code, "free": ground.look(line, change.erp_code).free},
        (Evidence("stock_location", ground.world.locations[change.erp_code].id),),
    )


def _add(change: Change, ground: Ground) -> Phrase:
    assert isinstance(change, AddToRule)
    line = ground.served_line(change.erp_code)
    return Phrase(
        "outside_scenario",
        {
            "sku": line.sku,
            "erp_code": change.erp_code,
            "free": ground.look(line, change.erp_code).free,
            "rule": change.rule,
            "scenario": change.scenario,
        },
        (Evidence("scenario", change.scenario_id),),
    )


def _split(change: Change, ground: Ground) -> Phrase:
    assert isinstance(change, AllowSplit)
    return Phrase(
        "split_forbidden",
        {
            "rule": change.rule,
            "scenario": change.scenario,
            "to": change.to.value,
            "served_by": ground.remedies[0].served_by if ground.remedies else (),
            "lines": len(ground.lines),
            "sku": ground.lines[0].sku,
        },
        (Evidence("scenario", change.scenario_id),),
    )


def _wake(change: Change, ground: Ground) -> Phrase:
    assert isinstance(change, ActivateScenario)
    return Phrase(
        "scenario_inactive",
        {
            "scenario": change.scenario,
            "channel": ground.demand.channel,
            "payment_type": ground.demand.payment_type,
            "delivery_type": ground.demand.delivery_type,
        },
        (Evidence("scenario", change.scenario_id),),
    )


_CHANGE: Mapping[str, Callable[[Change, Ground], Phrase]] = {
    "replan": _replan,
    "release_reservation": _release,
    "clear_discrepancy": _clear,
    "raise_quota": _raise,
    "activate_location": _activate,
    "add_to_rule": _add,
    "allow_split": _split,
    "activate_scenario": _wake,
}
