"""Who holds units at a location, which of it is stale, and letting go of it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from msgspec import Meta, Struct

from app.api.answers import amount, instant, text
from app.api.endpoints import DESK, endpoint
from app.api.paging import ListQuery, Page, page
from app.api.values import Fixed, InstantText
from app.domain.access import Viewer
from app.domain.reservations import ReleaseReason, ReservationState
from app.domain.staleness import StaleReason
from app.queries import reservations
from app.queries.reservations import ReservationFilter, ReservationRow
from app.services import reservations as acts

_PATH = "/api/v1/oms/reservations/"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class Staleness(str):
    """A reason, or whether there is one."""

    schema: ClassVar = {
        "type": "string",
        "enum": ["true", "false", *StaleReason],
        "description": "A reason; `true`: stale for any reason; `false`: live or released.",
    }

    @classmethod
    def read(cls, value: object) -> Self:
        """Raises ValueError for what is neither."""
        found = str(value)
        if found.lower() not in _BOOLEANS and found not in list(StaleReason):
            raise ValueError(f"cannot be {found!r}")
        return cls(found)

    @property
    def wanted(self) -> str | bool:
        """As the query asks for it."""
        return _BOOLEANS.get(self.lower(), str(self))


class Place(Struct, frozen=True):
    """A stock location by its id and its code."""

    id: int
    erp_code: str


class ReservationShape(Struct, frozen=True):
    """Units of an order item held at a location. `stale` says why nobody needs them any more."""

    id: int
    order_number: str
    order_item: int
    sku: str
    stock_location: Place
    quantity: Fixed
    state: ReservationState
    stale: StaleReason | None
    reserved_date: InstantText
    released_date: InstantText | None
    release_reason: ReleaseReason | None


class ReservationQuery(ListQuery, kw_only=True, frozen=True):
    """Which reservations, and whether the newest or the oldest come first."""

    erp_code: str | None = None
    sku: str | None = None
    order_number: str | None = None
    state: ReservationState | None = None
    stale: Staleness | None = None
    sort: Literal["id", "-id"] = "-id"


class Release(Struct, frozen=True):
    """Why the units are let go; kept in the audit log."""

    reason: Annotated[str, Meta(min_length=1, max_length=1000)]


@endpoint("GET", _PATH, tag="stock", query=ReservationQuery, answers=Page[ReservationShape])
def list_reservations(viewer: Viewer, query: ReservationQuery) -> Page[ReservationShape]:
    """Reservations, held and released."""
    wanted = ReservationFilter(
        erp_code=query.erp_code,
        sku=query.sku,
        order_number=query.order_number,
        state=query.state,
        stale=query.stale.wanted if query.stale is not None else None,
    )
    own, newest_first = viewer.location_ids, query.sort.startswith("-")
    return page(
        query,
        reservations.count_reservations(wanted, own),
        lambda offset, size: reservations.list_reservations(
            wanted, own, offset, size, newest_first=newest_first
        ),
        _shape,
    )


@endpoint(
    "POST",
    f"{_PATH}<int:reservation_id>/release/",
    tag="stock",
    roles=DESK,
    body=Release,
    answers=ReservationShape,
)
def release_reservation(viewer: Viewer, reservation_id: int, body: Release) -> ReservationShape:
    """Release a reservation.

    Asked again, or by several at once, it is released once: everybody gets the same answer.
    """
    acts.release_reservation(reservation_id, body.reason)
    return _shape(reservations.find_reservation(reservation_id, viewer.location_ids))


def _shape(row: ReservationRow) -> ReservationShape:
    return ReservationShape(
        id=row.id,
        order_number=row.order_number,
        order_item=row.order_item_id,
        sku=row.sku,
        stock_location=Place(row.stock_location_id, row.erp_code),
        quantity=amount(row.quantity),
        state=ReservationState(row.state),
        stale=StaleReason(row.stale) if row.stale else None,
        reserved_date=text(row.reserved_date),
        released_date=instant(row.released_date),
        release_reason=ReleaseReason(row.release_reason) if row.release_reason else None,
    )
