"""Why a location says that stock the system believed in is not there."""

from enum import StrEnum


class DiscrepancyReason(StrEnum):
    """Reason of an inventory discrepancy, as stored, filtered by and sent."""

    OUT_OF_STOCK = "out_of_stock"
    DAMAGED = "damaged"
    MISPLACED = "misplaced"
    OTHER = "other"
