"""displaced(remedy, demand, world, rivals): who goes without when this package is served first."""

from collections.abc import Iterable

from app.domain.diagnosis.proofs import apply_all, promised
from app.domain.diagnosis.remedies import Remedy
from app.domain.facts import Demand, World
from app.domain.planning import plan


def displaced(remedy: Remedy, demand: Demand, world: World, rivals: Iterable[Demand]) -> tuple[Demand, ...]:
    """Of the rivals placed before the demand, those that the same changes alone would serve with its units.

    These are served after the changes, and are not any more once the remedy's proof has taken its units and
    quota. `world` must know the rivals' products. Source: diagnosis.md, section 3.
    """
    earlier = [one for one in rivals if (one.placed_at, one.order_id) < (demand.placed_at, demand.order_id)]
    if not earlier:
        return ()
    after = apply_all(remedy.changes, world)
    taken = promised(remedy.proof, after)
    return tuple(one for one in earlier if plan(one, after).is_whole and not plan(one, taken).is_whole)
