"""What to say when no change of ours would serve the package: one function a cause."""

from collections.abc import Callable, Mapping, Sequence

from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.looks import LocationLook
from app.domain.diagnosis.phrases import MOST_EVIDENCE, Evidence, Ground, Phrase
from app.domain.diagnosis.verdict import held_by_others, passes_before_stock


def _nowhere(ground: Ground) -> Phrase:
    line = ground.first_line(Cause.OUT_OF_STOCK_EVERYWHERE)
    looks = ground.looks[line.order_item_id]
    asked = [look for look in looks if passes_before_stock(look) and look.cell.stock_count is not None]
    best = max(asked, key=lambda look: look.cell.stock_count or 0, default=None)
    shown = best or next(iter(looks), None)
    return Phrase(
        "out_of_stock_everywhere",
        {
            "sku": line.sku,
            # Lines of one product share its units: a location may have enough for one and not for all.
            "needed": sum(one.needed for one in ground.lines if one.sku == line.sku),
            "best": best.cell.stock_count if best else None,
            "erp_code": best.location.erp_code if best else None,
            "nearest": looks[0].location.erp_code if looks else None,
            "nearest_check": looks[0].check.value if looks else None,
        },
        _locations([shown] if shown else []),
    )


def _unanswered(ground: Ground) -> Phrase:
    line = ground.first_line(Cause.NO_STOCK_ANSWER)
    missing = [
        look
        for look in ground.looks[line.order_item_id]
        if passes_before_stock(look) and look.cell.stock_count is None
    ]
    return Phrase(
        "no_stock_answer",
        {"sku": line.sku, "missing": tuple(look.location.erp_code for look in missing)},
        _locations(missing[:MOST_EVIDENCE]),
    )


def _locations(looks: Sequence[LocationLook]) -> tuple[Evidence, ...]:
    return tuple(Evidence("stock_location", look.location.id) for look in looks)


def _held(ground: Ground) -> Phrase:
    line = ground.first_line(Cause.RESERVED_BY_OTHERS)
    look = held_by_others(line, ground.looks[line.order_item_id])[0]
    live = look.live_holders
    return Phrase(
        "reserved_by_others",
        {
            "sku": line.sku,
            "erp_code": look.location.erp_code,
            "stock_count": look.cell.stock_count,
            "reservation_count": look.cell.reservation_count,
            "holders": tuple(one.held.order_number for one in live),
        },
        tuple(Evidence("reservation", one.held.id) for one in live[:MOST_EVIDENCE]),
    )


def no_scenario(ground: Ground) -> Phrase:
    """What the order is like, and that no active scenario is for such orders."""
    demand = ground.demand
    return Phrase(
        "no_matching_scenario",
        {
            "channel": demand.channel,
            "payment_type": demand.payment_type,
            "delivery_type": demand.delivery_type,
        },
        (Evidence("order", demand.order_id),),
    )


def _too_many(ground: Ground) -> Phrase:
    return Phrase("combination", {"lines": len(ground.lines)}, (Evidence("order", ground.demand.order_id),))


HOPELESS: Mapping[Cause, Callable[[Ground], Phrase]] = {
    Cause.OUT_OF_STOCK_EVERYWHERE: _nowhere,
    Cause.NO_STOCK_ANSWER: _unanswered,
    Cause.RESERVED_BY_OTHERS: _held,
    Cause.NO_MATCHING_SCENARIO: no_scenario,
    Cause.COMBINATION: _too_many,
}
