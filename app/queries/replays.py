"""A trial of an edit as its page shows it: how far it is, how many orders flip, and the packages of some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.domain.diagnosis.replay import FlipKind
from app.domain.errors import NotFound
from app.domain.replays import ReplayKind, ReplayState
from app.extensions import db
from app.models.columns import table
from app.models.packages import PackageItem
from app.models.replays import Replay

_REPLAYS, _ITEMS = table(Replay), table(PackageItem)


@dataclass(frozen=True, slots=True)
class FlippedLine:
    """A line with the ERP codes of who serves it before and after the edit; none for nobody."""

    sku: str
    before: Sequence[str]
    after: Sequence[str]


@dataclass(frozen=True, slots=True)
class FlippedOrder:
    """An order that ends differently, by its first planning that does; `package_id` has the line now."""

    kind: FlipKind
    order_id: int
    order_number: str
    attempt: int
    date: datetime
    package_id: int | None
    lines: Sequence[FlippedLine]


@dataclass(frozen=True, slots=True)
class ReplayView:
    """One trial. `counts` are orders by how they flip; `orders` are some of them."""

    id: int
    kind: ReplayKind
    target: str
    base: Mapping[str, Any]
    draft: Mapping[str, Any]
    days: int
    state: ReplayState
    done: int
    total: int
    actor: str
    created_date: datetime
    counts: Mapping[FlipKind, int]
    orders: Sequence[FlippedOrder]

    @property
    def is_running(self) -> bool:
        """Whether somebody goes on with it."""
        return self.state is ReplayState.RUNNING


def find_replay(replay_id: int) -> ReplayView:
    """The trial of that id. Raises NotFound."""
    row = db.session.execute(select(_REPLAYS).where(_REPLAYS.c.id == replay_id)).one_or_none()
    if row is None:
        raise NotFound("replay", replay_id)
    packages = _packages([line["order_item"] for one in row.found["rows"] for line in one["lines"]])
    return ReplayView(
        id=row.id,
        kind=ReplayKind(row.kind),
        target=row.target,
        base=row.base,
        draft=row.draft,
        days=row.days,
        state=ReplayState(row.state),
        done=row.done,
        total=row.total,
        actor=row.actor,
        created_date=row.created_date,
        counts={kind: len(row.found["orders"].get(kind.value, ())) for kind in FlipKind},
        orders=[_order(one, packages) for one in row.found["rows"]],
    )


def _order(found: Mapping[str, Any], packages: Mapping[int, int]) -> FlippedOrder:
    return FlippedOrder(
        kind=FlipKind(found["kind"]),
        order_id=found["order_id"],
        order_number=found["order_number"],
        attempt=found["attempt"],
        date=datetime.fromisoformat(found["date"]),
        package_id=packages.get(found["lines"][0]["order_item"]),
        lines=[FlippedLine(one["sku"], one["before"], one["after"]) for one in found["lines"]],
    )


def _packages(order_items: Sequence[int]) -> dict[int, int]:
    """The newest package of each of these order items."""
    newest = (
        select(func.max(_ITEMS.c.id))
        .where(_ITEMS.c.order_item_id.in_(order_items))
        .group_by(_ITEMS.c.order_item_id)
    )
    rows = db.session.execute(
        select(_ITEMS.c.order_item_id, _ITEMS.c.package_id).where(_ITEMS.c.id.in_(newest))
    )
    return dict(rows.all())
