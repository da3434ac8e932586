"""A list as one parameter finds its rows by their index, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from app import models
from app.extensions import db
from app.models.columns import table
from app.models.list_parameters import one_of
from tests import builders as build

ORDERS = table(models.Order).c

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.mark.parametrize("ids", [[], [1], [1, 3, 2**40]])
def test_the_rows_of_the_list_are_found(ids: list[int]) -> None:
    for number in (1, 2, 3):
        build.an_order(id=number, number=f"N{number}")
    by_id = select(ORDERS.id).where(one_of(ORDERS.id, "ids")).order_by(ORDERS.id)
    assert list(db.session.execute(by_id, {"ids": ids}).scalars()) == [one for one in ids if one <= 3]
    by_number = select(ORDERS.id).where(one_of(ORDERS.number, "numbers"))
    assert list(db.session.execute(by_number, {"numbers": ["N2", "n3", "'"]}).scalars()) == [2]


@pytest.mark.parametrize(("column", "values"), [(ORDERS.id, [1]), (ORDERS.number, ["A"])])
def test_the_index_answers(column, values) -> None:  # type: ignore[no-untyped-def]
    statement = select(ORDERS.id).where(one_of(column, "values")).compile(db.engine)
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET enable_seqscan = off"))
            rows = connection.exec_driver_sql(f"EXPLAIN {statement}", {"values": values})
            plan = "\n".join(str(row) for row in rows)
            connection.execute(text("RESET enable_seqscan"))
            assert "Index Cond" in plan, plan
        else:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("[]",))
            plan = "\n".join(str(row) for row in rows)
            assert "SEARCH orders USING" in plan, plan
