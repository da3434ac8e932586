"""The kinds of records, by which answers of the API say what they are about."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from app.domain.states import RecordKind
from app.extensions import db
from app.models.states import ContentType


@dataclass(frozen=True, slots=True)
class ContentTypeRow:
    """One kind."""

    id: int
    app_label: str
    model: str


def count_content_types(model: str | None) -> int:
    """How many kinds are called `model`; None means all."""
    counting = select(func.count()).select_from(ContentType).where(*_conditions(model))
    return db.session.execute(counting).scalar_one()


def list_content_types(model: str | None, offset: int, limit: int) -> list[ContentTypeRow]:
    """Kinds called `model` (None: all) by their number."""
    rows = db.session.execute(
        select(ContentType.id, ContentType.app_label, ContentType.model)
        .where(*_conditions(model))
        .order_by(ContentType.id)
        .offset(offset)
        .limit(limit)
    )
    return [ContentTypeRow(*row) for row in rows]


def _conditions(model: str | None) -> list[ColumnElement[bool]]:
    return [] if model is None else [ContentType.model == model]


def content_type_id(kind: RecordKind) -> int:
    """The number of that kind; it comes with the migrations."""
    number = select(ContentType.id).where(ContentType.model == kind.value)
    return db.session.execute(number).scalar_one()
