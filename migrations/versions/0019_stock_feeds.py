"""Stock feeds read from files, with their rows.

Revision: 0019_stock_feeds, after 0018_checked_causes
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_stock_feeds"
down_revision = "0018_checked_causes"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def key_text(length: int) -> sa.types.TypeEngine[str]:
    """Text sorted by code point on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def known(column: str, codes: str) -> sa.CheckConstraint:
    """Only these codes."""
    listed = ", ".join(f"'{code}'" for code in codes.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_stock_feed_rows_{column}_known"))


def upgrade() -> None:
    op.create_table(
        "stock_feeds",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", key_text(255), nullable=False),
        sa.Column("read_by", key_text(150), nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.Column("batch_id", ROW_ID, nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_stock_feeds_batch_id_batches")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_feeds")),
    )
    op.create_index(op.f("ix_stock_feeds_batch_id"), "stock_feeds", ["batch_id"])
    op.create_index(op.f("ix_stock_feeds_created_date"), "stock_feeds", ["created_date"])
    make_rows()


def make_rows() -> None:
    op.create_table(
        "stock_feed_rows",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("feed_id", ROW_ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("erp_code", key_text(100), nullable=False),
        sa.Column("sku", key_text(255), nullable=False),
        sa.Column("old_count", sa.BigInteger(), nullable=True),
        sa.Column("new_count", sa.BigInteger(), nullable=True),
        sa.Column("outcome", key_text(20), nullable=False),
        sa.Column("problem", key_text(20), nullable=True),
        sa.Column("field", key_text(20), nullable=True),
        known("outcome", "new changed unchanged overwritten wrong"),
        known(
            "problem",
            "not_json columns missing too_long unreadable not_a_count unknown_location unknown_sku",
        ),
        sa.ForeignKeyConstraint(
            ["feed_id"],
            ["stock_feeds.id"],
            name=op.f("fk_stock_feed_rows_feed_id_stock_feeds"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_feed_rows")),
    )
    op.create_index("ix_stock_feed_rows_line", "stock_feed_rows", ["feed_id", "line"])
    op.create_index("ix_stock_feed_rows_outcome", "stock_feed_rows", ["feed_id", "outcome", "line"])
    op.create_index("ix_stock_feed_rows_place", "stock_feed_rows", ["feed_id", "erp_code", "sku", "line"])


def downgrade() -> None:
    op.drop_table("stock_feed_rows")
    op.drop_table("stock_feeds")
