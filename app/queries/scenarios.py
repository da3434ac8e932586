"""Scenarios with their rules as they are tried, and the locations that rules name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.errors import NotFound
from app.domain.facts import Location, Scenario
from app.queries import worlds


@dataclass(frozen=True, slots=True)
class ScenarioList:
    """Scenarios in the order in which they are matched, and every location by ERP code."""

    scenarios: Sequence[Scenario]
    locations: Mapping[str, Location]


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """One scenario and every location by ERP code."""

    scenario: Scenario
    locations: Mapping[str, Location]


def list_scenarios() -> ScenarioList:
    """All of them: the first active one whose conditions hold is the one an order is planned by."""
    found = worlds.reference()
    by_code = {one.erp_code: one for one in found.locations.values()}
    return ScenarioList(sorted(found.scenarios, key=lambda one: one.rank), by_code)


def get_scenario(scenario_id: int) -> ScenarioView:
    """The scenario of that id. Raises NotFound."""
    found = list_scenarios()
    scenario = next((one for one in found.scenarios if one.id == scenario_id), None)
    if scenario is None:
        raise NotFound("scenario", scenario_id)
    return ScenarioView(scenario, found.locations)
