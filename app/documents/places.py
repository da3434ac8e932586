"""One product at one location as JSON: its numbers, who holds its units and for whom, what was reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.documents.explanations import fixed, instant
from app.domain.diagnosis.looks import Holder
from app.domain.stock_log import free_quantity
from app.queries.holder_chains import HolderChain
from app.queries.places import PlaceView


def place_document(found: PlaceView, chains: Mapping[int, HolderChain]) -> dict[str, Any]:
    """The answer to "who holds this unit?": reservations → order items → packages and mappings.

    Numbers that depend on a stock answer are null without one.
    """
    place = found.place
    key = (place.erp_code, place.sku)
    answer, reserved = found.world.stock.get(key), found.world.reserved(key)
    return {
        "erp_code": place.erp_code,
        "location": place.location_name,
        "sku": place.sku,
        "product": place.product_name,
        "stock_count": fixed(answer.stock_count) if answer else None,
        "reservation_count": fixed(reserved),
        "quantity": fixed(free_quantity(answer.stock_count, reserved)) if answer else None,
        "answered_at": instant(answer.answered_at) if answer else None,
        "holders": [_holder(one, chains[one.held.id]) for one in found.holders],
        "discrepancies": [
            {
                "id": one.id,
                "reason": one.reason,
                "is_active": one.is_active,
                "reported_at": instant(one.created_date),
            }
            for one in found.reports
        ],
    }


def _holder(one: Holder, chain: HolderChain) -> dict[str, Any]:
    held = one.held
    return {
        "reservation": held.id,
        "quantity": fixed(held.quantity),
        "reserved_at": instant(held.reserved_at),
        "stale": one.stale.value if one.stale else None,
        "live": one.live.value if one.live else None,
        "order": {"id": held.order_id, "number": held.order_number, "state": held.order_state},
        "order_item": {
            "id": chain.order_item_id,
            "omnitron_id": chain.omnitron_id,
            "state": chain.item_state,
        },
        "package": _package(chain),
        "mapping": _mapping(chain),
    }


def _package(chain: HolderChain) -> dict[str, Any] | None:
    if chain.package_id is None:
        return None
    return {"id": chain.package_id, "number": chain.package_number, "state": chain.package_state}


def _mapping(chain: HolderChain) -> dict[str, Any] | None:
    if chain.mapping_id is None:
        return None
    return {"id": chain.mapping_id, "code": chain.mapping_code, "date": instant(chain.mapped_date)}
