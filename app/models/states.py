"""The table of states, and the content types its rows belong to. Both are filled by migrations only."""

from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.models.columns import KeyText, Timestamps, primary_key, reference


class ContentType(Base):
    """A kind of record, as the API names it."""

    __tablename__ = "content_types"
    __table_args__ = (UniqueConstraint("app_label", "model"),)

    id: Mapped[int] = primary_key()
    app_label: Mapped[str] = mapped_column(KeyText(100))
    model: Mapped[str] = mapped_column(KeyText(100), index=True)


class State(Timestamps, Base):
    """Name and translations of one state code of one kind of record; records hold the code itself."""

    __tablename__ = "states"
    __table_args__ = (UniqueConstraint("content_type_id", "enum_value"),)

    id: Mapped[int] = primary_key()
    name: Mapped[str] = mapped_column(KeyText(100))
    translations: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    config: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    enum_class: Mapped[str] = mapped_column(KeyText(50))
    enum_value: Mapped[str] = mapped_column(KeyText(20))
    content_type_id: Mapped[int] = reference("content_types.id")

    content_type: Mapped[ContentType] = relationship(lazy="raise")
