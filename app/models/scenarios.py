"""Scenarios: which orders they are for, and the rules that say which locations may serve them."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.facts import LocationType, OrderBy, Split
from app.extensions import Base
from app.models.channels import Channel
from app.models.columns import KeyText, RowId, Timestamps, known, primary_key, reference
from app.models.stock_locations import StockLocation

scenario_channels = Table(
    "scenario_channels",
    Base.metadata,
    Column("scenario_id", RowId, ForeignKey("scenarios.id", ondelete="CASCADE"), primary_key=True),
    Column("channel_id", RowId, ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True, index=True),
)
"""Channels a scenario is limited to; none means any."""


class Scenario(Timestamps, Base):
    """Conditions are lists of codes; an empty list means any. Lower `priority` first, empty last."""

    __tablename__ = "scenarios"
    __table_args__ = (Index("ix_scenarios_priority", "priority", "name"),)

    id: Mapped[int] = primary_key()
    name: Mapped[str] = mapped_column(KeyText(255), unique=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    priority: Mapped[int | None]
    payment_types: Mapped[list[str]] = mapped_column(JSON, default=list)
    delivery_types: Mapped[list[str]] = mapped_column(JSON, default=list)

    channels: Mapped[list[Channel]] = relationship(
        secondary=scenario_channels, lazy="raise", order_by=Channel.name
    )
    rules: Mapped[list["Rule"]] = relationship(
        back_populates="scenario",
        lazy="raise",
        order_by="(Rule.priority, Rule.id)",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )


class Rule(Timestamps, Base):
    """One step of a scenario, tried in order of `priority`."""

    __tablename__ = "rules"
    __table_args__ = (
        UniqueConstraint("scenario_id", "name"),
        known("stock_location_type", LocationType),
        known("order_by", OrderBy),
        known("split", Split),
        Index("ix_rules_scenario_id_priority", "scenario_id", "priority", "id"),
    )

    id: Mapped[int] = primary_key()
    scenario_id: Mapped[int] = reference("scenarios.id", ondelete="CASCADE")
    name: Mapped[str] = mapped_column(KeyText(255))
    priority: Mapped[int]
    stock_location_type: Mapped[str | None] = mapped_column(KeyText(20))
    order_by: Mapped[str] = mapped_column(KeyText(20), default=OrderBy.PRIORITY.value)
    select_by_quota: Mapped[bool] = mapped_column(default=False)
    split: Mapped[str] = mapped_column(KeyText(20), default=Split.LINE.value)

    scenario: Mapped[Scenario] = relationship(back_populates="rules", lazy="raise")
    locations: Mapped[list["RuleLocation"]] = relationship(
        back_populates="rule", lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )


class RuleLocation(Base):
    """A location named by a rule: in its list, or in its except-list. It may be in both."""

    __tablename__ = "rule_locations"

    rule_id: Mapped[int] = reference("rules.id", ondelete="CASCADE", primary_key=True)
    stock_location_id: Mapped[int] = reference("stock_locations.id", primary_key=True, index=True)
    is_excluded: Mapped[bool] = mapped_column(primary_key=True, default=False)

    rule: Mapped[Rule] = relationship(back_populates="locations", lazy="raise")
    stock_location: Mapped[StockLocation] = relationship(lazy="raise")
