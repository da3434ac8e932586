"""Trials of an edited scenario or location on past plannings.

Revision: 0017_replays, after 0016_workers
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_replays"
down_revision = "0016_workers"
branch_labels = None
depends_on = None

TABLE = "replays"
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def key_text(length: int) -> sa.types.TypeEngine[str]:
    """Text sorted by code point on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", key_text(20), nullable=False),
        sa.Column("target", key_text(255), nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("state", key_text(20), nullable=False),
        sa.Column("last_attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("newest_attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("actor", key_text(150), nullable=False),
        sa.Column("user_id", ROW_ID, nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replays")),
        sa.CheckConstraint("done >= 0 AND total >= 0", name=op.f("ck_replays_counts_not_negative")),
        sa.CheckConstraint("kind IN ('scenario', 'stock_location')", name=op.f("ck_replays_kind_known")),
        sa.CheckConstraint(
            "state IN ('running', 'finished', 'cancelled')", name=op.f("ck_replays_state_known")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_replays_user_id_users")),
    )
    op.create_index("ix_replays_state", TABLE, ["state", "id"])
    op.create_index(op.f("ix_replays_user_id"), TABLE, ["user_id"])


def downgrade() -> None:
    op.drop_table(TABLE)
