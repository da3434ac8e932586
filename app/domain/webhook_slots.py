"""Who may be sent to next: how many deliveries at once, shared out so that no endpoint waits for another."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def shared_out(due: Collection[int], in_flight: Mapping[int, int], slots: int, free: int) -> dict[int, int]:
    """How many events of each webhook in `due` may be taken now, those without any left out.

    At most `slots` of a webhook at once, with what is `in_flight`; at most `free` in all. When there is not
    enough for all, those with the least in flight come first, so that slow ones cannot use everything up.
    """
    given = dict.fromkeys(due, 0)
    while free > 0:
        open_ones = [one for one in due if given[one] + in_flight.get(one, 0) < slots]
        if not open_ones:
            break
        least = min(given[one] + in_flight.get(one, 0) for one in open_ones)
        for one in open_ones:
            if free > 0 and given[one] + in_flight.get(one, 0) == least:
                given[one] += 1
                free -= 1
    return {one: count for one, count in given.items() if count}
