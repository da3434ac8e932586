"""Sends the upstream hub what it is owed: claimed for a while, sent outside any transaction, then closed.

Telling the upstream twice does no harm, so a worker that dies while sending is simply followed by another.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Protocol
from uuid import uuid4

import structlog
from sqlalchemy import Row, bindparam, or_, select, update

from app import clock
from app.clients.omnitron import OmnitronError
from app.domain.mapping_forwards import ForwardState, wait_after
from app.extensions import run
from app.models.columns import table
from app.models.mapping_forwards import MappingForward
from app.models.mappings import Mapping
from app.models.orders import OrderItem
from app.services import rows, upstream
from app.services.documents.values import Json
from app.services.unit_of_work import unit_of_work

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
"""Longer than any call with all its waits: later its sender counts as dead."""
SENT_AT_ONCE = 200
LONGEST_DETAIL = 500

_FORWARDS, _MAPPINGS, _ITEMS = table(MappingForward), table(Mapping), table(OrderItem)
_forwards = _FORWARDS.c
_DUE = (
    select(
        _forwards.id,
        _forwards.tries,
        _forwards.update_stock,
        _MAPPINGS.c.code,
        _ITEMS.c.omnitron_id,
    )
    .join_from(_FORWARDS, _MAPPINGS, _MAPPINGS.c.id == _forwards.mapping_id)
    .join(_ITEMS, _ITEMS.c.id == _MAPPINGS.c.order_item_id)
    .where(
        _forwards.next_try_date <= bindparam("now"),
        or_(_forwards.lease_until.is_(None), _forwards.lease_until <= bindparam("now")),
    )
    .order_by(_forwards.next_try_date, _forwards.id)
    .limit(1)
    .with_for_update(of=_FORWARDS, skip_locked=True)
)
_CLOSE = update(_FORWARDS).where(
    _forwards.id == bindparam("forward"), _forwards.lease_token == bindparam("token")
)


class Hub(Protocol):
    """Whoever can be told of mappings: app.clients.omnitron.Omnitron."""

    def create_mapping(self, item_omnitron_id: int, code: str, update_stock: bool) -> object:
        """Tell it. Raises OmnitronError."""


def send_due(hub: Hub | None = None) -> int:
    """Send what is due, as long as the upstream takes it; how many were tried.

    Nothing happens where no upstream is configured and no `hub` is given. Where one call fails for a reason
    that will pass, the rest waits for the next round: the others would fare no better.
    """
    hub = hub or upstream.connection()
    if hub is None:
        return 0
    for tried in range(SENT_AT_ONCE):
        token = str(uuid4())
        claimed = _claim(token)
        if claimed is None:
            return tried
        if not _send(hub, claimed, token):
            return tried + 1
    return SENT_AT_ONCE


def _claim(token: str) -> Row[Any] | None:
    with unit_of_work():
        now = clock.now()
        found = run(_DUE, {"now": now}).one_or_none()
        if found is not None:
            rows.change(_FORWARDS, found.id, {"lease_token": token, "lease_until": now + LEASE})
        return found


def _send(hub: Hub, claimed: Row[Any], token: str) -> bool:
    """Tell it once and keep what came of it; whether the upstream answers at all."""
    try:
        hub.create_mapping(claimed.omnitron_id, claimed.code, claimed.update_stock)
    except OmnitronError as error:
        _close(claimed.id, token, _failed(claimed.tries + 1, error))
        log.warning("mapping_not_forwarded", forward=claimed.id, trouble=error.trouble, detail=error.detail)
        return not error.retryable
    _close(claimed.id, token, _sent(claimed.tries + 1))
    return True


def _close(forward_id: int, token: str, values: Json) -> None:
    """Store the outcome, unless the lease was lost and somebody else is sending it."""
    with unit_of_work():
        ended = {"lease_token": None, "lease_until": None, "modified_date": clock.now()}
        run(_CLOSE.values(**values, **ended), {"forward": forward_id, "token": token})


def _sent(tries: int) -> Json:
    return {
        "state": ForwardState.SENT.value,
        "tries": tries,
        "next_try_date": None,
        "sent_date": clock.now(),
        "trouble": None,
        "detail": None,
        "response_http_status": None,
    }


def _failed(tries: int, error: OmnitronError) -> Json:
    wait = wait_after(tries, error.retry_after) if error.retryable else None
    return {
        "state": (ForwardState.FAILED if wait is None else ForwardState.WAITING).value,
        "tries": tries,
        "next_try_date": None if wait is None else clock.now() + wait,
        "trouble": error.trouble.value,
        "detail": error.detail[:LONGEST_DETAIL],
        "response_http_status": error.status,
    }
