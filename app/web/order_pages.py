"""Puts together what the page of one order shows, from a fixed number of questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app import clock
from app.domain.execution_plans import PlanCommand, commands_for_plan
from app.domain.packages import PackageCommand, commands_for
from app.queries import (
    audit,
    order_contents,
    order_heads,
    order_plans,
    stock_locations,
    webhook_deliveries,
)
from app.queries.journal import RecordedFact
from app.queries.order_contents import ItemView, PackageItemView, PackageView, ReservationView
from app.queries.order_heads import OrderHead
from app.queries.order_history import order_history as order_history_page
from app.queries.order_moments import is_act_on
from app.queries.order_plans import AttemptView
from app.queries.visibility import Own
from app.queries.webhook_deliveries import DeliveryRow
from app.web import audit_view
from app.web.audit_view import ShownEntry
from app.web.live_deliveries import liveness_of
from app.web.order_timeline import SHOWN_AT_ONCE, Known, Timeline, asked_for
from app.web.order_timeline import timeline as timeline_of
from app.web.timeline_words import Ground
from app.wording import Names

EVENTS_SHOWN = 50
NO_DELIVERIES: Mapping[str, Any] = {"events": None, "events_live": None}


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


def order_page(order_id: int, own: Own = None) -> dict[str, Any]:
    """The context of the page. Raises NotFound for an unknown order, and for one that may not be seen.

    A store manager, whose locations are `own`, is shown of other locations neither packages nor numbers.
    """
    head = order_heads.get_head(order_id, own)
    items = order_contents.items(order_id)
    packages = order_contents.packages(order_id, own)
    reservations = order_contents.reservations(order_id, own)
    attempts = order_plans.attempts(order_id)
    own_codes = None if own is None else stock_locations.codes_of(own)
    deliveries = order_deliveries(order_id) if own is None else NO_DELIVERIES
    shown = _Shown(items, packages, reservations, attempts, deliveries["events"] or ())
    return {
        "head": head,
        **deliveries,
        **_addresses(head),
        "items": items,
        "item_by_id": {one.id: one for one in items},
        "totals": _totals(head, items),
        "packages": _cards(packages, order_contents.package_items(order_id), items, own_codes),
        "own_codes": own_codes,
        **_plan(order_id),
        "attempts": attempts,
        "made_by": _made_by(packages),
        "outcome": order_plans.outcome_of(attempts[-1]) if attempts else None,
        "reservations": reservations,
        "mapping_by_item": {one.order_item_id: one for one in order_contents.mappings(order_id)},
        "refusals": order_contents.refusals(order_id, own),
        "timeline": _timeline(order_id, own, shown),
        "audit": _audit(order_id) if own is None else None,
    }


def order_deliveries(order_id: int) -> dict[str, Any]:
    """What receivers were told of the order, for the desk, and how long its page goes on asking."""
    events = webhook_deliveries.deliveries_of_order(order_id, EVENTS_SHOWN)
    return {"events": events, "events_live": liveness_of(events, clock.now())}


def order_history(order_id: int, events: Sequence[DeliveryRow]) -> dict[str, Any]:
    """The timeline alone, for a page of the desk that was left open."""
    shown = _Shown(
        order_contents.items(order_id),
        order_contents.packages(order_id),
        order_contents.reservations(order_id),
        order_plans.attempts(order_id),
        events,
    )
    timeline = _timeline(order_id, None, shown)
    return {"head": order_heads.get_head(order_id), "timeline": timeline}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page has read of the order, for its timeline to name."""

    items: Sequence[ItemView]
    packages: Sequence[PackageView]
    reservations: Sequence[ReservationView]
    attempts: Sequence[AttemptView]
    events: Sequence[DeliveryRow]


def _timeline(order_id: int, own: Own, shown: _Shown) -> Timeline:
    asked = asked_for()
    events = {one.id: one for one in shown.events}
    history = order_history_page(order_id, own, asked.topic, asked.before, SHOWN_AT_ONCE, frozenset(events))
    names = _names([*history.facts.values(), *history.asked], shown.items, shown.reservations)
    items, packages = {one.id: one for one in shown.items}, {one.id: one for one in shown.packages}
    known = Known(
        Ground(names, items, packages, own is None),
        {one.id: one for one in shown.attempts},
        {one.id: one for one in shown.reservations},
        events,
    )
    return timeline_of(history, known, asked)


def _audit(order_id: int) -> Sequence[ShownEntry]:
    """Who did what to the order and to its own records, as the audit log has it."""
    return audit_view.shown_by_name(audit.entries_where(is_act_on(order_id)))


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
    packages: Sequence[PackageView],
    lines: Iterable[PackageItemView],
    items: Sequence[ItemView],
    own_codes: Collection[str] | None,
) -> list[PackageCard]:
    """Newest first: what is open now was made last. Commands are those that who looks may give."""
    by_id = {one.id: one for one in packages}
    item_by_id = {one.id: one for one in items}
    known = [one for one in lines if one.package_id in by_id]
    package_of = {one.id: by_id[one.package_id] for one in known}
    own: dict[int, list[PackageLine]] = defaultdict(list)
    for one in known:
        served_by = package_of.get(one.superseded_by_id or 0)
        own[one.package_id].append(PackageLine(one, item_by_id[one.order_item_id], served_by))
    return [PackageCard(one, own[one.id], _commands(one, own_codes)) for one in reversed(packages)]


def _commands(package: PackageView, own_codes: Collection[str] | None) -> list[PackageCommand]:
    is_own = own_codes is None or package.erp_code in own_codes
    return commands_for(package.state) if is_own else []


def _made_by(packages: Sequence[PackageView]) -> Mapping[int, list[PackageView]]:
    """Packages by the number of the attempt that made them."""
    made: dict[int, list[PackageView]] = defaultdict(list)
    for one in packages:
        made[one.attempt or 0].append(one)
    return made


def _names(
    facts: Sequence[RecordedFact], items: Sequence[ItemView], reservations: Sequence[ReservationView]
) -> Names:
    told = [one for fact in facts for one in (fact.body, fact.body.get("freed") or {})]
    codes = {str(one["erp_code"]) for one in told if one.get("erp_code")}
    places = stock_locations.names_of(codes | {one.erp_code for one in reservations})
    return Names(clock.now(), {one.sku: one.name for one in items}, places)
