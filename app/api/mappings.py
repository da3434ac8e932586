"""The ERP tells under which id it registered an order item; what was held for it is released (D13–D15)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from app.api.endpoints import DESK, Answer, endpoint
from app.domain.access import Viewer
from app.domain.states import RecordKind
from app.queries import content_types
from app.services import mappings
from app.services.documents.events import MappingDocument
from app.services.documents.values import Key255


class NewMapping(Struct, frozen=True):
    """The ERP's id of the order line. With `update_stock` false the reservation stays held (D14)."""

    code: Key255
    update_stock: bool = True


class MappingShape(Struct, frozen=True):
    """The stored mapping. `object_id` is the item's upstream number, as in the address."""

    pk: int
    content_type: int
    object_id: int
    integration_type: Literal["external_company"]
    code: str


@endpoint(
    "POST",
    "/api/i1/order_items/<int:omnitron_id>/create_mapping/",
    "/api/v1/order_items/<int:omnitron_id>/create_mapping/",
    tag="orders",
    roles=DESK,
    body=NewMapping,
    status=201,
    answers=MappingShape,
    also={200: MappingShape},
)
def create_mapping(viewer: Viewer, omnitron_id: int, body: NewMapping) -> Answer:
    """Map an order item to its line in the ERP, and release what is held for it.

    An item has one mapping. The same code again answers 200 and releases what is still held; another code
    is refused.
    """
    document = MappingDocument(omnitron_id=omnitron_id, code=body.code, update_stock=body.update_stock)
    mapped = mappings.create_mapping(document)
    kind = content_types.content_type_id(RecordKind.ORDER_ITEM)
    shape = MappingShape(mapped.id, kind, omnitron_id, "external_company", mapped.code)
    return Answer(201 if mapped.is_new else 200, shape)
