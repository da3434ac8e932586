"""The explanation of one package, now or as an attempt saw it, with what a page needs to name things.

A fixed number of statements, whatever the number of locations. The answer itself is app.domain.diagnosis's.
"""

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from app.domain import attempt_record
from app.domain.diagnosis.differences import Difference, differences
from app.domain.diagnosis.displaced import displaced
from app.domain.diagnosis.explanation import Explanation, explain, explain_served
from app.domain.diagnosis.proofs import ChangeSet
from app.domain.double_counts import DoubleCount
from app.domain.errors import NotFound
from app.domain.facts import Demand, World
from app.domain.packages import PackageState
from app.domain.staleness import StaleReason
from app.extensions import db, run
from app.models.channels import Channel
from app.models.columns import table
from app.models.execution_plans import ExecutionPlan, PlanAttempt
from app.models.orders import Order
from app.models.packages import Package, PackageItem
from app.models.products import Product, ProductImage
from app.models.stock_locations import StockLocation
from app.queries import visibility
from app.queries.double_counts import double_counts
from app.queries.waiting_packages import (
    WaitingPackage,
    demands_of,
    waiting_before,
    waiting_packages,
    world_of,
)

NOW = "now"
PLAN = "plan"
MOST_RIVALS = 15
"""Of the packages that wait for the same products, so many are asked whether a remedy displaces them."""

_items_table, _products, _pictures = table(PackageItem), table(Product), table(ProductImage)
_later_items, _later_packages = _items_table.alias(), table(Package).alias()
_locations = table(StockLocation)
_PICTURE = (
    select(_pictures.c.url)
    .where(_pictures.c.product_id == _products.c.id)
    .order_by(_pictures.c.position, _pictures.c.id)
    .limit(1)
    .scalar_subquery()
)
# Built once: with its aliases it takes longer to build than to run.
_ITEMS_OF_PACKAGE = (
    select(
        _items_table.c.id,
        _items_table.c.order_item_id,
        _items_table.c.product_id,
        _products.c.sku,
        _products.c.name,
        _PICTURE,
        _items_table.c.quantity,
        _items_table.c.state,
        _items_table.c.superseded_by_id,
        _later_packages.c.id,
        _later_packages.c.number,
        _locations.c.erp_code,
        _later_packages.c.attempt_id,
    )
    .join(_products, _products.c.id == _items_table.c.product_id)
    .outerjoin(_later_items, _later_items.c.id == _items_table.c.superseded_by_id)
    .outerjoin(_later_packages, _later_packages.c.id == _later_items.c.package_id)
    .outerjoin(_locations, _locations.c.id == _later_packages.c.stock_location_id)
    .where(_items_table.c.package_id == bindparam("package"))
    .order_by(_items_table.c.id)
)


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """The package that is explained, and its order."""

    id: int
    number: str
    state: str
    order_id: int
    order_number: str
    order_state: str
    date_placed: datetime
    channel: str
    location_id: int | None
    erp_code: str | None
    location_name: str | None
    attempt_id: int | None
    cause: str | None
    cause_checked_at: datetime | None
    cause_stale: bool
    reason: str | None
    created_date: datetime
    modified_date: datetime

    @property
    def is_waiting(self) -> bool:
        """Whether it is an open out-of-stock package."""
        return self.state == PackageState.OUT_OF_STOCK


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A package item, and the one that served it instead, if there is one."""

    id: int
    order_item_id: int
    product_id: int
    sku: str
    name: str
    picture: str | None
    quantity: int
    state: str
    superseded_by_id: int | None
    served_by_package_id: int | None
    served_by_number: str | None
    served_by_erp_code: str | None
    served_by_attempt_id: int | None


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """One planning of the order."""

    id: int
    plan_id: int
    number: int
    date: datetime
    trigger: str
    scenario: str | None


@dataclass(frozen=True, slots=True)
class Displaced:
    """A package that goes without if this one is served first."""

    package_id: int
    order_number: str


@dataclass(frozen=True, slots=True)
class PackageExplanation:
    """The package, its attempts, which instant is explained, and the explanation."""

    package: PackageFacts
    items: Sequence[ItemFacts]
    attempts: Sequence[AttemptFacts]
    at: str
    attempt: AttemptFacts | None
    explained_at: datetime
    explanation: Explanation
    changed_since: Sequence[Difference]
    """What differs between the attempt's World and now; empty for a package that waits no more."""
    displaces: Mapping[ChangeSet, Sequence[Displaced]]
    """For remedies of today, by their changes."""
    counted_twice: Mapping[int, DoubleCount]
    """For reservations of today, by their ids."""

    @property
    def product_names(self) -> Mapping[str, str]:
        """Product name by SKU."""
        return {item.sku: item.name for item in self.items}


def explain_package(
    package_id: int, at: str, now: datetime, own: visibility.Own = None
) -> PackageExplanation:
    """Explain a package `at` "now", "plan" (its latest attempt) or the number of an attempt.

    A package that waits for nothing any more is explained at its last attempt whatever is asked.
    Raises NotFound for an unknown package or attempt, and for a package that may not be seen.
    """
    package = _package(package_id, own)
    items = _items(package_id)
    attempts = _attempts(package.order_id)
    last = _last_attempt(package, items, attempts)
    is_now = at == NOW and package.is_waiting
    attempt = last if at in (NOW, PLAN) else next((one for one in attempts if str(one.number) == at), None)
    if attempt is None:
        raise NotFound("attempt", at)
    demand, then = _record(attempt.id)
    rivals = _rivals(package) if is_now else []
    present = _present(package_id, now, rivals) if package.is_waiting else None
    if is_now and present is not None:
        explanation = explain(present.demand, present.world)
    else:
        explanation = _explain_attempt(package, items, demand, then)
    return PackageExplanation(
        package=package,
        items=items,
        attempts=attempts,
        at=NOW if is_now else PLAN if attempt is last else str(attempt.number),
        attempt=attempt,
        explained_at=explanation.world.seen_at,
        explanation=explanation,
        changed_since=differences(then, present.world, present.demand.skus) if present else (),
        displaces=_displaced(explanation, rivals, present.others) if present and rivals else {},
        counted_twice=_counted_twice(explanation) if is_now else {},
    )


def _counted_twice(explanation: Explanation) -> Mapping[int, DoubleCount]:
    """The hints about the registered reservations that are shown."""
    holders = (one for line in explanation.lines for look in line.looks for one in look.holders)
    return double_counts([one.held.id for one in holders if one.stale is StaleReason.ERP_REGISTERED])


@dataclass(frozen=True, slots=True)
class _Present:
    """What a package waits for now, what its rivals do, and the world that all of them look at."""

    demand: Demand
    others: Collection[Demand]
    world: World


def present_demand(package_id: int, now: datetime) -> tuple[Demand, World] | None:
    """What a package waits for, and the world now; None when it is not out of stock."""
    found = _present(package_id, now, ())
    return None if found is None else (found.demand, found.world)


def _present(package_id: int, now: datetime, rivals: Iterable[WaitingPackage]) -> _Present | None:
    waiting = waiting_packages([package_id])
    if not waiting:
        return None
    everybody = [*waiting, *rivals]
    demands = demands_of(everybody)
    own = demands.pop(waiting[0].order_id)
    return _Present(own, demands.values(), world_of(everybody, now))


def _rivals(package: PackageFacts) -> list[WaitingPackage]:
    return waiting_before(package.id, package.date_placed, package.order_id, MOST_RIVALS)


def _displaced(
    explanation: Explanation, rivals: Collection[WaitingPackage], others: Collection[Demand]
) -> dict[ChangeSet, list[Displaced]]:
    """Whom each remedy displaces."""
    packages = {one.order_id: one.id for one in rivals}
    demand, world = explanation.demand, explanation.world
    return {
        remedy.changes: [
            Displaced(packages[one.order_id], one.order_number)
            for one in displaced(remedy, demand, world, others)
        ]
        for remedy in (*explanation.remedies, *explanation.partly)
    }


def _explain_attempt(
    package: PackageFacts, items: Sequence[ItemFacts], demand: Demand, world: World
) -> Explanation:
    own = frozenset(item.order_item_id for item in items)
    whole = explain(demand, world, as_planned=True)
    served_at = {grant.order_item_id: grant.erp_code for grant in whole.base.grants}
    if package.erp_code in served_at.values() or own <= served_at.keys():
        code = package.erp_code or next(served_at[item] for item in sorted(own))
        return explain_served(demand, world, code, own & served_at.keys())
    return whole


def _last_attempt(
    package: PackageFacts, items: Sequence[ItemFacts], attempts: Sequence[AttemptFacts]
) -> AttemptFacts | None:
    """The attempt that decided what the package is: the latest while it waits, else the one that ended it."""
    if not attempts:
        return None
    if package.is_waiting:
        return attempts[-1]
    served = [item.served_by_attempt_id for item in items if item.served_by_attempt_id is not None]
    wanted = max(served) if served else package.attempt_id
    return next((one for one in attempts if one.id == wanted), attempts[-1])


def _record(attempt_id: int) -> tuple[Demand, World]:
    record = db.session.execute(select(PlanAttempt.record).where(PlanAttempt.id == attempt_id)).scalar_one()
    return attempt_record.decode(msgspec.json.decode(zlib.decompress(record)))


def _package(package_id: int, own: visibility.Own) -> PackageFacts:
    row = db.session.execute(
        select(
            Package.id,
            Package.number,
            Package.state,
            Order.id,
            Order.number,
            Order.state,
            Order.date_placed,
            Channel.name,
            StockLocation.id,
            StockLocation.erp_code,
            StockLocation.name,
            Package.attempt_id,
            Package.cause,
            Package.cause_checked_at,
            Package.cause_stale,
            Package.reason,
            Package.created_date,
            Package.modified_date,
        )
        .join(Order, Order.id == Package.order_id)
        .join(Channel, Channel.id == Order.channel_id)
        .outerjoin(StockLocation, StockLocation.id == Package.stock_location_id)
        .where(Package.id == package_id, *visibility.packages(own))
    ).one_or_none()
    if row is None:
        raise NotFound("package", package_id)
    return PackageFacts(*tuple(row))


def _items(package_id: int) -> list[ItemFacts]:
    return [ItemFacts(*row) for row in run(_ITEMS_OF_PACKAGE, {"package": package_id})]


def _attempts(order_id: int) -> list[AttemptFacts]:
    rows = db.session.execute(
        select(
            PlanAttempt.id,
            PlanAttempt.plan_id,
            PlanAttempt.number,
            PlanAttempt.attempted_date,
            PlanAttempt.trigger,
            PlanAttempt.scenario_name,
        )
        .join(ExecutionPlan, ExecutionPlan.id == PlanAttempt.plan_id)
        .where(ExecutionPlan.order_id == order_id)
        .order_by(PlanAttempt.number)
    )
    return [AttemptFacts(*row) for row in rows]
