"""Which stale reservations of a place to release: the fewest, then least excess, then oldest."""

from collections.abc import Sequence

from app.domain.facts import HeldReservation, Place, World
from app.domain.staleness import stale_in

Chosen = tuple[HeldReservation, ...]


def stale_at(world: World, place: Place) -> Chosen:
    """The stale reservations of a place, oldest first."""
    stale = [one for one in world.reservations.get(place, ()) if stale_in(world, one)]
    return tuple(sorted(stale, key=lambda one: (one.reserved_at, one.id)))


def fewest_that_free(stale: Sequence[HeldReservation], needed: int) -> Chosen | None:
    """The smallest choice whose quantities reach `needed` hundredths, or None when all together do not.

    `stale` is oldest first. Among choices of one size that with the least excess wins, then the oldest.
    """
    largest = sorted((one.quantity for one in stale), reverse=True)
    reach = 0
    for size, quantity in enumerate(largest, start=1):
        reach += quantity
        if reach >= needed:
            return _least_excess(stale, size, needed)
    return None


def _least_excess(stale: Sequence[HeldReservation], size: int, needed: int) -> Chosen:
    # best[k][total]: the oldest choice of k reservations with that total; indexes compare as age does.
    best: list[dict[int, tuple[int, ...]]] = [{} for _ in range(size + 1)]
    best[0][0] = ()
    for index, one in enumerate(stale):
        for count in range(min(size, index + 1), 0, -1):
            for total, chosen in best[count - 1].items():
                candidate = (*chosen, index)
                known = best[count].get(total + one.quantity)
                if known is None or candidate < known:
                    best[count][total + one.quantity] = candidate
    total = min(found for found in best[size] if found >= needed)
    return tuple(stale[index] for index in best[size][total])


def every_amount(stale: Sequence[HeldReservation]) -> tuple[Chosen, ...]:
    """One choice for each amount that can be freed, the fewest and oldest that free it.

    In the order in which they are preferred: by their number, then by the amount. Meant for a handful.
    """
    best: dict[int, tuple[int, ...]] = {0: ()}
    for index, one in enumerate(stale):
        for total, chosen in list(best.items()):
            candidate = (*chosen, index)
            known = best.get(total + one.quantity)
            if known is None or (len(candidate), candidate) < (len(known), known):
                best[total + one.quantity] = candidate
    amounts = sorted((total for total in best if total), key=lambda total: (len(best[total]), total))
    return tuple(tuple(stale[index] for index in best[total]) for total in amounts)
