"""The stores and warehouses: what rules see of them, and how busy each is. Read only."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.queries import stock_locations

blueprint = Blueprint("stock_locations", __name__)


@blueprint.get("/locations/")
def index() -> str:
    """Every location."""
    return render_template("stock_locations/page.html", locations=stock_locations.list_locations())
