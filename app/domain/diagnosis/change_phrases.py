"""What each kind of change mends, as a phrase: one function a kind."""

from functools import singledispatch

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
from app.domain.diagnosis.looks import Holder
from app.domain.diagnosis.phrases import Evidence, Ground, Phrase


@singledispatch
def change_phrase(change: Change, ground: Ground) -> Phrase:
    """What one change mends, as part of a sentence."""
    raise TypeError(f"no phrase for {change!r}")


@change_phrase.register
def _replan(change: Replan, ground: Ground) -> Phrase:
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
        tuple(Evidence("stock_location", ground.world.locations[code].id) for code in served_by),
    )


@change_phrase.register
def _release(change: ReleaseReservation, ground: Ground) -> Phrase:
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
    """The reservations a change releases, oldest first."""
    look = ground.look(ground.line_of(change.sku), change.erp_code)
    return [one for one in look.holders if one.held.id in change.reservations]


@change_phrase.register
def _clear(change: ClearDiscrepancy, ground: Ground) -> Phrase:
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


@change_phrase.register
def _raise(change: RaiseQuota, ground: Ground) -> Phrase:
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


@change_phrase.register
def _activate(change: ActivateLocation, ground: Ground) -> Phrase:
    line = ground.served_line(change.erp_code)
    return Phrase(
        "location_inactive",
        {"sku": line.sku, "erp_code": change.erp_code, "free": ground.look(line, change.erp_code).free},
        (Evidence("stock_location", ground.world.locations[change.erp_code].id),),
    )


@change_phrase.register
def _add(change: AddToRule, ground: Ground) -> Phrase:
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


@change_phrase.register
def _split(change: AllowSplit, ground: Ground) -> Phrase:
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


@change_phrase.register
def _wake(change: ActivateScenario, ground: Ground) -> Phrase:
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
