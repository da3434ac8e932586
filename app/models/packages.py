"""Packages and their items, and the refusals of locations. States are codes of app.domain.packages."""

from datetime import datetime
from typing import TYPE_CHECKING, Optional

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    Index,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.diagnosis.causes import Cause
from app.domain.packages import UNPACKED_STATES, WITHOUT_LOCATION_STATES, PackageState
from app.extensions import Base
from app.models.columns import (
    Hundredths,
    KeyText,
    Timestamps,
    UtcDateTime,
    equals_literal,
    known,
    primary_key,
    reference,
)
from app.models.orders import Order, OrderItem
from app.models.products import Product
from app.models.stock_locations import StockLocation

if TYPE_CHECKING:
    from app.models.execution_plans import PlanAttempt

_OUT_OF_STOCK = text(f"state = '{PackageState.OUT_OF_STOCK}'")
_IS_REPLAN_DUE = text("replan_due_since IS NOT NULL")
_IN_UNPACKED = f"state IN ({', '.join(repr(str(one)) for one in PackageState if one in UNPACKED_STATES)})"
_PLACELESS = ", ".join(f"'{state}'" for state in PackageState if state in WITHOUT_LOCATION_STATES)


def _unmarked(table: str = "") -> str:
    is_out_of_stock = f"{table}state = '{PackageState.OUT_OF_STOCK}'"
    return f"({is_out_of_stock} AND (NOT {table}cause_stale OR {table}cause IS NULL))"


class Package(Timestamps, Base):
    """What a location must ship; an out-of-stock package (920) has no location and a kept cause.

    `cause_checked_at` is the instant of the facts the cause was computed from, `cause_stale` says that one
    of them has changed since. `blocked_from` is what `unblock` returns to. `reason` is the refusal's.
    `replan_due_since`: units it waits for became free since then, and nobody has looked yet.
    """

    __tablename__ = "packages"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        known("state", PackageState),
        known("blocked_from", PackageState),
        known("cause", Cause),
        CheckConstraint(
            f"state <> '{PackageState.OUT_OF_STOCK}' OR stock_location_id IS NULL",
            name="out_of_stock_without_location",
        ),
        CheckConstraint(
            f"state IN ({_PLACELESS}) OR stock_location_id IS NOT NULL", name="located_when_to_ship"
        ),
        CheckConstraint(
            f"state <> '{PackageState.BLOCKED}' OR blocked_from IS NOT NULL", name="blocked_knows_before"
        ),
        # An order has at most one open out-of-stock package.
        Index(
            "uq_packages_out_of_stock_order",
            "order_id",
            unique=True,
            sqlite_where=_OUT_OF_STOCK,
            postgresql_where=_OUT_OF_STOCK,
        ),
        Index(
            "ix_packages_queue",
            "cause",
            "created_date",
            "id",
            sqlite_where=_OUT_OF_STOCK,
            postgresql_where=_OUT_OF_STOCK,
        ),
        Index(
            "ix_packages_replan_due",
            "id",
            sqlite_where=_IS_REPLAN_DUE,
            postgresql_where=_IS_REPLAN_DUE,
        ),
        Index(
            "ix_packages_stale_cause",
            "id",
            sqlite_where=text("cause_stale = 1"),
            postgresql_where=text("cause_stale"),
        ),
        # "= 1" as in the two below.
        Index(
            "ix_packages_unmarked",
            "id",
            sqlite_where=text(f"{_unmarked()} = 1"),
            postgresql_where=text(_unmarked()),
        ),
        # SQLite would rather search its index by state than these two; it takes them for IS_IN_QUEUE and
        # IS_UNPACKED, whose "= 1" hides the state. How many wait for which cause, and when that was checked:
        Index(
            "ix_packages_cause_checked",
            "cause",
            "cause_checked_at",
            "state",
            sqlite_where=text(f"({_OUT_OF_STOCK}) = 1"),
            postgresql_where=_OUT_OF_STOCK,
        ),
        # How many packages use up a location's quota, however long the history is:
        Index(
            "ix_packages_unpacked",
            "stock_location_id",
            "state",
            sqlite_where=text(f"{_IN_UNPACKED} = 1"),
            postgresql_where=text(_IN_UNPACKED),
        ),
        Index("ix_packages_stock_location_id_state", "stock_location_id", "state"),
        Index("ix_packages_number", "number", "id"),
        Index("ix_packages_state", "state", "id"),
        Index("ix_packages_state_created_date", "state", "created_date", "id"),
        Index("ix_packages_created_date", "created_date", "id"),
        Index("ix_packages_modified_date", "modified_date", "id"),
    )

    id: Mapped[int] = primary_key()
    order_id: Mapped[int] = reference("orders.id")
    number: Mapped[str] = mapped_column(KeyText(120))
    stock_location_id: Mapped[int | None] = reference("stock_locations.id")
    state: Mapped[str] = mapped_column(KeyText(20))
    blocked_from: Mapped[str | None] = mapped_column(KeyText(20))
    attempt_id: Mapped[int | None] = reference("plan_attempts.id", index=True)
    cause: Mapped[str | None] = mapped_column(KeyText(40))
    cause_determined: Mapped[bool | None]
    cause_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cause_stale: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(Text)
    replan_due_since: Mapped[datetime | None] = mapped_column(UtcDateTime)

    order: Mapped[Order] = relationship(lazy="raise")
    stock_location: Mapped[StockLocation | None] = relationship(lazy="raise")
    attempt: Mapped[Optional["PlanAttempt"]] = relationship(lazy="raise")
    items: Mapped[list["PackageItem"]] = relationship(
        back_populates="package", lazy="raise", order_by="PackageItem.id"
    )


IS_OUT_OF_STOCK: ColumnElement[bool] = equals_literal(Package, "state", PackageState.OUT_OF_STOCK)
"""In the queue, written so that the partial indexes answer it."""


IS_IN_QUEUE: ColumnElement[bool] = literal_column(f"(packages.{_OUT_OF_STOCK})", Boolean)
"""The same as IS_OUT_OF_STOCK, for counting by cause from an index alone."""

IS_UNMARKED: ColumnElement[bool] = literal_column(_unmarked("packages."), Boolean)
"""In the queue, and its cause counts as right or was never looked for; answered by the partial index."""

IS_UNPACKED: ColumnElement[bool] = literal_column(f"packages.{_IN_UNPACKED}", Boolean)
"""Uses up its location's quota, written so that the partial index answers it."""


class PackageItem(Timestamps, Base):
    """A line, or a part of one, in a package. It never moves: `superseded_by` is the item that served it."""

    __tablename__ = "package_items"
    __table_args__ = (
        known("state", PackageState),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("ix_package_items_package_id", "package_id", "id"),
        Index("ix_package_items_order_item_id", "order_item_id", "id"),
        Index("ix_package_items_product_id", "product_id", "package_id"),
        # Which packages wait for a product.
        Index(
            "ix_package_items_out_of_stock",
            "product_id",
            "package_id",
            sqlite_where=_OUT_OF_STOCK,
            postgresql_where=_OUT_OF_STOCK,
        ),
    )

    id: Mapped[int] = primary_key()
    package_id: Mapped[int] = reference("packages.id")
    order_item_id: Mapped[int] = reference("order_items.id")
    product_id: Mapped[int] = reference("products.id")
    quantity: Mapped[int] = mapped_column(Hundredths)
    state: Mapped[str] = mapped_column(KeyText(20))
    superseded_by_id: Mapped[int | None] = reference("package_items.id", index=True)

    package: Mapped[Package] = relationship(back_populates="items", lazy="raise")
    order_item: Mapped[OrderItem] = relationship(lazy="raise")
    product: Mapped[Product] = relationship(lazy="raise")
    superseded_by: Mapped[Optional["PackageItem"]] = relationship(remote_side="PackageItem.id", lazy="raise")


ITEM_IS_OUT_OF_STOCK: ColumnElement[bool] = equals_literal(PackageItem, "state", PackageState.OUT_OF_STOCK)
"""An item that waits to be served, written so that the partial index answers it."""


class Refusal(Base):
    """A location refused this order item: it is not asked for it again."""

    __tablename__ = "refusals"
    __table_args__ = (UniqueConstraint("order_item_id", "stock_location_id"),)

    id: Mapped[int] = primary_key()
    order_item_id: Mapped[int] = reference("order_items.id")
    stock_location_id: Mapped[int] = reference("stock_locations.id", index=True)
    package_item_id: Mapped[int] = reference("package_items.id", index=True)
    reason: Mapped[str] = mapped_column(Text)
    refused_date: Mapped[datetime] = mapped_column(UtcDateTime)

    order_item: Mapped[OrderItem] = relationship(lazy="raise")
    stock_location: Mapped[StockLocation] = relationship(lazy="raise")
    package_item: Mapped[PackageItem] = relationship(lazy="raise")
