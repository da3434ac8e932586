"""The books of stock: the stock log, reservations, refusals and discrepancies.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
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
        "stock_log_entries",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("attempt_id", ROW_ID, nullable=False),
        sa.Column("order_id", ROW_ID, nullable=False),
        sa.Column("order_number", key_text(100), nullable=False),
        sa.Column("order_item_id", ROW_ID, nullable=False),
        sa.Column("stock_location_id", ROW_ID, nullable=False),
        sa.Column("product_id", ROW_ID, nullable=False),
        sa.Column("date", INSTANT, nullable=False),
        sa.Column("stock_count", sa.BigInteger(), nullable=False),
        sa.Column("reservation_count", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_type", key_text(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["plan_attempts.id"], name=op.f("fk_stock_log_entries_attempt_id_plan_attempts")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_stock_log_entries_order_id_orders")
        ),
        sa.ForeignKeyConstraint(
            ["order_item_id"], ["order_items.id"], name=op.f("fk_stock_log_entries_order_item_id_order_items")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_stock_log_entries_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["stock_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_stock_log_entries_stock_location_id_stock_locations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_log_entries")),
        sa.UniqueConstraint(
            "attempt_id", "order_item_id", "stock_location_id", name="uq_stock_log_entries_attempt_line"
        ),
    )
    op.create_index("ix_stock_log_date", "stock_log_entries", ["date", "id"])
    op.create_index(
        "ix_stock_log_order", "stock_log_entries", ["order_id", "stock_location_id", "date", "id"]
    )
    op.create_index(
        "ix_stock_log_order_number", "stock_log_entries", ["order_number", "stock_location_id", "date", "id"]
    )
    op.create_index(
        "ix_stock_log_place", "stock_log_entries", ["stock_location_id", "product_id", "date", "id"]
    )
    op.create_index("ix_stock_log_product", "stock_log_entries", ["product_id", "date", "id"])
    op.create_index("ix_stock_log_stock_location", "stock_log_entries", ["stock_location_id", "date", "id"])
    op.create_table(
        "reservations",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("order_item_id", ROW_ID, nullable=False),
        sa.Column("product_id", ROW_ID, nullable=False),
        sa.Column("stock_location_id", ROW_ID, nullable=False),
        sa.Column("package_item_id", ROW_ID, nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("state", key_text(20), nullable=False),
        sa.Column("reserved_date", INSTANT, nullable=False),
        sa.Column("released_date", INSTANT, nullable=True),
        sa.Column("release_reason", key_text(40), nullable=True),
        sa.CheckConstraint(
            "(state = 'held') = (release_reason IS NULL)", name=op.f("ck_reservations_released_has_reason")
        ),
        sa.CheckConstraint(
            "(state = 'held') = (released_date IS NULL)", name=op.f("ck_reservations_held_is_not_released")
        ),
        known(
            "release_reason",
            "erp_registered package_command operator",
            op.f("ck_reservations_release_reason_known"),
        ),
        known("state", "held released", op.f("ck_reservations_state_known")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservations_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["order_item_id"], ["order_items.id"], name=op.f("fk_reservations_order_item_id_order_items")
        ),
        sa.ForeignKeyConstraint(
            ["package_item_id"],
            ["package_items.id"],
            name=op.f("fk_reservations_package_item_id_package_items"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_reservations_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["stock_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_reservations_stock_location_id_stock_locations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
    )
    op.create_index(
        "ix_reservations_held_product",
        "reservations",
        ["product_id", "stock_location_id", "quantity"],
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "ix_reservations_held_stock_location",
        "reservations",
        ["stock_location_id", "product_id"],
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "ix_reservations_order_item", "reservations", ["order_item_id", "stock_location_id", "id"]
    )
    op.create_index("ix_reservations_package_item", "reservations", ["package_item_id"])
    op.create_index("ix_reservations_product", "reservations", ["product_id", "reserved_date", "id"])
    op.create_index("ix_reservations_state_reserved_date", "reservations", ["state", "reserved_date", "id"])
    op.create_index(
        "ix_reservations_stock_location", "reservations", ["stock_location_id", "reserved_date", "id"]
    )
    op.create_index(
        "uq_reservations_held_package_item",
        "reservations",
        ["package_item_id"],
        unique=True,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_table(
        "refusals",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("order_item_id", ROW_ID, nullable=False),
        sa.Column("stock_location_id", ROW_ID, nullable=False),
        sa.Column("package_item_id", ROW_ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("refused_date", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_item_id"], ["order_items.id"], name=op.f("fk_refusals_order_item_id_order_items")
        ),
        sa.ForeignKeyConstraint(
            ["package_item_id"], ["package_items.id"], name=op.f("fk_refusals_package_item_id_package_items")
        ),
        sa.ForeignKeyConstraint(
            ["stock_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_refusals_stock_location_id_stock_locations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusals")),
        sa.UniqueConstraint(
            "order_item_id", "stock_location_id", name=op.f("uq_refusals_order_item_id_stock_location_id")
        ),
    )
    op.create_index(op.f("ix_refusals_package_item_id"), "refusals", ["package_item_id"])
    op.create_index(op.f("ix_refusals_stock_location_id"), "refusals", ["stock_location_id"])
    op.create_table(
        "inventory_discrepancies",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("reason", key_text(40), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("stock_location_id", ROW_ID, nullable=False),
        sa.Column("product_id", ROW_ID, nullable=False),
        sa.Column("package_item_id", ROW_ID, nullable=True),
        sa.Column("transfer_item_id", ROW_ID, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reported_by", key_text(150), nullable=True),
        sa.Column("removed_date", INSTANT, nullable=True),
        sa.Column("removed_by", key_text(150), nullable=True),
        sa.Column("removed_reason", sa.Text(), nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        known(
            "reason", "out_of_stock damaged misplaced other", op.f("ck_inventory_discrepancies_reason_known")
        ),
        sa.CheckConstraint(
            "removed_date IS NOT NULL OR (removed_by IS NULL AND removed_reason IS NULL)",
            name=op.f("ck_inventory_discrepancies_removal_has_date"),
        ),
        sa.ForeignKeyConstraint(
            ["package_item_id"],
            ["package_items.id"],
            name=op.f("fk_inventory_discrepancies_package_item_id_package_items"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_inventory_discrepancies_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["stock_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_inventory_discrepancies_stock_location_id_stock_locations"),
        ),
        sa.ForeignKeyConstraint(
            ["transfer_item_id"],
            ["transfer_items.id"],
            name=op.f("fk_inventory_discrepancies_transfer_item_id_transfer_items"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_discrepancies")),
    )
    op.create_index(
        "ix_inventory_discrepancies_active",
        "inventory_discrepancies",
        ["stock_location_id", "product_id"],
        sqlite_where=sa.text("is_active = 1 AND removed_date IS NULL"),
        postgresql_where=sa.text("is_active AND removed_date IS NULL"),
    )
    op.create_index(
        "ix_inventory_discrepancies_created_date", "inventory_discrepancies", ["created_date", "id"]
    )
    op.create_index(
        "ix_inventory_discrepancies_is_active", "inventory_discrepancies", ["is_active", "created_date", "id"]
    )
    op.create_index(
        op.f("ix_inventory_discrepancies_package_item_id"), "inventory_discrepancies", ["package_item_id"]
    )
    op.create_index(
        "ix_inventory_discrepancies_product", "inventory_discrepancies", ["product_id", "created_date", "id"]
    )
    op.create_index(
        "ix_inventory_discrepancies_reason", "inventory_discrepancies", ["reason", "created_date", "id"]
    )
    op.create_index(
        "ix_inventory_discrepancies_removed_date", "inventory_discrepancies", ["removed_date", "id"]
    )
    op.create_index(
        "ix_inventory_discrepancies_stock_location",
        "inventory_discrepancies",
        ["stock_location_id", "created_date", "id"],
    )
    op.create_index(
        op.f("ix_inventory_discrepancies_transfer_item_id"), "inventory_discrepancies", ["transfer_item_id"]
    )


def downgrade() -> None:
    for table in ("inventory_discrepancies", "refusals", "reservations", "stock_log_entries"):
        op.drop_table(table)
