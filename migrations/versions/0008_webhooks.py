"""Webhooks, the events owed to them, and the tries to deliver those.

Revision: 0008_webhooks, after 0007_tokens
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_webhooks"
down_revision = "0007_tokens"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
EVENT_TYPES = (
    "* order.created order.status.transitioned package.created package.status.transitioned"
    " package.status.packed package.status.cancelled package.status.shipped package.status.packed_for_refund"
    " package.refused package.out_of_stock plan.completed reservation.released discrepancy.created"
    " discrepancy.removed ping"
)
STAYS = sa.text("deleted_date IS NULL")
HAS_NEXT = sa.text("next_attempt_date IS NOT NULL")
IS_LEASED = sa.text("lease_until IS NOT NULL")


def key_text(length: int) -> sa.types.TypeEngine[str]:
    """Text sorted by code point on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def known(column: str, codes: str, name: str) -> sa.CheckConstraint:
    """Only these codes."""
    listed = ", ".join(f"'{code}'" for code in codes.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(name))


def upgrade() -> None:
    make_webhooks()
    make_events()
    make_attempts()


def make_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("event_type", key_text(60), nullable=False),
        sa.Column("target_url", key_text(2000), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("previous_secret", sa.Text(), nullable=True),
        sa.Column("previous_secret_until", INSTANT, nullable=True),
        sa.Column("retry_countdown_config", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("additional_headers", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("disabled_reason", key_text(20), nullable=True),
        sa.Column("disabled_date", INSTANT, nullable=True),
        sa.Column("failing_since", INSTANT, nullable=True),
        sa.Column("deleted_date", INSTANT, nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        known("event_type", EVENT_TYPES, "ck_webhooks_event_type_known"),
        known("disabled_reason", "paused gone failing", "ck_webhooks_disabled_reason_known"),
        sa.CheckConstraint(
            "(previous_secret IS NULL) = (previous_secret_until IS NULL)",
            name=op.f("ck_webhooks_previous_secret_ends"),
        ),
        sa.CheckConstraint("is_active = (disabled_reason IS NULL)", name=op.f("ck_webhooks_off_has_reason")),
        sa.CheckConstraint(
            "(disabled_reason IS NULL) = (disabled_date IS NULL)", name=op.f("ck_webhooks_disabled_has_date")
        ),
    )
    op.create_index(
        "uq_webhooks_event_type_target_url",
        "webhooks",
        ["event_type", "target_url"],
        unique=True,
        sqlite_where=STAYS,
        postgresql_where=STAYS,
    )


def make_events() -> None:
    op.create_table(
        "webhook_events",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("uuid", key_text(36), nullable=False),
        sa.Column("webhook_id", ROW_ID, nullable=False),
        sa.Column("event_type", key_text(60), nullable=False),
        sa.Column("request_payload", sa.LargeBinary(), nullable=False),
        sa.Column("content_type_id", ROW_ID, nullable=True),
        sa.Column("object_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", ROW_ID, nullable=True),
        sa.Column("state", key_text(20), nullable=False),
        sa.Column("retry_count", sa.Integer(), nullable=False),
        sa.Column("next_attempt_date", INSTANT, nullable=True),
        sa.Column("lease_token", key_text(36), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("response_http_status", sa.Integer(), nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_events")),
        sa.UniqueConstraint("uuid", name=op.f("uq_webhook_events_uuid")),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_events_webhook_id_webhooks")
        ),
        sa.ForeignKeyConstraint(
            ["content_type_id"],
            ["content_types.id"],
            name=op.f("fk_webhook_events_content_type_id_content_types"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_webhook_events_order_id_orders")),
        known("state", "pending retrying delivered undelivered", "ck_webhook_events_state_known"),
        sa.CheckConstraint(
            "(state IN ('pending', 'retrying')) = (next_attempt_date IS NOT NULL)",
            name=op.f("ck_webhook_events_due_has_next"),
        ),
        sa.CheckConstraint(
            "(lease_token IS NULL) = (lease_until IS NULL)", name=op.f("ck_webhook_events_lease_ends")
        ),
        sa.CheckConstraint(
            "(content_type_id IS NULL) = (object_id IS NULL)", name=op.f("ck_webhook_events_object_has_kind")
        ),
        sa.CheckConstraint("retry_count >= 0", name=op.f("ck_webhook_events_retry_count_not_negative")),
    )
    make_event_indexes()


def make_event_indexes() -> None:
    for name, columns in (
        ("ix_webhook_events_order", ["order_id", "created_date", "id"]),
        ("ix_webhook_events_webhook", ["webhook_id", "created_date", "id"]),
        ("ix_webhook_events_state", ["state", "created_date", "id"]),
        ("ix_webhook_events_created_date", ["created_date", "id"]),
        ("ix_webhook_events_object", ["content_type_id", "object_id"]),
    ):
        op.create_index(name, "webhook_events", columns)
    for name, columns, where in (
        ("ix_webhook_events_due_webhook", ["webhook_id", "next_attempt_date", "id"], HAS_NEXT),
        ("ix_webhook_events_due", ["next_attempt_date"], HAS_NEXT),
        ("ix_webhook_events_leased", ["lease_until"], IS_LEASED),
    ):
        op.create_index(name, "webhook_events", columns, sqlite_where=where, postgresql_where=where)


def make_attempts() -> None:
    outcomes = "delivered rejected timed_out unreachable target_refused outcome_unknown"
    op.create_table(
        "webhook_attempts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("event_id", ROW_ID, nullable=False),
        sa.Column("lease_token", key_text(36), nullable=False),
        sa.Column("started_date", INSTANT, nullable=False),
        sa.Column("finished_date", INSTANT, nullable=True),
        sa.Column("outcome", key_text(20), nullable=True),
        sa.Column("response_http_status", sa.Integer(), nullable=True),
        sa.Column("response_excerpt", sa.LargeBinary(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempts")),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["webhook_events.id"],
            name=op.f("fk_webhook_attempts_event_id_webhook_events"),
            ondelete="CASCADE",
        ),
        known("outcome", outcomes, "ck_webhook_attempts_outcome_known"),
        sa.CheckConstraint(
            "(finished_date IS NULL) = (outcome IS NULL)",
            name=op.f("ck_webhook_attempts_finished_has_outcome"),
        ),
        sa.CheckConstraint(
            "response_excerpt IS NULL OR length(response_excerpt) <= 16384",
            name=op.f("ck_webhook_attempts_response_excerpt_short"),
        ),
    )
    op.create_index("ix_webhook_attempts_event", "webhook_attempts", ["event_id", "id"])
    op.create_index("ix_webhook_attempts_started_date", "webhook_attempts", ["started_date", "id"])


def downgrade() -> None:
    for table in ("webhook_attempts", "webhook_events", "webhooks"):
        op.drop_table(table)
