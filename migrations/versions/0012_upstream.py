"""The upstream: what is known of each of its orders, how far they are read, and each reading.

Revision: 0012_upstream, after 0011_mapping_forwards
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_upstream"
down_revision = "0011_mapping_forwards"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TRIED_AGAIN = sa.text("next_try_date IS NOT NULL")
COUNTS = ("seen", "imported", "changed", "refused", "quarantined", "request")


def key_text(length: int) -> sa.types.TypeEngine[str]:
    """Text sorted by code point on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    make_orders()
    make_feeds()
    make_runs()


def make_orders() -> None:
    op.create_table(
        "upstream_orders",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key", key_text(80), nullable=False),
        sa.Column("omnitron_id", sa.BigInteger(), nullable=True),
        sa.Column("number", key_text(100), nullable=True),
        sa.Column("order_id", ROW_ID, nullable=True),
        sa.Column("state", key_text(20), nullable=False),
        sa.Column("remote_modified_date", INSTANT, nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("raw", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_date", INSTANT, nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upstream_orders")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_upstream_orders_order_id_orders")),
        sa.UniqueConstraint("key", name=op.f("uq_upstream_orders_key")),
        sa.CheckConstraint(
            "state IN ('applied', 'refused', 'quarantined', 'dismissed')",
            name=op.f("ck_upstream_orders_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('quarantined', 'refused') OR reason IS NOT NULL",
            name=op.f("ck_upstream_orders_kept_away_has_reason"),
        ),
        sa.CheckConstraint(
            "state <> 'applied' OR order_id IS NOT NULL", name=op.f("ck_upstream_orders_applied_has_order")
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_upstream_orders_tries_not_negative")),
    )
    op.create_index("ix_upstream_orders_order_id", "upstream_orders", ["order_id"])
    op.create_index("ix_upstream_orders_state", "upstream_orders", ["state", "modified_date", "id"])
    op.create_index(
        "ix_upstream_orders_next_try_date",
        "upstream_orders",
        ["next_try_date"],
        sqlite_where=TRIED_AGAIN,
        postgresql_where=TRIED_AGAIN,
    )


def make_feeds() -> None:
    op.create_table(
        "upstream_feeds",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", key_text(20), nullable=False),
        sa.Column("reading_date", INSTANT, nullable=True),
        sa.Column("newest_date", INSTANT, nullable=True),
        sa.Column("finished_date", INSTANT, nullable=True),
        sa.Column("not_before_date", INSTANT, nullable=True),
        sa.Column("lease_token", key_text(36), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upstream_feeds")),
        sa.UniqueConstraint("name", name=op.f("uq_upstream_feeds_name")),
        sa.CheckConstraint("name IN ('changes', 'sweep')", name=op.f("ck_upstream_feeds_name_known")),
        sa.CheckConstraint(
            "(lease_token IS NULL) = (lease_until IS NULL)", name=op.f("ck_upstream_feeds_lease_ends")
        ),
    )


def make_runs() -> None:
    op.create_table(
        "upstream_runs",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("feed", key_text(20), nullable=False),
        sa.Column("started_date", INSTANT, nullable=False),
        sa.Column("finished_date", INSTANT, nullable=True),
        sa.Column("outcome", key_text(20), nullable=True),
        *(sa.Column(f"{name}_count", sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("trouble", key_text(30), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upstream_runs")),
        sa.CheckConstraint("feed IN ('changes', 'sweep')", name=op.f("ck_upstream_runs_feed_known")),
        sa.CheckConstraint(
            "outcome IN ('finished', 'paused', 'failed', 'interrupted')",
            name=op.f("ck_upstream_runs_outcome_known"),
        ),
        sa.CheckConstraint(
            "(finished_date IS NULL) = (outcome IS NULL)",
            name=op.f("ck_upstream_runs_finished_has_outcome"),
        ),
    )
    op.create_index("ix_upstream_runs_started_date", "upstream_runs", ["started_date", "id"])


def downgrade() -> None:
    op.drop_table("upstream_runs")
    op.drop_table("upstream_feeds")
    op.drop_table("upstream_orders")
