"""The closed list of causes an out-of-stock package can have (diagnosis.md, section 3)."""

from enum import StrEnum


class Cause(StrEnum):
    """Why a package is out of stock. The value is what is stored, filtered by and sent."""

    SERVED_NOW = "served_now"
    STALE_RESERVATION = "stale_reservation"
    DISCREPANCY_HOLD = "discrepancy_hold"
    QUOTA_UNSET = "quota_unset"
    QUOTA_FULL = "quota_full"
    LOCATION_INACTIVE = "location_inactive"
    OUTSIDE_SCENARIO = "outside_scenario"
    SPLIT_FORBIDDEN = "split_forbidden"
    NO_MATCHING_SCENARIO = "no_matching_scenario"
    COMBINATION = "combination"
    OUT_OF_STOCK_EVERYWHERE = "out_of_stock_everywhere"
    NO_STOCK_ANSWER = "no_stock_answer"
    RESERVED_BY_OTHERS = "reserved_by_others"


# Causes no change of ours can remove, the worst first: the package has that of its worst line.
WITHOUT_REMEDY = (Cause.OUT_OF_STOCK_EVERYWHERE, Cause.NO_STOCK_ANSWER, Cause.RESERVED_BY_OTHERS)
