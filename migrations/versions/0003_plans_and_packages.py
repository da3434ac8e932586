"""Execution plans with their attempts, and the packages they make.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def key_text(length: int) -> sa.types.TypeEngine[str]:
    """Text sorted by code point on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def known(column: str, codes: str, name: str) -> sa.CheckConstraint:
    """Only these codes."""
    listed = ", ".join(f"'{code}'" for code in codes.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=name)


def upgrade() -> None:
    op.create_table(
        "execution_plans",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("order_id", ROW_ID, nullable=False),
        sa.Column("state", key_text(20), nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        known("state", "start pending cancelled completed", op.f("ck_execution_plans_state_known")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_execution_plans_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_execution_plans")),
        sa.UniqueConstraint("order_id", name=op.f("uq_execution_plans_order_id")),
    )
    op.create_index("ix_execution_plans_created_date", "execution_plans", ["created_date", "id"])
    op.create_index("ix_execution_plans_modified_date", "execution_plans", ["modified_date", "id"])
    op.create_index("ix_execution_plans_state", "execution_plans", ["state", "id"])
    op.create_table(
        "plan_attempts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("plan_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempted_date", INSTANT, nullable=False),
        sa.Column("trigger", key_text(40), nullable=False),
        sa.Column("scenario_id", ROW_ID, nullable=True),
        sa.Column("scenario_name", key_text(255), nullable=True),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_plan_attempts_number_positive")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["execution_plans.id"], name=op.f("fk_plan_attempts_plan_id_execution_plans")
        ),
        sa.ForeignKeyConstraint(
            ["scenario_id"],
            ["scenarios.id"],
            name=op.f("fk_plan_attempts_scenario_id_scenarios"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_attempts")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_attempts_plan_id_number")),
    )
    op.create_index("ix_plan_attempts_attempted_date", "plan_attempts", ["attempted_date", "id"])
    op.create_index("ix_plan_attempts_scenario_id", "plan_attempts", ["scenario_id", "attempted_date"])
    op.create_table(
        "packages",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("order_id", ROW_ID, nullable=False),
        sa.Column("number", key_text(120), nullable=False),
        sa.Column("stock_location_id", ROW_ID, nullable=True),
        sa.Column("state", key_text(20), nullable=False),
        sa.Column("blocked_from", key_text(20), nullable=True),
        sa.Column("attempt_id", ROW_ID, nullable=True),
        sa.Column("cause", key_text(40), nullable=True),
        sa.Column("cause_determined", sa.Boolean(), nullable=True),
        sa.Column("cause_checked_at", INSTANT, nullable=True),
        sa.Column("cause_stale", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        known(
            "blocked_from",
            "100 200 300 350 400 500 550 600 700 800 920 1100",
            op.f("ck_packages_blocked_from_known"),
        ),
        known(
            "cause",
            "served_now stale_reservation discrepancy_hold quota_unset quota_full location_inactive"
            " outside_scenario split_forbidden no_matching_scenario combination"
            " out_of_stock_everywhere no_stock_answer reserved_by_others",
            op.f("ck_packages_cause_known"),
        ),
        sa.CheckConstraint(
            "state <> '700' OR blocked_from IS NOT NULL", name=op.f("ck_packages_blocked_knows_before")
        ),
        sa.CheckConstraint(
            "state <> '920' OR stock_location_id IS NULL",
            name=op.f("ck_packages_out_of_stock_without_location"),
        ),
        known("state", "100 200 300 350 400 500 550 600 700 800 920 1100", op.f("ck_packages_state_known")),
        sa.CheckConstraint(
            "state IN ('600', '920', '1100') OR stock_location_id IS NOT NULL",
            name=op.f("ck_packages_located_when_to_ship"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["plan_attempts.id"], name=op.f("fk_packages_attempt_id_plan_attempts")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_packages_order_id_orders")),
        sa.ForeignKeyConstraint(
            ["stock_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_packages_stock_location_id_stock_locations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packages")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_packages_order_id_number")),
    )
    op.create_index(op.f("ix_packages_attempt_id"), "packages", ["attempt_id"])
    op.create_index("ix_packages_created_date", "packages", ["created_date", "id"])
    op.create_index("ix_packages_modified_date", "packages", ["modified_date", "id"])
    op.create_index("ix_packages_number", "packages", ["number", "id"])
    op.create_index(
        "ix_packages_queue",
        "packages",
        ["cause", "created_date", "id"],
        sqlite_where=sa.text("state = '920'"),
        postgresql_where=sa.text("state = '920'"),
    )
    op.create_index(
        "ix_packages_stale_cause",
        "packages",
        ["id"],
        sqlite_where=sa.text("cause_stale = 1"),
        postgresql_where=sa.text("cause_stale"),
    )
    op.create_index("ix_packages_state", "packages", ["state", "id"])
    op.create_index("ix_packages_state_created_date", "packages", ["state", "created_date", "id"])
    op.create_index("ix_packages_stock_location_id_state", "packages", ["stock_location_id", "state"])
    op.create_index(
        "ix_packages_unpacked",
        "packages",
        ["stock_location_id", "state"],
        sqlite_where=sa.text("state IN ('100', '200', '300', '350') = 1"),
        postgresql_where=sa.text("state IN ('100', '200', '300', '350')"),
    )
    op.create_index(
        "uq_packages_out_of_stock_order",
        "packages",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("state = '920'"),
        postgresql_where=sa.text("state = '920'"),
    )
    op.create_table(
        "package_items",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("package_id", ROW_ID, nullable=False),
        sa.Column("order_item_id", ROW_ID, nullable=False),
        sa.Column("product_id", ROW_ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("state", key_text(20), nullable=False),
        sa.Column("superseded_by_id", ROW_ID, nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        known(
            "state", "100 200 300 350 400 500 550 600 700 800 920 1100", op.f("ck_package_items_state_known")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_package_items_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["order_item_id"], ["order_items.id"], name=op.f("fk_package_items_order_item_id_order_items")
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["packages.id"], name=op.f("fk_package_items_package_id_packages")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_package_items_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"],
            ["package_items.id"],
            name=op.f("fk_package_items_superseded_by_id_package_items"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_items")),
    )
    op.create_index("ix_package_items_order_item_id", "package_items", ["order_item_id", "id"])
    op.create_index(
        "ix_package_items_out_of_stock",
        "package_items",
        ["product_id", "package_id"],
        sqlite_where=sa.text("state = '920'"),
        postgresql_where=sa.text("state = '920'"),
    )
    op.create_index("ix_package_items_package_id", "package_items", ["package_id", "id"])
    op.create_index("ix_package_items_product_id", "package_items", ["product_id", "package_id"])
    op.create_index(op.f("ix_package_items_superseded_by_id"), "package_items", ["superseded_by_id"])
    op.create_table(
        "execution_plan_items",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("plan_id", ROW_ID, nullable=False),
        sa.Column("order_item_id", ROW_ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("state", key_text(20), nullable=False),
        sa.Column("package_item_id", ROW_ID, nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        known("state", "served out_of_stock cancelled", op.f("ck_execution_plan_items_state_known")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_execution_plan_items_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["order_item_id"],
            ["order_items.id"],
            name=op.f("fk_execution_plan_items_order_item_id_order_items"),
        ),
        sa.ForeignKeyConstraint(
            ["package_item_id"],
            ["package_items.id"],
            name=op.f("fk_execution_plan_items_package_item_id_package_items"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["execution_plans.id"], name=op.f("fk_execution_plan_items_plan_id_execution_plans")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_execution_plan_items")),
    )
    op.create_index("ix_execution_plan_items_order_item_id", "execution_plan_items", ["order_item_id", "id"])
    op.create_index(
        op.f("ix_execution_plan_items_package_item_id"), "execution_plan_items", ["package_item_id"]
    )
    op.create_index("ix_execution_plan_items_plan_id", "execution_plan_items", ["plan_id", "id"])


def downgrade() -> None:
    for table in ("execution_plan_items", "package_items", "packages", "plan_attempts", "execution_plans"):
        op.drop_table(table)
