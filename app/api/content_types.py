"""Kinds of records by number, as other answers refer to them."""

from __future__ import annotations

from msgspec import Struct

from app.api.endpoints import endpoint
from app.api.paging import ListQuery, Page, page
from app.domain.access import Viewer
from app.queries import content_types
from app.queries.content_types import ContentTypeRow


class ContentTypeShape(Struct, frozen=True):
    """One kind of record."""

    id: int
    app_label: str
    model: str


class ContentTypeQuery(ListQuery, kw_only=True, frozen=True):
    """`model` is the name of the kind, such as `order`."""

    model: str | None = None


@endpoint(
    "GET", "/api/v1/content_types/", tag="reference", query=ContentTypeQuery, answers=Page[ContentTypeShape]
)
def list_content_types(viewer: Viewer, query: ContentTypeQuery) -> Page[ContentTypeShape]:
    """Kinds of records."""
    count = content_types.count_content_types(query.model)
    return page(
        query, count, lambda offset, size: content_types.list_content_types(query.model, offset, size), _shape
    )


def _shape(row: ContentTypeRow) -> ContentTypeShape:
    return ContentTypeShape(row.id, row.app_label, row.model)
