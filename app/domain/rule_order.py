"""In which order a rule asks its locations (diagnosis.md, section 2, "Choice")."""

from collections.abc import Callable, Iterable, Sequence
from math import asin, cos, radians, sin, sqrt

from app.domain.facts import Demand, Line, Location, OrderBy

EARTH_RADIUS_KM = 6371.0088

Free = Callable[[str, str], int]
"""(erp_code, sku) → hundredths that are free."""


def ordered(
    order_by: OrderBy, locations: Iterable[Location], demand: Demand, unserved: Sequence[Line], free: Free
) -> list[Location]:
    """The locations as the rule asks them; ties by priority, then erp_code."""
    ranked = sorted(locations, key=lambda location: location.rank)
    if order_by is OrderBy.STOCK:
        needed = _needed_by_sku(unserved)
        ranked.sort(key=lambda location: -_useful_units(location, needed, free))
    elif order_by is OrderBy.DENSITY:
        ranked.sort(key=lambda location: location.quota)
    elif order_by is OrderBy.DISTANCE:
        ranked.sort(key=lambda location: distance_key(location, demand))
    return ranked


def _needed_by_sku(lines: Sequence[Line]) -> dict[str, int]:
    needed: dict[str, int] = {}
    for line in lines:
        needed[line.sku] = needed.get(line.sku, 0) + line.needed
    return needed


def _useful_units(location: Location, needed: dict[str, int], free: Free) -> int:
    # Capped at what is needed, so that a mountain of one product does not outweigh having all of them.
    return sum(max(0, min(free(location.erp_code, sku), count)) for sku, count in needed.items())


def distance_key(location: Location, demand: Demand) -> tuple[bool, float]:
    """Sort key by distance to the address; a location without coordinates comes last."""
    if demand.latitude is None or demand.longitude is None:
        return (False, 0.0)
    if location.latitude is None or location.longitude is None:
        return (True, 0.0)
    return (
        False,
        great_circle_km(location.latitude, location.longitude, demand.latitude, demand.longitude),
    )


def great_circle_km(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Kilometres between two points given in degrees (haversine)."""
    phi, other_phi = radians(latitude), radians(other_latitude)
    half_height = sin((other_phi - phi) / 2) ** 2
    half_width = sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half_height + cos(phi) * cos(other_phi) * half_width))
