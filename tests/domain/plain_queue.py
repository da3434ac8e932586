"""A queue planned the plain way, on the whole world: what quicker ways of doing it are held against."""

from collections.abc import Iterable

from app.domain.diagnosis.proofs import promised
from app.domain.facts import Demand, World
from app.domain.planning import plan


def one_after_another(queue: Iterable[Demand], world: World) -> tuple[list[int], set[int], World]:
    """The ids of orders that are served, of those that are granted anything, and the world after it."""
    served, granted = [], set()
    for demand in queue:
        made = plan(demand, world)
        if made.is_whole:
            served.append(demand.order_id)
        if made.grants:
            granted.add(demand.order_id)
            world = promised(made, world)
    return served, granted, world
