"""Saved views of lists, and which one each person begins with.

Revision: 0020_saved_views, after 0019_stock_feeds
"""

import sqlalchemy as sa
from alembic import op

revision = "0020_saved_views"
down_revision = "0019_stock_feeds"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def key_text(length: int) -> sa.types.TypeEngine[str]:
    """Text sorted by code point on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def known_list(table: str) -> sa.CheckConstraint:
    """Only lists that there are."""
    return sa.CheckConstraint("list_code IN ('orders', 'packages')", name=op.f(f"ck_{table}_list_code_known"))


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("list_code", key_text(20), nullable=False),
        sa.Column("owner_id", ROW_ID, nullable=False),
        sa.Column("name", key_text(255), nullable=False),
        sa.Column("search_name", key_text(255), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        known_list("saved_views"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_saved_views_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint(
            "owner_id", "list_code", "search_name", name=op.f("uq_saved_views_owner_id_list_code_search_name")
        ),
    )
    op.create_index(
        "ix_saved_views_list_code", "saved_views", ["list_code", "is_shared", "search_name", "id"]
    )
    make_defaults()


def make_defaults() -> None:
    op.create_table(
        "default_views",
        sa.Column("user_id", ROW_ID, nullable=False),
        sa.Column("list_code", key_text(20), nullable=False),
        sa.Column("view_id", ROW_ID, nullable=False),
        known_list("default_views"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_default_views_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["view_id"],
            ["saved_views.id"],
            name=op.f("fk_default_views_view_id_saved_views"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "list_code", name=op.f("pk_default_views")),
    )
    op.create_index(op.f("ix_default_views_view_id"), "default_views", ["view_id"])


def downgrade() -> None:
    op.drop_table("default_views")
    op.drop_table("saved_views")
