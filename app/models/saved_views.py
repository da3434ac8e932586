"""Saved views of lists, and which one each person begins with."""

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.saved_views import ListCode
from app.extensions import Base
from app.models.columns import KeyText, RowId, Timestamps, known, primary_key, reference


class SavedView(Timestamps, Base):
    """A name for what a list shows; `query` holds its parameters as in an address.

    `search_name` is the name folded by app.domain.folding: no two of a person's views of a list share it.
    """

    __tablename__ = "saved_views"
    __table_args__ = (
        known("list_code", ListCode),
        UniqueConstraint("owner_id", "list_code", "search_name"),
        Index("ix_saved_views_list_code", "list_code", "is_shared", "search_name", "id"),
    )

    id: Mapped[int] = primary_key()
    list_code: Mapped[str] = mapped_column(KeyText(20))
    owner_id: Mapped[int] = reference("users.id")
    name: Mapped[str] = mapped_column(KeyText(255))
    search_name: Mapped[str] = mapped_column(KeyText(255))
    query: Mapped[str] = mapped_column(Text)
    is_shared: Mapped[bool] = mapped_column(default=False)


class DefaultView(Base):
    """The view that a person's list begins with; without a row it begins with all."""

    __tablename__ = "default_views"
    __table_args__ = (known("list_code", ListCode),)

    user_id: Mapped[int] = mapped_column(RowId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    list_code: Mapped[str] = mapped_column(KeyText(20), primary_key=True)
    view_id: Mapped[int] = reference("saved_views.id", ondelete="CASCADE", index=True)
