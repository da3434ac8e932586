"""What became of a package after a remedy was applied to it."""

from enum import StrEnum


class OutcomeState(StrEnum):
    """How things stand today; it follows from the packages and is never stored.

    partly: some lines are served, the package waits for the rest. ended: cancelled before it was served.
    """

    SERVED = "served"
    PARTLY = "partly"
    WAITING = "waiting"
    CAME_BACK = "came_back"
    ENDED = "ended"
