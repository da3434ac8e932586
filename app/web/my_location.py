"""The home of a store manager: what a location has to do, holds and misses. For a phone in one hand."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.errors import NotFound
from app.domain.packages import UNPACKED_STATES, PackageCommand, PackageState, commands_for
from app.queries import discrepancy_reports, my_location, stock_locations
from app.queries.discrepancy_reports import ReportFilter
from app.queries.stock_locations import LocationRow
from app.web.access import own_locations

blueprint = Blueprint("my_location", __name__, url_prefix="/my-location")

REPORTS_SHOWN = 5
# What is offered on the card of a package, by how often it is needed.
OFFERED = (
    PackageCommand.PACK,
    PackageCommand.SHIP,
    PackageCommand.PREPARE,
    PackageCommand.UNBLOCK,
    PackageCommand.NOT_FOUND,
    PackageCommand.REFUSE,
)


@blueprint.get("/")
def index() -> Response | str:
    """The choice between several locations; where there is one, that one."""
    locations = stock_locations.list_locations(own_locations())
    if len(locations) == 1:
        return redirect(url_for("my_location.show", location_id=locations[0].id), 303)
    return render_template("my_location/choice.html", locations=locations)


@blueprint.get("/<int:location_id>")
def show(location_id: int) -> str:
    """One location: packages to prepare and to hand over, reports, reservations, quota, last stock answer."""
    locations = stock_locations.list_locations(own_locations())
    counts = my_location.count_by_state(location_id)
    wanted = ReportFilter(state="active", location=location_id)
    reports = discrepancy_reports.list_reports(wanted, own_locations(), "-age", 1, REPORTS_SHOWN)
    return render_template(
        "my_location/page.html",
        location=_chosen(locations, location_id),
        others=[one for one in locations if one.id != location_id],
        to_prepare=my_location.open_packages(location_id, UNPACKED_STATES),
        to_prepare_count=sum(counts.get(state, 0) for state in UNPACKED_STATES),
        to_hand_over=my_location.open_packages(location_id, {PackageState.PACKED}),
        to_hand_over_count=counts.get(PackageState.PACKED, 0),
        blocked=my_location.open_packages(location_id, {PackageState.BLOCKED}),
        reports=reports,
        held=my_location.held_products(location_id),
        commands=_commands,
    )


def _chosen(locations: list[LocationRow], location_id: int) -> LocationRow:
    found = next((one for one in locations if one.id == location_id), None)
    if found is None:
        raise NotFound("stock_location", location_id)
    return found


def _commands(state: str) -> list[str]:
    """What can be done with a package in that state, as the card offers it."""
    possible = commands_for(state)
    return [one.value for one in OFFERED if one in possible]
