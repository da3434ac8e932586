"""Stock feeds that were read from a file and wait to be stored, row by row."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.domain.stock_feeds import RowOutcome, RowProblem
from app.extensions import Base
from app.models.columns import Hundredths, KeyText, UtcDateTime, known, primary_key, reference


class StockFeed(Base):
    """One file. `is_read` once its last row is there; `batch_id` is the batch that stores it."""

    __tablename__ = "stock_feeds"

    id: Mapped[int] = primary_key()
    name: Mapped[str] = mapped_column(KeyText(255))
    read_by: Mapped[str] = mapped_column(KeyText(150))
    is_read: Mapped[bool] = mapped_column(default=False)
    batch_id: Mapped[int | None] = reference("batches.id", index=True)
    created_date: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)


class StockFeedRow(Base):
    """One row: the place it is about, the count there when it was read and the new one, in hundredths.

    A wrong one has `problem` and the `field` it is in; its codes are as they were written, cut to fit.
    """

    __tablename__ = "stock_feed_rows"
    __table_args__ = (
        known("outcome", RowOutcome),
        known("problem", RowProblem),
        Index("ix_stock_feed_rows_line", "feed_id", "line"),
        Index("ix_stock_feed_rows_outcome", "feed_id", "outcome", "line"),
        Index("ix_stock_feed_rows_place", "feed_id", "erp_code", "sku", "line"),
    )

    id: Mapped[int] = primary_key()
    feed_id: Mapped[int] = reference("stock_feeds.id", ondelete="CASCADE")
    line: Mapped[int]
    erp_code: Mapped[str] = mapped_column(KeyText(100))
    sku: Mapped[str] = mapped_column(KeyText(255))
    old_count: Mapped[int | None] = mapped_column(Hundredths)
    new_count: Mapped[int | None] = mapped_column(Hundredths)
    outcome: Mapped[str] = mapped_column(KeyText(20))
    problem: Mapped[str | None] = mapped_column(KeyText(20))
    field: Mapped[str | None] = mapped_column(KeyText(20))
