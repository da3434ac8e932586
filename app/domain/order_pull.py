"""Why an order cannot be pulled from the upstream: the rules, and the texts that scripts know by heart (D8).

The texts are the vendor's, letter by letter: clients compare them. They are never translated.
"""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UpstreamOrder:
    """What the rules look at. All ids are the upstream's; `channel` is a name."""

    omnitron_id: int
    number: str
    channel_id: int
    channel: str
    cargo_company: int | None


@dataclass(frozen=True, slots=True)
class Admission:
    """What may come in: ids from `min_omnitron_id` on, of these channels (none: all) and carriers."""

    min_omnitron_id: int | None
    channels: Collection[str]
    cargo_companies: Collection[int]


def refusals(order: UpstreamOrder, admission: Admission) -> list[str]:
    """Every reason why the order may not come in; empty for one that may."""
    found = []
    if admission.min_omnitron_id is not None and order.omnitron_id < admission.min_omnitron_id:
        found.append(id_too_low(order.omnitron_id, admission.min_omnitron_id))
    if admission.channels and order.channel not in admission.channels:
        found.append(channel_not_allowed(order.channel_id, order.omnitron_id))
    if order.cargo_company is not None and order.cargo_company not in admission.cargo_companies:
        found.append(cargo_company_unknown(order.cargo_company, order.number))
    return found


def already_exists(number: str, channel: str) -> str:
    return f"Order number: {number} already exists in {channel} channel!"


def not_found(number: str) -> str:
    return f"Order not found with Order number:{number}"


def id_too_low(omnitron_id: int, min_id: int) -> str:
    """With the space at its end, which the vendor's text has."""
    return (
        f"Order create operation does not allowed! Because of Order ID: {omnitron_id} "
        f"lower than MIN_ORDER_OMNITRON_ID: {min_id} "
    )


def channel_not_allowed(channel_id: int, order_id: int) -> str:
    return (
        f"Order create operation does not allowed! Because of Channel ID:{channel_id} "
        f"provided with Order ID:{order_id} does not allowed in the system."
    )


def cargo_company_unknown(cargo_company: int, number: str) -> str:
    return f"Cargo company:{cargo_company} provided with order number:{number} does not exists in the system."


def not_connected(number: str) -> str:
    """Ours: the vendor's system always has an upstream."""
    return f"Order number: {number} cannot be pulled, because no upstream is configured (OMNITRON_URL)."


def not_answered(number: str, detail: str) -> str:
    """Ours: the upstream could not be asked. `detail` continues "Omnitron …"."""
    return f"Order number: {number} cannot be pulled now: Omnitron {detail}."


def broken(number: str, field: str, reason: str) -> str:
    """Ours: Omnitron's record of it cannot be used."""
    return f"Order number: {number} cannot be used as Omnitron sends it: {field} {reason}."
