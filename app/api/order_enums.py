"""The types that orders may have, as constant lists of values and labels (D9)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from app.api.endpoints import endpoint
from app.domain.access import Viewer
from app.domain.order_types import DeliveryType, PaymentType


class Choice(Struct, frozen=True):
    """A value as filters and orders have it, and what people call it."""

    value: str
    label: str


@endpoint("GET", "/api/v1/oms/orders/delivery_type_enums/", tag="orders", answers=list[Choice])
def list_delivery_types(viewer: Viewer) -> list[Choice]:
    """How orders can reach the customer."""
    return _choices(DeliveryType)


@endpoint("GET", "/api/v1/oms/orders/payment_type_enums/", tag="orders", answers=list[Choice])
def list_payment_types(viewer: Viewer) -> list[Choice]:
    """How orders can be paid."""
    return _choices(PaymentType)


def _choices(kinds: Iterable[StrEnum]) -> list[Choice]:
    return [Choice(kind.value, kind.value.replace("_", " ").capitalize()) for kind in kinds]
