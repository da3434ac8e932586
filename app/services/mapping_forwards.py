"""What is owed to the upstream hub when mappings are made and their units let go here (D15).

Owed in the transaction of the act; sent by app.services.mapping_delivery.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.config import settings
from app.domain.errors import NotFound, Refused
from app.domain.mapping_forwards import ForwardState
from app.extensions import db, run
from app.models.columns import table
from app.models.mapping_forwards import MappingForward
from app.models.mappings import Mapping
from app.models.reservations import IS_HELD, Reservation
from app.services import rows, wake
from app.services.unit_of_work import UnitOfWork, unit_of_work

_FORWARDS, _MAPPINGS, _RESERVATIONS = table(MappingForward), table(Mapping), table(Reservation)
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_LET_GO = (
    select(_MAPPINGS.c.id)
    .where(
        _MAPPINGS.c.order_item_id.in_(bindparam("items", expanding=True)),
        ~exists().where(_RESERVATIONS.c.order_item_id == _MAPPINGS.c.order_item_id, IS_HELD),
    )
    .order_by(_MAPPINGS.c.id)
)
_LOCKED = select(_FORWARDS).where(_FORWARDS.c.id == bindparam("forward")).with_for_update(key_share=True)
_AGAIN = {
    "state": ForwardState.WAITING.value,
    "tries": 0,
    "lease_token": None,
    "lease_until": None,
}


def owe(work: UnitOfWork, mapping_id: int, update_stock: bool) -> None:
    """Tell the upstream of a mapping; nothing where none is configured, or it was told the same before."""
    if settings().omnitron_url is None or work.is_silent:
        return
    now = clock.now()
    insert = _INSERTS[db.session.connection().dialect.name](_FORWARDS)
    made = run(
        insert.on_conflict_do_nothing(index_elements=["mapping_id", "update_stock"]),
        {
            "mapping_id": mapping_id,
            "update_stock": update_stock,
            "state": ForwardState.WAITING.value,
            "tries": 0,
            "next_try_date": now,
            "created_date": now,
            "modified_date": now,
        },
    )
    if made.rowcount:
        work.after_commit(wake.forwards)


def owe_released(work: UnitOfWork, order_item_ids: Collection[int]) -> None:
    """Tell the upstream of the mapped items of which nothing is held any more.

    An item without a mapping cannot be told: the upstream knows no other word for letting units go.
    """
    if settings().omnitron_url is None or work.is_silent or not order_item_ids:
        return
    for mapping_id in run(_LET_GO, {"items": sorted(order_item_ids)}).scalars().all():
        owe(work, mapping_id, True)


def try_again(forward_id: int) -> None:
    """Send it now, from the beginning of its schedule. Raises NotFound, and Refused `forward_sent`."""
    with unit_of_work() as work:
        found = run(_LOCKED, {"forward": forward_id}).one_or_none()
        if found is None:
            raise NotFound("mapping forward", forward_id)
        if found.state == ForwardState.SENT:
            raise Refused("forward_sent")
        now = clock.now()
        rows.change(_FORWARDS, forward_id, {**_AGAIN, "next_try_date": now, "modified_date": now})
        work.audit("mapping_forward.tried_again", "mapping_forward", forward_id, {"state": found.state})
        work.after_commit(wake.forwards)


def try_all_again() -> int:
    """Send every failed one again; how many there were."""
    with unit_of_work() as work:
        now = clock.now()
        failed = update(_FORWARDS).where(_FORWARDS.c.state == ForwardState.FAILED)
        count = int(run(failed.values(**_AGAIN, next_try_date=now, modified_date=now)).rowcount)
        if count:
            work.audit("mapping_forward.all_tried_again", "mapping_forward", None, after={"count": count})
            work.after_commit(wake.forwards)
        return count
