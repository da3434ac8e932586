"""Puts together what the page of one order shows, from a fixed number of questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app import clock
from app.domain.execution_plans import PlanCommand, commands_for_plan
from app.domain.packages import PackageCommand, commands_for
from app.queries import journal, order_contents, order_heads, order_plans, stock_locations
from app.queries.journal import RecordedFact
from app.queries.order_contents import ItemView, PackageItemView, PackageView, ReservationView
from app.queries.order_heads import OrderHead
from app.web.order_timeline import timeline
from app.wording import Names


@dataclass(frozen=True, slots=True)
class PackageLine:
    """A line of a package with its order item, and the package that serves it instead, if there is one."""

    line: PackageItemView
    item: ItemView
    served_by: PackageView | None


@dataclass(frozen=True, slots=True)
class PackageCard:
    """A package with its lines and what can be done with it now."""

    package: PackageView
    lines: Sequence[PackageLine]
    commands: Sequence[PackageCommand]


def order_page(order_id: int) -> dict[str, Any]:
    """The context of the page. Raises NotFound for an unknown order."""
    head = order_heads.get_head(order_id)
    items = order_contents.items(order_id)
    packages = order_contents.packages(order_id)
    reservations = order_contents.reservations(order_id)
    attempts = order_plans.attempts(order_id)
    facts = journal.facts_of_order(order_id)
    return {
        "head": head,
        **_addresses(head),
        "items": items,
        "item_by_id": {one.id: one for one in items},
        "totals": _totals(head, items),
        "packages": _cards(packages, order_contents.package_items(order_id), items),
        **_plan(order_id),
        "attempts": attempts,
        "made_by": _made_by(packages),
        "outcome": order_plans.outcome_of(attempts[-1]) if attempts else None,
        "reservations": reservations,
        "mapping_by_item": {one.order_item_id: one for one in order_contents.mappings(order_id)},
        "refusals": order_contents.refusals(order_id),
        "timeline": timeline(facts, attempts, packages, _names(facts, items, reservations)),
    }


def _addresses(head: OrderHead) -> dict[str, Any]:
    found = order_heads.addresses(head)
    return {
        "shipping": found.get(head.shipping_address_id or 0),
        "billing": found.get(head.billing_address_id or 0),
    }


def _plan(order_id: int) -> dict[str, Any]:
    plan = order_plans.find_plan(order_id)
    commands: list[PlanCommand] = commands_for_plan(plan.state) if plan else []
    return {"plan": plan, "plan_commands": commands}


def _totals(head: OrderHead, items: Sequence[ItemView]) -> Mapping[str, Any]:
    """Currency and net total; the total is unknown as long as no item has an amount."""
    amounts = [one.net_amount for one in items if one.net_amount is not None]
    currency = head.currency or next((one.currency for one in items if one.currency), None)
    return {"currency": currency, "net": sum(amounts) if amounts else None}


def _cards(
    packages: Sequence[PackageView], lines: Iterable[PackageItemView], items: Sequence[ItemView]
) -> list[PackageCard]:
    """Newest first: what is open now was made last."""
    by_id = {one.id: one for one in packages}
    item_by_id = {one.id: one for one in items}
    known = list(lines)
    package_of = {one.id: by_id[one.package_id] for one in known}
    own: dict[int, list[PackageLine]] = defaultdict(list)
    for one in known:
        served_by = package_of.get(one.superseded_by_id or 0)
        own[one.package_id].append(PackageLine(one, item_by_id[one.order_item_id], served_by))
    return [PackageCard(one, own[one.id], commands_for(one.state)) for one in reversed(packages)]


def _made_by(packages: Sequence[PackageView]) -> Mapping[int, list[PackageView]]:
    """Packages by the number of the attempt that made them."""
    made: dict[int, list[PackageView]] = defaultdict(list)
    for one in packages:
        made[one.attempt or 0].append(one)
    return made


def _names(
    facts: Sequence[RecordedFact], items: Sequence[ItemView], reservations: Sequence[ReservationView]
) -> Names:
    codes = {str(fact.body["erp_code"]) for fact in facts if fact.body.get("erp_code")}
    places = stock_locations.names_of(codes | {one.erp_code for one in reservations})
    return Names(clock.now(), {one.sku: one.name for one in items}, places)
