"""Mappings that the upstream hub is still to be told, or was told.

Revision: 0011_mapping_forwards, after 0010_replanning
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_mapping_forwards"
down_revision = "0010_replanning"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
HAS_NEXT = sa.text("next_try_date IS NOT NULL")


def key_text(length: int) -> sa.types.TypeEngine[str]:
    """Text sorted by code point on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "mapping_forwards",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("mapping_id", ROW_ID, nullable=False),
        sa.Column("update_stock", sa.Boolean(), nullable=False),
        sa.Column("state", key_text(20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_date", INSTANT, nullable=True),
        sa.Column("sent_date", INSTANT, nullable=True),
        sa.Column("lease_token", key_text(36), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("trouble", key_text(40), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("response_http_status", sa.Integer(), nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'failed')", name=op.f("ck_mapping_forwards_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (next_try_date IS NOT NULL)",
            name=op.f("ck_mapping_forwards_waiting_has_next"),
        ),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_date IS NOT NULL)", name=op.f("ck_mapping_forwards_sent_has_date")
        ),
        sa.CheckConstraint(
            "(lease_token IS NULL) = (lease_until IS NULL)", name=op.f("ck_mapping_forwards_lease_ends")
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_mapping_forwards_tries_not_negative")),
        sa.ForeignKeyConstraint(
            ["mapping_id"], ["mappings.id"], name=op.f("fk_mapping_forwards_mapping_id_mappings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mapping_forwards")),
        sa.UniqueConstraint(
            "mapping_id", "update_stock", name=op.f("uq_mapping_forwards_mapping_id_update_stock")
        ),
    )
    op.create_index("ix_mapping_forwards_state", "mapping_forwards", ["state", "id"])
    op.create_index(
        "ix_mapping_forwards_due",
        "mapping_forwards",
        ["next_try_date", "id"],
        sqlite_where=HAS_NEXT,
        postgresql_where=HAS_NEXT,
    )


def downgrade() -> None:
    op.drop_table("mapping_forwards")
