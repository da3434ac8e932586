"""The plan of an order, what became of each line, and the attempts that were made."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.execution_plans import PlanItemState, PlanState
from app.extensions import Base
from app.models.columns import (
    Hundredths,
    KeyText,
    Timestamps,
    UtcDateTime,
    known,
    primary_key,
    reference,
)
from app.models.orders import Order, OrderItem
from app.models.packages import PackageItem
from app.models.scenarios import Scenario


class ExecutionPlan(Timestamps, Base):
    """One plan an order; it lives through all attempts."""

    __tablename__ = "execution_plans"
    __table_args__ = (
        known("state", PlanState),
        Index("ix_execution_plans_state", "state", "id"),
        Index("ix_execution_plans_created_date", "created_date", "id"),
        Index("ix_execution_plans_modified_date", "modified_date", "id"),
    )

    id: Mapped[int] = primary_key()
    order_id: Mapped[int] = reference("orders.id", unique=True)
    state: Mapped[str] = mapped_column(KeyText(20), default=PlanState.START.value)

    order: Mapped[Order] = relationship(lazy="raise")
    items: Mapped[list["ExecutionPlanItem"]] = relationship(
        back_populates="plan", lazy="raise", order_by="ExecutionPlanItem.id"
    )
    attempts: Mapped[list["PlanAttempt"]] = relationship(
        back_populates="plan", lazy="raise", order_by="PlanAttempt.number"
    )


class ExecutionPlanItem(Timestamps, Base):
    """An order item in the plan, or the part of it that one package item carries."""

    __tablename__ = "execution_plan_items"
    __table_args__ = (
        known("state", PlanItemState),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("ix_execution_plan_items_plan_id", "plan_id", "id"),
        Index("ix_execution_plan_items_order_item_id", "order_item_id", "id"),
    )

    id: Mapped[int] = primary_key()
    plan_id: Mapped[int] = reference("execution_plans.id")
    order_item_id: Mapped[int] = reference("order_items.id")
    quantity: Mapped[int] = mapped_column(Hundredths)
    state: Mapped[str] = mapped_column(KeyText(20))
    package_item_id: Mapped[int | None] = reference("package_items.id", index=True)

    plan: Mapped[ExecutionPlan] = relationship(back_populates="items", lazy="raise")
    order_item: Mapped[OrderItem] = relationship(lazy="raise")
    package_item: Mapped[PackageItem | None] = relationship(lazy="raise")


class PlanAttempt(Base):
    """One planning of the order: why it ran, with which scenario, and the record it can be replayed from."""

    __tablename__ = "plan_attempts"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        Index("ix_plan_attempts_attempted_date", "attempted_date", "id"),
        Index("ix_plan_attempts_scenario_id", "scenario_id", "attempted_date"),
    )

    id: Mapped[int] = primary_key()
    plan_id: Mapped[int] = reference("execution_plans.id")
    number: Mapped[int]
    attempted_date: Mapped[datetime] = mapped_column(UtcDateTime)
    trigger: Mapped[str] = mapped_column(KeyText(40))
    # The name stays when the scenario is deleted: the attempt is history.
    scenario_id: Mapped[int | None] = reference("scenarios.id", ondelete="SET NULL")
    scenario_name: Mapped[str | None] = mapped_column(KeyText(255))
    record_version: Mapped[int]
    # Compressed JSON of the steps and of the World as it was seen; large, so read only when asked for.
    record: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)

    plan: Mapped[ExecutionPlan] = relationship(back_populates="attempts", lazy="raise")
    scenario: Mapped[Scenario | None] = relationship(lazy="raise")
