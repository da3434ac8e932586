"""The ready-made conditions of the models are answered by their partial indexes, on both databases."""

import pytest
from sqlalchemy import Connection, Select, func, select, text
from sqlalchemy.schema import DropIndex

from app import databases
from app.extensions import Base, db
from app.models.inventory_discrepancies import IS_ACTIVE, InventoryDiscrepancy
from app.models.packages import (
    IS_IN_QUEUE,
    IS_OUT_OF_STOCK,
    IS_UNMARKED,
    IS_UNPACKED,
    ITEM_IS_OUT_OF_STOCK,
    Package,
    PackageItem,
)
from app.models.reservations import IS_HELD, Reservation
from app.models.webhooks import IS_REFUSED, WebhookEvent

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
    "ix_packages_unmarked": select(Package.id).where(IS_UNMARKED).limit(25),
    "ix_packages_cause_checked": select(Package.cause, func.count())
    .where(IS_IN_QUEUE)
    .group_by(Package.cause),
    "ix_packages_unpacked": select(Package.stock_location_id, func.count())
    .where(IS_UNPACKED, Package.stock_location_id.is_not(None))
    .group_by(Package.stock_location_id),
    "ix_package_items_out_of_stock": select(PackageItem.package_id).where(
        ITEM_IS_OUT_OF_STOCK, PackageItem.product_id == 1
    ),
    "ix_webhook_events_refused": select(WebhookEvent.state, func.count())
    .where(IS_REFUSED, WebhookEvent.response_http_status.between(400, 499))
    .group_by(WebhookEvent.state),
    "ix_inventory_discrepancies_active": select(InventoryDiscrepancy.product_id).where(
        IS_ACTIVE, InventoryDiscrepancy.stock_location_id == 1
    ),
}


@pytest.mark.parametrize("index", QUESTIONS)
def test_the_partial_index_answers(index: str) -> None:
    options = databases.write_options(db.engine.dialect.name)
    with db.engine.connect().execution_options(**options) as connection:
        if db.engine.dialect.name == "postgresql":
            _leave_only(index, connection)
        plan = _query_plan(QUESTIONS[index], connection)
        connection.rollback()
    assert index in plan


def _leave_only(index: str, connection: Connection) -> None:
    """Until the rollback. To PostgreSQL all ways through an empty table are equal; SQLite goes by rules."""
    table = next(one for one in Base.metadata.sorted_tables if index in {each.name for each in one.indexes})
    for other in table.indexes:
        if other.name != index:
            connection.execute(DropIndex(other))
    connection.execute(text("SET LOCAL enable_seqscan = off"))


def _query_plan(question: Select, connection: Connection) -> str:  # type: ignore[type-arg]
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    compiled = question.compile(db.engine, compile_kwargs={"render_postcompile": True})
    values = compiled.construct_params()
    parameters = tuple(values[name] for name in compiled.positiontup or ()) if compiled.positional else values
    rows = connection.exec_driver_sql(f"{explain} {compiled}", parameters)
    return "\n".join(str(row) for row in rows)
