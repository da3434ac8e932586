"""The upstream this application is connected to: one client a process, and orders fetched by number.

Asking takes as long as the upstream likes: never inside a unit of work.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import current_app

from app.clients.omnitron import Access, BrokenRecord, Omnitron, OmnitronError, Trouble, WholeOrder
from app.config import Settings, settings
from app.domain import order_pull as texts
from app.services import upstream_orders, upstream_records
from app.services.upstream_orders import Outcome

_CLIENT = "omnitron"


def connection() -> Omnitron | None:
    """The client of this process, kept for its sign-in; None where no upstream is configured."""
    known = current_app.extensions
    if _CLIENT not in known and settings().omnitron_url is not None:
        known[_CLIENT] = Omnitron(access_of(settings()))
    found: Omnitron | None = known.get(_CLIENT)
    return found


def access_of(known: Settings) -> Access:
    """Where the upstream is and how patient we are."""
    assert known.omnitron_url is not None
    return Access(
        known.omnitron_url,
        known.omnitron_token,
        known.omnitron_username,
        known.omnitron_password,
        timeout=known.omnitron_timeout.total_seconds(),
        deadline=known.omnitron_deadline.total_seconds(),
        retry_wait=known.omnitron_retry_wait.total_seconds(),
        ca_file=known.trusted_ca_file,
    )


@dataclass(slots=True)
class Fetched:
    """What the upstream has under one number: whole orders, and the texts of what keeps others away."""

    number: str
    orders: list[WholeOrder] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    silence: str | None = None
    """Why the upstream could not be asked: others will not fare better now."""


def fetch(client: Omnitron, number: str) -> Fetched:
    """Ask for the orders of that number. What cannot be used is kept apart, what goes wrong is told."""
    fetched = Fetched(number)
    try:
        for entry in client.orders_of_number(number):
            if isinstance(entry, BrokenRecord):
                _keep_apart(fetched, entry)
            else:
                _fetch_whole(client, fetched, entry.omnitron_id)
    except OmnitronError as error:
        fetched.errors.append(texts.not_answered(number, error.detail))
        fetched.silence = error.detail
    if not fetched.orders and not fetched.errors:
        fetched.errors.append(texts.not_found(number))
    return fetched


def store(fetched: Fetched) -> tuple[str, ...]:
    """Import what was fetched; the texts of what kept an order away, none when all are here now.

    Joins an open unit of work. Raises BrokenRecord, with that one undone, for an order that cannot be used.
    """
    errors = list(fetched.errors)
    for whole in fetched.orders:
        applied = upstream_orders.apply_order(whole)
        errors += applied.refusals
        if applied.outcome in (Outcome.CHANGED, Outcome.UNCHANGED):
            errors.append(texts.already_exists(fetched.number, whole.facts.channel))
    return tuple(errors)


def _fetch_whole(client: Omnitron, fetched: Fetched, omnitron_id: int) -> None:
    try:
        fetched.orders.append(client.get_order(omnitron_id))
    except BrokenRecord as broken:
        _keep_apart(fetched, broken)
    except OmnitronError as error:
        if error.trouble is not Trouble.NOT_FOUND:
            raise


def _keep_apart(fetched: Fetched, broken: BrokenRecord) -> None:
    upstream_records.quarantine(broken)
    fetched.errors.append(texts.broken(fetched.number, broken.field, broken.reason))
