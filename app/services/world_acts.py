"""Which act carries out which kind of fact. The acts do the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.services import (
    cargo_companies,
    channels,
    execution_plan_commands,
    inventory_discrepancies,
    mappings,
    orders,
    packages,
    products,
    reservations,
    scenarios,
    stock_locations,
)
from app.services.unit_of_work import UnitOfWork

Act = Callable[[UnitOfWork, Any], object]

ACTS: Mapping[str, Act] = {
    "channel": lambda _work, document: channels.save_channel(document),
    "product": lambda _work, document: products.save_product(document),
    "cargo_company": lambda _work, document: cargo_companies.save_cargo_company(document),
    "stock_location": lambda _work, document: stock_locations.save_stock_location(document),
    "scenario": lambda _work, document: scenarios.save_scenario(document),
    "order": lambda _work, document: orders.import_order(document),
    "order_state": orders.apply_state,
    "reservation": lambda _work, document: reservations.add_reservation(document),
    "reservation_release": reservations.apply_release,
    "mapping": mappings.apply_mapping,
    "discrepancy": inventory_discrepancies.apply_report,
    "discrepancy_clear": inventory_discrepancies.apply_clear,
    "package_command": packages.apply_command,
    "replan": execution_plan_commands.apply_replan,
}
"""By kind. `stock` is missing: its lines are stored many at once."""
