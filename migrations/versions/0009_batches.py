"""Batches: many acts of one kind, planned first and done one after another.

Revision: 0009_batches, after 0008_webhooks
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_batches"
down_revision = "0008_webhooks"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
IS_STARTED = sa.text("state = 'started'")


def key_text(length: int) -> sa.types.TypeEngine[str]:
    """Text sorted by code point on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    make_batches()
    make_rows()


def make_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", key_text(60), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("back", sa.Text(), nullable=False),
        sa.Column("state", key_text(20), nullable=False),
        sa.Column("planned_by", key_text(150), nullable=False),
        sa.Column("planned_by_id", ROW_ID, nullable=True),
        sa.Column("started_by", key_text(150), nullable=True),
        sa.Column("started_by_id", ROW_ID, nullable=True),
        sa.Column("started_date", INSTANT, nullable=True),
        sa.Column("ended_date", INSTANT, nullable=True),
        sa.Column("lease_token", key_text(36), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["users.id"], name=op.f("fk_batches_planned_by_id_users")),
        sa.ForeignKeyConstraint(["started_by_id"], ["users.id"], name=op.f("fk_batches_started_by_id_users")),
        sa.CheckConstraint(
            "state IN ('planned', 'started', 'finished', 'cancelled')", name=op.f("ck_batches_state_known")
        ),
        sa.CheckConstraint(
            "(lease_token IS NULL) = (lease_until IS NULL)", name=op.f("ck_batches_lease_ends")
        ),
        sa.CheckConstraint(
            "(state IN ('finished', 'cancelled')) = (ended_date IS NOT NULL)",
            name=op.f("ck_batches_ended_has_date"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'cancelled') OR started_date IS NOT NULL",
            name=op.f("ck_batches_started_has_date"),
        ),
    )
    op.create_index("ix_batches_state", "batches", ["state", "id"])
    op.create_index("ix_batches_kind", "batches", ["kind", "id"])
    op.create_index("ix_batches_planned_by_id", "batches", ["planned_by_id"])
    op.create_index("ix_batches_started_by_id", "batches", ["started_by_id"])
    op.create_index(
        "ix_batches_due", "batches", ["lease_until"], sqlite_where=IS_STARTED, postgresql_where=IS_STARTED
    )


def make_rows() -> None:
    op.create_table(
        "batch_rows",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("batch_id", ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", key_text(255), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("expectation", sa.JSON(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("state", key_text(20), nullable=False),
        sa.Column("code", key_text(60), nullable=True),
        sa.Column("params", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("settled_date", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_rows")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_batch_rows_batch_id_batches"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_batch_rows_batch_id_position")),
        sa.CheckConstraint(
            "state IN ('planned', 'done', 'refused', 'failed', 'skipped')",
            name=op.f("ck_batch_rows_state_known"),
        ),
        sa.CheckConstraint("position > 0", name=op.f("ck_batch_rows_position_positive")),
        sa.CheckConstraint(
            "(state = 'refused') = (code IS NOT NULL)", name=op.f("ck_batch_rows_refused_has_code")
        ),
        sa.CheckConstraint(
            "(state = 'planned') = (settled_date IS NULL)", name=op.f("ck_batch_rows_settled_has_date")
        ),
    )
    op.create_index("ix_batch_rows_state", "batch_rows", ["batch_id", "state", "position"])


def downgrade() -> None:
    for table in ("batch_rows", "batches"):
        op.drop_table(table)
