"""The sentence and the chain of reasons of an explanation, as phrases."""

from collections import Counter

from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.change_phrases import change_phrase, holders_released
from app.domain.diagnosis.changes import Change, ReleaseReservation
from app.domain.diagnosis.hopeless_phrases import HOPELESS, no_scenario
from app.domain.diagnosis.looks import Holder, LocationLook, by_check
from app.domain.diagnosis.phrases import MOST_EVIDENCE, Evidence, Ground, Phrase
from app.domain.diagnosis.verdict import held_by_others
from app.domain.facts import Line

MOST_REASONS = 5


def sentence(cause: Cause, ground: Ground) -> Phrase:
    """The one sentence that says why, and what fixes it."""
    if len(ground.remedies) and len(ground.remedies[0].changes) > 1:
        return _two_changes(cause, ground)
    if ground.remedies:
        return change_phrase(ground.remedies[0].changes[0], ground)
    return HOPELESS[cause](ground)


def because(cause: Cause, ground: Ground) -> tuple[Phrase, ...]:
    """Two to five reasons, from what was asked to what decided."""
    line = _line_spoken_of(cause, ground)
    asked, scenario = _asked(line, ground), _scenario(ground)
    if ground.scenario is None and not ground.remedies:
        return (asked, scenario)
    decided = _decided(cause, line, ground)
    summary = [_summary(line, ground)] if ground.scenario is not None else []
    # What decided is told whole; the rest as far as there is room.
    room = MOST_REASONS - 1 - len(decided)
    return (asked, *[scenario][:room], *decided, *summary[: max(0, room - 1)])


def _decided(cause: Cause, line: Line, ground: Ground) -> list[Phrase]:
    looks = ground.looks[line.order_item_id]
    if ground.remedies:
        proofs = [phrase for change in ground.remedies[0].changes for phrase in _proof_of(change, ground)]
        # Two changes at one location rest on the same numbers.
        return [phrase for place, phrase in enumerate(proofs) if phrase not in proofs[:place]]
    if cause is Cause.RESERVED_BY_OTHERS:
        return [_held_live(held_by_others(line, looks)[0], line)]
    return [_nearest(looks[0], line)] if looks else []


def _line_spoken_of(cause: Cause, ground: Ground) -> Line:
    if ground.remedies:
        code = next((one for one in (_place(c) for c in ground.remedies[0].changes) if one), None)
        return ground.served_line(code) if code else ground.lines[0]
    return ground.first_line(cause)


def _place(change: Change) -> str | None:
    return getattr(change, "erp_code", None)


def _two_changes(cause: Cause, ground: Ground) -> Phrase:
    remedy = ground.remedies[0]
    evidence = [one for change in remedy.changes for one in change_phrase(change, ground).evidence]
    params = {"changes": remedy.changes, "served_by": remedy.served_by, "cause": cause.value}
    return Phrase("two_changes", params, tuple(evidence))


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
        return no_scenario(ground)
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
    live = look.live_holders
    notes = Counter(one.live.value for one in live if one.live)
    return Phrase(
        "held_live",
        {
            "erp_code": look.location.erp_code,
            "sku": line.sku,
            "stock_count": look.cell.stock_count,
            "reservation_count": look.cell.reservation_count,
            "holders": tuple(one.held.order_number for one in live),
            "notes": dict(notes),
        },
        tuple(Evidence("reservation", one.held.id) for one in live[:MOST_EVIDENCE]),
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
        chain.append(_registered(holders_released(change, ground)[0], look))
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
