"""What lies where in the simulated month: counts as the ERP keeps them, counts as answered, and what is held.

Kept in whole units and shown to the real planner as a World (hundredths); it decides nothing itself.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.domain.facts import Discrepancy, Location, LocationType, Place, Scenario, StockAnswer, World

HUNDREDTHS = 100
# Planning compares no instants; a fixed one keeps the simulation independent of the anchor.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Shelves:
    """Counts, reservations and discrepancies by (erp_code, sku), with locations and scenarios around them."""

    def __init__(self) -> None:
        self.locations: dict[str, Location] = {}
        self.scenarios: dict[str, Scenario] = {}
        self.on_hand: dict[Place, int] = {}
        """Units the ERP counts; a location answers with this."""
        self.answers: dict[Place, StockAnswer] = {}
        self.held: dict[Place, int] = {}
        self.discrepancies: dict[Place, tuple[Discrepancy, ...]] = {}
        self.refusals: set[tuple[int, str]] = set()
        self.by_sku: dict[str, set[str]] = {}
        """ERP codes of the locations that have answered for a product."""

    def world(self) -> World:
        """What a planning sees now. It looks at the live counts: use it at once."""
        return World(
            seen_at=_EPOCH,
            locations=self.locations,
            scenarios=tuple(self.scenarios.values()),
            stock=self.answers,
            discrepancies=self.discrepancies,
            refusals=frozenset(self.refusals),
            extra_reserved=self.held,
        )

    def put_location(self, line: dict[str, object]) -> None:
        """Take over a location line, keeping what is used of its quota."""
        code = str(line["erp_code"])
        known = self.locations.get(code)
        priority, max_quota = line["priority"], line["max_quota"]
        self.locations[code] = Location(
            id=known.id if known else len(self.locations) + 1,
            erp_code=code,
            name=str(line["name"]),
            stock_location_type=LocationType(str(line["stock_location_type"])),
            is_active=bool(line["is_active"]),
            priority=priority if isinstance(priority, int) else None,
            max_quota=max_quota if isinstance(max_quota, int) else None,
            quota=known.quota if known else 0,
            latitude=float(str(line["latitude"])),
            longitude=float(str(line["longitude"])),
        )

    def use_quota(self, erp_code: str, packages: int) -> None:
        """Count packages not packed yet in, or with a negative number out."""
        location = self.locations[erp_code]
        self.locations[erp_code] = replace(location, quota=location.quota + packages)

    def answer(self, place: Place) -> int:
        """The location answers with what the ERP counts now; the units answered."""
        units = max(0, self.on_hand.get(place, 0))
        self.answers[place] = StockAnswer(units * HUNDREDTHS, _EPOCH)
        self.by_sku.setdefault(place[1], set()).add(place[0])
        return units

    def hold(self, place: Place, units: int) -> None:
        """Reserve units, or with a negative number let them go."""
        held = self.held.get(place, 0) + units * HUNDREDTHS
        if held:
            self.held[place] = held
        else:
            self.held.pop(place, None)

    def free(self, place: Place) -> int:
        """Answered units that nobody holds; negative when more is held than there is."""
        answer = self.answers.get(place)
        return ((answer.stock_count if answer else 0) - self.held.get(place, 0)) // HUNDREDTHS

    def report_missing(self, place: Place) -> None:
        """An active discrepancy from now on."""
        found = Discrepancy(len(self.discrepancies) + 1, *place, "out_of_stock", _EPOCH + timedelta(0))
        self.discrepancies[place] = (*self.discrepancies.get(place, ()), found)
