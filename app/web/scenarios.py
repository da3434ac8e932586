"""Scenarios as orders are matched with them, and the rules of each as they are tried. Read only."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.queries import scenarios

blueprint = Blueprint("scenarios", __name__)


@blueprint.get("/scenarios/")
def index() -> str:
    """Every scenario, in the order in which one is looked for."""
    return render_template("scenarios/page.html", found=scenarios.list_scenarios())


@blueprint.get("/scenarios/<int:scenario_id>")
def show(scenario_id: int) -> str:
    """One scenario with its rules, and which locations each admits."""
    return render_template("scenarios/scenario.html", found=scenarios.get_scenario(scenario_id))
