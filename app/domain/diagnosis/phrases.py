"""The sentence and the chain of reasons as codes with parameters and evidence; wording.py makes the words.

Every phrase rests on recorded facts, each named as evidence, and blames no other object.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.diagnosis.causes import Cause
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
from app.domain.diagnosis.looks import Holder, LocationLook, by_check
from app.domain.diagnosis.remedies import Remedy
from app.domain.diagnosis.verdict import passes_before_stock
from app.domain.facts import Check, Demand, Line, Scenario, World


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record that proves a phrase: its kind (the noun of its page) and its id."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """A code with what the words need. Quantities are hundredths, instants are aware."""

    code: str
    params: Mapping[str, object]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What phrases are made from."""

    demand: Demand
    world: World
    scenario: Scenario | None
    lines: Sequence[Line]
    looks: Mapping[int, Sequence[LocationLook]]
    remedies: Sequence[Remedy]
    causes: Mapping[int, Cause] = field(default_factory=dict)

    def first_line(self, cause: Cause | None = None) -> Line:
        """The line a sentence speaks of: the first of that cause, else the first."""
        found = [line for line in self.lines if self.causes.get(line.order_item_id) is cause]
        return (found or list(self.lines))[0]

    def look(self, line: Line, erp_code: str) -> LocationLook:
        """How that location looked for the line."""
        return next(one for one in self.looks[line.order_item_id] if one.location.erp_code == erp_code)

    def line_of(self, sku: str) -> Line:
        """The first line that asks for the product."""
        return next(line for line in self.lines if line.sku == sku)

    def served_line(self, erp_code: str) -> Line:
        """The first unserved line that the first remedy serves from the location."""
        items = {
            grant.order_item_id for grant in self.remedies[0].proof.grants if grant.erp_code == erp_code
        }
        return next((line for line in self.lines if line.order_item_id in items), self.lines[0])


def sentence(cause: Cause, ground: Ground) -> Phrase:
    """The one sentence that says why, and what fixes it."""
    if len(ground.remedies) and len(ground.remedies[0].changes) > 1:
        return _two_changes(cause, ground)
    if ground.remedies:
        return change_phrase(ground.remedies[0].changes[0], ground)
    return _HOPELESS[cause](ground)


def because(cause: Cause, ground: Ground) -> tuple[Phrase, ...]:
    """Two to five reasons, from what was asked to what decided."""
    line = _line_spoken_of(cause, ground)
    chain = [_asked(line, ground), _scenario(ground)]
    if ground.remedies:
        for change in ground.remedies[0].changes:
            chain.extend(_proof_of(change, ground))
    elif cause is Cause.RESERVED_BY_OTHERS:
        chain.append(_held_live(ground.looks[line.order_item_id][0], line))
    elif ground.looks[line.order_item_id] and cause is not Cause.NO_MATCHING_SCENARIO:
        chain.append(_nearest(ground.looks[line.order_item_id][0], line))
    if ground.scenario is not None:
        chain.append(_summary(line, ground))
    return tuple(chain[:5])


def _line_spoken_of(cause: Cause, ground: Ground) -> Line:
    if ground.remedies:
        code = next((one for one in (_place(c) for c in ground.remedies[0].changes) if one), None)
        return ground.served_line(code) if code else ground.lines[0]
    return ground.first_line(cause)


def _place(change: Change) -> str | None:
    return getattr(change, "erp_code", None)


def _two_changes(cause: Cause, ground: Ground) -> Phrase:
    remedy = ground.remedies[0]
    parts = tuple(change_phrase(change, ground) for change in remedy.changes)
    return Phrase("two_changes", {"parts": parts, "served_by": remedy.served_by, "cause": cause.value})


# --- the change a remedy consists of -------------------------------------------------------------------


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
    holders = _holders(change, ground)
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


def _holders(change: ReleaseReservation, ground: Ground) -> list[Holder]:
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


# --- when nothing helps --------------------------------------------------------------------------------


def _nowhere(ground: Ground) -> Phrase:
    line = ground.first_line(Cause.OUT_OF_STOCK_EVERYWHERE)
    looks = ground.looks[line.order_item_id]
    asked = [look for look in looks if passes_before_stock(look) and look.cell.stock_count is not None]
    best = max(asked, key=lambda look: look.cell.stock_count or 0, default=None)
    return Phrase(
        "out_of_stock_everywhere",
        {
            "sku": line.sku,
            "needed": line.needed,
            "best": best.cell.stock_count if best else None,
            "erp_code": best.location.erp_code if best else None,
            "nearest": looks[0].location.erp_code if looks else None,
            "nearest_check": looks[0].check.value if looks else None,
        },
    )


def _unanswered(ground: Ground) -> Phrase:
    line = ground.first_line(Cause.NO_STOCK_ANSWER)
    missing = [
        look
        for look in ground.looks[line.order_item_id]
        if look.check is Check.NO_STOCK_ANSWER or (passes_before_stock(look) and look.cell.stock_count is None)
    ]
    return Phrase(
        "no_stock_answer",
        {"sku": line.sku, "missing": tuple(look.location.erp_code for look in missing)},
        tuple(Evidence("stock_location", look.location.id) for look in missing[:5]),
    )


def _held(ground: Ground) -> Phrase:
    line = ground.first_line(Cause.RESERVED_BY_OTHERS)
    enough = [
        look
        for look in ground.looks[line.order_item_id]
        if passes_before_stock(look) and (look.cell.stock_count or 0) >= line.needed and look.holders
    ]
    look = enough[0]
    return Phrase(
        "reserved_by_others",
        {
            "sku": line.sku,
            "erp_code": look.location.erp_code,
            "stock_count": look.cell.stock_count,
            "reservation_count": look.cell.reservation_count,
            "holders": tuple(one.held.order_number for one in look.holders),
        },
        tuple(Evidence("reservation", one.held.id) for one in look.holders[:5]),
    )


def _no_scenario(ground: Ground) -> Phrase:
    demand = ground.demand
    return Phrase(
        "no_matching_scenario",
        {
            "channel": demand.channel,
            "payment_type": demand.payment_type,
            "delivery_type": demand.delivery_type,
        },
    )


def _too_many(ground: Ground) -> Phrase:
    return Phrase("combination", {"lines": len(ground.lines)})


_HOPELESS: Mapping[Cause, Callable[[Ground], Phrase]] = {
    Cause.OUT_OF_STOCK_EVERYWHERE: _nowhere,
    Cause.NO_STOCK_ANSWER: _unanswered,
    Cause.RESERVED_BY_OTHERS: _held,
    Cause.NO_MATCHING_SCENARIO: _no_scenario,
    Cause.COMBINATION: _too_many,
}


# --- the chain -----------------------------------------------------------------------------------------


def _asked(line: Line, ground: Ground) -> Phrase:
    return Phrase(
        "asked",
        {
            "order_number": ground.demand.order_number,
            "sku": line.sku,
            "needed": line.needed,
            "lines": len(ground.lines),
        },
        (Evidence("order", ground.demand.order_id),),
    )


def _scenario(ground: Ground) -> Phrase:
    if ground.scenario is None:
        return _no_scenario(ground)
    rules = tuple(rule.name for rule in ground.scenario.ordered_rules)
    return Phrase(
        "matched_scenario",
        {"scenario": ground.scenario.name, "rules": rules},
        (Evidence("scenario", ground.scenario.id),),
    )


def _nearest(look: LocationLook, line: Line) -> Phrase:
    return Phrase(
        "nearest",
        {
            "erp_code": look.location.erp_code,
            "sku": line.sku,
            "needed": line.needed,
            "check": look.check.value,
            "stock_count": look.cell.stock_count,
            "reservation_count": look.cell.reservation_count,
            "answered_at": look.answered_at,
        },
        (Evidence("stock_location", look.location.id),),
    )


def _held_live(look: LocationLook, line: Line) -> Phrase:
    notes = tuple(one.live.value for one in look.holders if one.live)
    return Phrase(
        "held_live",
        {
            "erp_code": look.location.erp_code,
            "sku": line.sku,
            "stock_count": look.cell.stock_count,
            "reservation_count": look.cell.reservation_count,
            "holders": tuple(one.held.order_number for one in look.holders),
            "note": notes[0] if notes else None,
        },
        tuple(Evidence("reservation", one.held.id) for one in look.holders[:5]),
    )


def _proof_of(change: Change, ground: Ground) -> list[Phrase]:
    """The numbers at the place a change is about, then what the records say of it."""
    code = _place(change)
    if code is None:
        return [change_phrase(change, ground)]
    sku = getattr(change, "sku", None)
    line = ground.line_of(sku) if sku else ground.served_line(code)
    look = ground.look(line, code)
    chain = [_nearest(look, line)]
    if isinstance(change, ReleaseReservation):
        chain.append(_registered(_holders(change, ground)[0], look))
    else:
        detail = change_phrase(change, ground)
        chain.append(Phrase(f"proof_{detail.code}", detail.params, detail.evidence))
    return chain


def _registered(holder: Holder, look: LocationLook) -> Phrase:
    held = holder.held
    evidence = [Evidence("reservation", held.id)]
    if held.mapping_id is not None:
        evidence.append(Evidence("mapping", held.mapping_id))
    return Phrase(
        f"proof_{holder.stale.value if holder.stale else 'stale'}",
        {
            "order_number": held.order_number,
            "erp_code": held.erp_code,
            "reserved_at": held.reserved_at,
            "mapped_at": held.mapped_at,
            "answered_at": look.answered_at,
            "placed_at": held.order_placed_at,
        },
        tuple(evidence),
    )


def _summary(line: Line, ground: Ground) -> Phrase:
    looks = ground.looks[line.order_item_id]
    counts = {check.value: count for check, count in by_check(looks).items()}
    return Phrase("summary", {"sku": line.sku, "locations": len(looks), "by_check": counts})
