"""Trials of an edit: what is tried, how far a trial is, and how many days it may look back."""

from enum import StrEnum

DAYS_OFFERED = (7, 14, 30, 90)
USUAL_DAYS = 14
MOST_DAYS = 365


class ReplayKind(StrEnum):
    """What is edited."""

    SCENARIO = "scenario"
    STOCK_LOCATION = "stock_location"


class ReplayState(StrEnum):
    """How far a trial is. Only a running one is gone on with."""

    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
