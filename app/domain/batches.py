"""Many acts of one kind, planned first and then done one after another: their states. Does nothing itself."""

from enum import StrEnum


class BatchState(StrEnum):
    """State of a batch, as stored."""

    PLANNED = "planned"
    STARTED = "started"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class RowState(StrEnum):
    """What became of one act: refused undid only itself, failed broke unexpectedly, skipped was not tried."""

    PLANNED = "planned"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    SKIPPED = "skipped"


MOST_ROWS = 20_000
"""So many acts one batch may hold: more could not be looked through before they are begun."""

ENDED = frozenset({BatchState.FINISHED, BatchState.CANCELLED})
CANCELLABLE = frozenset({BatchState.PLANNED, BatchState.STARTED})
UNSUCCESSFUL = frozenset({RowState.REFUSED, RowState.FAILED})
