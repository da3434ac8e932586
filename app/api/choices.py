"""Values that name a record by its id: only records that the viewer may see can be chosen."""

from __future__ import annotations

from app.domain.access import Viewer
from app.domain.errors import Invalid
from app.queries import stock_locations

NO_CHOICE = "Select a valid choice. That choice is not one of the available choices."


def check_location(location_id: int | None, viewer: Viewer) -> None:
    """Raises Invalid for `stock_location` when it is no location that the viewer may see; None passes."""
    if location_id is not None and not stock_locations.is_location(location_id, viewer.location_ids):
        raise Invalid({"stock_location": [NO_CHOICE]})
