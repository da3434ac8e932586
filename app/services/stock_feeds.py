"""Stock feeds from files: read and compared first, then stored by a batch, a thousand rows a transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import IO, Any

from sqlalchemy import bindparam, delete, exists, insert, select, update

from app import clock
from app.domain.errors import NotFound, Refused
from app.domain.stock_feeds import STORED, RowOutcome, RowProblem, outcome_of
from app.extensions import run
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.products import Product
from app.models.stock import Stock
from app.models.stock_feeds import StockFeed, StockFeedRow
from app.models.stock_locations import StockLocation
from app.services import audit, batches, rows, stock
from app.services.batches import PlannedRow
from app.services.documents.events import StockDocument
from app.services.documents.values import Count
from app.services.stock_feed_lines import FeedLine, read_lines
from app.services.unit_of_work import unit_of_work

BATCH_KIND = "stock_feed"
AT_ONCE = 1_000
"""So many rows are read, compared or stored in one transaction: others wait no longer than for these."""
MOST_ROWS = 1_000_000
KEPT = timedelta(days=7)

_FEEDS, _ROWS = table(StockFeed), table(StockFeedRow)
_PRODUCTS, _LOCATIONS, _STOCKS = table(Product).c, table(StockLocation).c, table(Stock).c
_LATER = _ROWS.alias("later")
_OVERWRITTEN = (
    update(_ROWS)
    .where(
        _ROWS.c.feed_id == bindparam("feed"),
        _ROWS.c.outcome.in_(STORED),
        exists().where(
            _LATER.c.feed_id == _ROWS.c.feed_id,
            _LATER.c.erp_code == _ROWS.c.erp_code,
            _LATER.c.sku == _ROWS.c.sku,
            _LATER.c.line > _ROWS.c.line,
            _LATER.c.outcome.in_(STORED),
        ),
    )
    .values(outcome=RowOutcome.OVERWRITTEN.value)
)
_COUNTS = (
    select(_LOCATIONS.erp_code, _PRODUCTS.sku, _STOCKS.stock_count)
    .join_from(table(Stock), table(Product), _PRODUCTS.id == _STOCKS.product_id)
    .join(table(StockLocation), _LOCATIONS.id == _STOCKS.stock_location_id)
    .where(one_of(_PRODUCTS.sku, "skus"), one_of(_LOCATIONS.erp_code, "codes"))
)
_STORED_ROWS = (
    select(_ROWS.c.line, _ROWS.c.erp_code, _ROWS.c.sku, _ROWS.c.new_count)
    .where(_ROWS.c.feed_id == bindparam("feed"), _ROWS.c.outcome.in_(STORED))
    .order_by(_ROWS.c.line)
)


def read_feed(stream: IO[bytes], name: str) -> int:
    """Read a CSV or NDJSON file and compare it with what is stored; the feed's id. Stores no answer yet.

    Raises Refused `feed_empty`, `feed_header` and `feed_too_long`; nothing is kept then.
    """
    forget_old()
    lines = read_lines(stream)
    first = list(islice(lines, AT_ONCE))  # before anything is stored: a file without a header is none
    if not first:
        raise Refused("feed_empty")
    with unit_of_work():
        feed_id = rows.add(
            _FEEDS,
            {
                "name": name[:255] or "–",
                "read_by": audit.actor().name,
                "is_read": False,
                "created_date": clock.now(),
            },
        )
    count, chunk = 0, first
    while chunk:
        count += len(chunk)
        if count > MOST_ROWS:
            _forget([feed_id])
            raise Refused("feed_too_long", most=MOST_ROWS)
        with unit_of_work():
            run(insert(_ROWS), [{"feed_id": feed_id, **one} for one in _compared(chunk)])
        chunk = list(islice(lines, AT_ONCE))
    with unit_of_work():
        run(_OVERWRITTEN, {"feed": feed_id})
        rows.change(_FEEDS, feed_id, {"is_read": True})
    return feed_id


def store_feed(feed_id: int) -> int:
    """Have a worker store the rows that can be stored; the batch's id. A second call gives the same batch.

    Raises NotFound, and Refused `batch_empty` where no row can be stored.
    """
    with unit_of_work():
        feed = run(
            select(_FEEDS).where(_FEEDS.c.id == feed_id, _FEEDS.c.is_read).with_for_update()
        ).one_or_none()
        if feed is None:
            raise NotFound("stock feed", feed_id)
        if feed.batch_id is not None:
            return int(feed.batch_id)
        title = {"name": feed.name}
        batch_id = batches.plan_batch(BATCH_KIND, _chunks(feed_id), feed.name, title, "/stock/import")
        rows.change(_FEEDS, feed_id, {"batch_id": batch_id})
        batches.start_batch(batch_id)
        return batch_id


def store_chunk(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Store the rows of one part of a feed, as the locations' answers of now."""
    between = _ROWS.c.line.between(arguments["first"], arguments["last"])
    found = run(_STORED_ROWS.where(between), {"feed": arguments["feed_id"]})
    documents = [
        StockDocument(erp_code=one.erp_code, sku=one.sku, stock_count=Count(one.new_count)) for one in found
    ]
    stock.record_stock(documents)
    return {"stored": len(documents)}


def forget_old() -> None:
    """Delete the rows of feeds that were read long ago; what they stored is in the journal."""
    old = select(_FEEDS.c.id).where(_FEEDS.c.created_date < clock.now() - KEPT)
    _forget(list(run(old).scalars()))


def _forget(feed_ids: Collection[int]) -> None:
    if not feed_ids:
        return
    with unit_of_work():
        run(delete(_ROWS).where(_ROWS.c.feed_id.in_(feed_ids)))
        run(delete(_FEEDS).where(_FEEDS.c.id.in_(feed_ids)))


def _chunks(feed_id: int) -> list[PlannedRow]:
    lines = run(_STORED_ROWS.with_only_columns(_ROWS.c.line), {"feed": feed_id}).scalars()
    planned: list[PlannedRow] = []
    while part := list(islice(lines, AT_ONCE)):
        arguments = {"feed_id": feed_id, "first": part[0], "last": part[-1]}
        planned.append(PlannedRow(f"{part[0]:,}–{part[-1]:,}", arguments, {"rows": len(part)}))
    return planned


def _compared(lines: Sequence[FeedLine]) -> list[dict[str, Any]]:
    """The rows as they are stored, each with what it would do to the count of its place."""
    skus = sorted({one.sku for one in lines if one.count is not None})
    codes = sorted({one.erp_code for one in lines if one.count is not None})
    counts = {(code, sku): count for code, sku, count in run(_COUNTS, {"skus": skus, "codes": codes})}
    known_skus = set(
        run(select(_PRODUCTS.sku).where(one_of(_PRODUCTS.sku, "keys")), {"keys": skus}).scalars()
    )
    places = select(_LOCATIONS.erp_code).where(one_of(_LOCATIONS.erp_code, "keys"))
    known_codes = set(run(places, {"keys": codes}).scalars())
    return [_row(one, counts.get((one.erp_code, one.sku)), known_codes, known_skus) for one in lines]


def _row(line: FeedLine, old: int | None, codes: Collection[str], skus: Collection[str]) -> dict[str, Any]:
    problem, field = line.problem, line.field
    if problem is None and line.erp_code not in codes:
        problem, field = RowProblem.UNKNOWN_LOCATION, "erp_code"
    elif problem is None and line.sku not in skus:
        problem, field = RowProblem.UNKNOWN_SKU, "sku"
    is_usable = problem is None and line.count is not None
    outcome = outcome_of(old, line.count) if is_usable and line.count is not None else RowOutcome.WRONG
    return {
        "line": line.line,
        "erp_code": line.erp_code,
        "sku": line.sku,
        "old_count": old if is_usable else None,
        "new_count": line.count,
        "outcome": outcome.value,
        "problem": problem.value if problem else None,
        "field": field,
    }


batches.register(BATCH_KIND, store_chunk)
