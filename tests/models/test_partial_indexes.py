"""The ready-made conditions of the models are answered by their partial indexes, on both databases."""

import pytest
from sqlalchemy import Select, func, select, text

from app.extensions import db
from app.models.inventory_discrepancies import IS_ACTIVE, InventoryDiscrepancy
from app.models.packages import (
    IS_OUT_OF_STOCK,
    IS_UNPACKED,
    ITEM_IS_OUT_OF_STOCK,
    Package,
    PackageItem,
)
from app.models.reservations import IS_HELD, Reservation

pytestmark = pytest.mark.usefixtures("db_session")

held_by_place = (
    select(Reservation.product_id, Reservation.stock_location_id, func.sum(Reservation.quantity))
    .where(IS_HELD, Reservation.product_id.in_([1, 2]))
    .group_by(Reservation.product_id, Reservation.stock_location_id)
)

QUESTIONS: dict[str, Select] = {  # type: ignore[type-arg]
    "ix_reservations_held_product": held_by_place,
    "ix_reservations_held_stock_location": select(Reservation.product_id).where(
        IS_HELD, Reservation.stock_location_id == 1
    ),
    "ix_packages_queue": select(Package.id)
    .where(IS_OUT_OF_STOCK, Package.cause == "quota_full")
    .order_by(Package.created_date, Package.id)
    .limit(50),
    "ix_packages_stale_cause": select(Package.id).where(Package.cause_stale).order_by(Package.id).limit(25),
    "ix_packages_unpacked": select(Package.stock_location_id, func.count())
    .where(IS_UNPACKED, Package.stock_location_id.is_not(None))
    .group_by(Package.stock_location_id),
    "ix_package_items_out_of_stock": select(PackageItem.package_id).where(
        ITEM_IS_OUT_OF_STOCK, PackageItem.product_id == 1
    ),
    "ix_inventory_discrepancies_active": select(InventoryDiscrepancy.product_id).where(
        IS_ACTIVE, InventoryDiscrepancy.stock_location_id == 1
    ),
}


@pytest.mark.parametrize("index", QUESTIONS)
def test_the_partial_index_answers(index: str) -> None:
    assert index in _query_plan(QUESTIONS[index])


def _query_plan(question: Select) -> str:  # type: ignore[type-arg]
    compiled = question.compile(db.engine, compile_kwargs={"render_postcompile": True})
    parameters = compiled.construct_params()
    explain = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "postgresql":
            # Empty tables are read whole unless the planner is told that this is dear.
            for way in ("seqscan", "bitmapscan", "sort"):
                connection.exec_driver_sql(f"SET enable_{way} = off")
        named = select(text("1")).compile(db.engine).params | parameters
        values = named if not compiled.positional else tuple(named[key] for key in compiled.positiontup or ())
        rows = connection.exec_driver_sql(f"{explain} {compiled}", values).all()
        connection.invalidate()  # its settings must not stay in the pool
    return "\n".join(str(row) for row in rows)
