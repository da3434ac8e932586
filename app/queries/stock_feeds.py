"""Stock feeds read from files: what their rows would change, and which cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.domain.errors import NotFound
from app.domain.stock_feeds import RowOutcome
from app.extensions import run
from app.models.columns import table
from app.models.products import Product
from app.models.stock_feeds import StockFeed, StockFeedRow
from app.models.stock_locations import StockLocation
from app.queries.paging import Page, take_page

_FEEDS, _ROWS = table(StockFeed), table(StockFeedRow)
SHOWN_FEEDS = 10


@dataclass(frozen=True, slots=True)
class FeedHead:
    """One file; `batch_id` once it was confirmed."""

    id: int
    name: str
    read_by: str
    batch_id: int | None
    created_date: datetime


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One of its rows; counts in hundredths."""

    line: int
    erp_code: str
    sku: str
    old_count: int | None
    new_count: int | None
    outcome: str
    problem: str | None
    field: str | None
    location_name: str | None
    product_name: str | None


def find_feed(feed_id: int) -> FeedHead:
    """The feed of that id, once it was read to its end. Raises NotFound."""
    row = run(_HEADS.where(_FEEDS.c.id == feed_id)).one_or_none()
    if row is None:
        raise NotFound("stock feed", feed_id)
    return FeedHead(*row)


def latest_feeds() -> list[FeedHead]:
    """The newest ones."""
    return [FeedHead(*row) for row in run(_HEADS.order_by(_FEEDS.c.id.desc()).limit(SHOWN_FEEDS))]


def count_by_outcome(feed_id: int) -> Mapping[str, int]:
    """How many rows have which outcome, in the order in which they are looked at."""
    counting = (
        select(_ROWS.c.outcome, func.count()).where(_ROWS.c.feed_id == feed_id).group_by(_ROWS.c.outcome)
    )
    found = {str(outcome): int(count) for outcome, count in run(counting)}
    order = (RowOutcome.WRONG, *(one for one in RowOutcome if one is not RowOutcome.WRONG))
    return {str(one): found[one] for one in order if one in found}


def list_rows(feed_id: int, outcome: str | None, count: int, page: int, limit: int) -> Page[FeedRow]:
    """One page of its rows in the order of the file. `count` is how many have that outcome."""
    wanted = [_ROWS.c.feed_id == feed_id]
    if outcome is not None:
        wanted.append(_ROWS.c.outcome == outcome)
    statement = (
        select(
            _ROWS.c.line,
            _ROWS.c.erp_code,
            _ROWS.c.sku,
            _ROWS.c.old_count,
            _ROWS.c.new_count,
            _ROWS.c.outcome,
            _ROWS.c.problem,
            _ROWS.c.field,
            table(StockLocation).c.name,
            table(Product).c.name,
        )
        .select_from(_ROWS)
        .outerjoin(table(StockLocation), table(StockLocation).c.erp_code == _ROWS.c.erp_code)
        .outerjoin(table(Product), table(Product).c.sku == _ROWS.c.sku)
        .where(*wanted)
        .order_by(_ROWS.c.line)
    )
    return take_page(
        page,
        limit,
        count,
        lambda offset, size: [FeedRow(*row) for row in run(statement.offset(offset).limit(size))],
    )


_HEADS = select(_FEEDS.c.id, _FEEDS.c.name, _FEEDS.c.read_by, _FEEDS.c.batch_id, _FEEDS.c.created_date).where(
    _FEEDS.c.is_read
)
