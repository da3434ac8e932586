"""Stock answers of locations: the last one a place counts, every one is a fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.domain.errors import Invalid, InvalidEntries
from app.extensions import db
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.stock import Stock
from app.services import natural_keys
from app.services.documents.events import StockDocument
from app.services.documents.values import Json, body_of
from app.services.unit_of_work import UnitOfWork, unit_of_work

_STOCKS = table(Stock)
_COUNTS = select(_STOCKS.c.product_id, _STOCKS.c.stock_location_id, _STOCKS.c.stock_count).where(
    one_of(_STOCKS.c.product_id, "products")
)
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with the rows it is about."""

    document: StockDocument
    stock_location_id: int
    product_id: int
    answered_at: datetime


def record_stock(documents: Sequence[StockDocument]) -> datetime:
    """Store what locations answered just now, all or nothing; the instant they are stored under.

    Of several answers for one place the last counts. Raises InvalidEntries for unknown locations and SKUs.
    """
    with unit_of_work() as work:
        skus = {one.sku for one in documents}
        work.lock_stock(skus=skus)
        natural_keys.look_up_places(work, {one.erp_code for one in documents}, skus)
        now = clock.now()
        store(work, _answers(work, documents, now))
        return now


def answer_of(work: UnitOfWork, document: StockDocument, at: datetime) -> Answer:
    """The answer with its rows. Raises Invalid naming the field."""
    location_id = natural_keys.location_id(work, document.erp_code)
    product_id = natural_keys.product_id(work, document.sku)
    return Answer(document, location_id, product_id, at)


def store(work: UnitOfWork, answers: Sequence[Answer]) -> None:
    """Store answers in the order in which they were given: a fact each, one audit entry for all."""
    if not answers:
        return
    rows = [
        {
            "product_id": one.product_id,
            "stock_location_id": one.stock_location_id,
            "stock_count": int(one.document.stock_count),
            "answered_date": one.answered_at,
        }
        for one in answers
    ]
    freed = set() if work.is_silent else _risen(answers)
    db.session.execute(_upsert(db.session.connection().dialect.name), rows)
    for one in answers:
        with clock.at(one.answered_at):
            work.record(
                "stock",
                body_of(one.document),
                stock_location_id=one.stock_location_id,
                product_id=one.product_id,
            )
    work.touch(product_ids={one.product_id for one in answers})
    work.free(freed)
    work.audit("stock.recorded", "stock", None, after=_summary(answers))


def _risen(answers: Sequence[Answer]) -> set[int]:
    """The products of which some location has more now than it had: only they can serve somebody."""
    counts = db.session.execute(_COUNTS, {"products": sorted({one.product_id for one in answers})})
    before = {(product, location): count for product, location, count in counts}
    return {
        one.product_id
        for one in answers
        if int(one.document.stock_count) > before.get((one.product_id, one.stock_location_id), 0)
    }


def _answers(work: UnitOfWork, documents: Sequence[StockDocument], now: datetime) -> list[Answer]:
    found: list[Answer] = []
    errors: list[Mapping[str, Sequence[str]]] = []
    for document in documents:
        try:
            found.append(answer_of(work, document, now))
            errors.append({})
        except Invalid as error:
            errors.append(error.errors)
    if len(found) < len(documents):
        raise InvalidEntries(errors)
    return found


def _summary(answers: Sequence[Answer]) -> Json:
    if len(answers) == 1:
        return body_of(answers[0].document)
    return {"answers": len(answers), "erp_codes": sorted({one.document.erp_code for one in answers})[:100]}


@cache
def _upsert(dialect: str) -> Any:
    statement = _INSERTS[dialect](_STOCKS)
    given = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["product_id", "stock_location_id"],
        set_={"stock_count": given.stock_count, "answered_date": given.answered_date},
    )
