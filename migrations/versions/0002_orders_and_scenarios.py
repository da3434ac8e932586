"""Orders and their mappings, scenarios with their rules, transfers.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
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
        "orders",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("omnitron_id", sa.BigInteger(), nullable=True),
        sa.Column("number", key_text(100), nullable=False),
        sa.Column("state", key_text(20), nullable=False),
        sa.Column("channel_id", ROW_ID, nullable=False),
        sa.Column("customer_id", ROW_ID, nullable=True),
        sa.Column("shipping_address_id", ROW_ID, nullable=True),
        sa.Column("billing_address_id", ROW_ID, nullable=True),
        sa.Column("cargo_company_id", ROW_ID, nullable=True),
        sa.Column("payment_type", key_text(50), nullable=False),
        sa.Column("delivery_type", key_text(50), nullable=False),
        sa.Column("client_type", key_text(50), nullable=False),
        sa.Column("retail_store", key_text(255), nullable=True),
        sa.Column("delivery_range", key_text(255), nullable=True),
        sa.Column("segment", key_text(255), nullable=True),
        sa.Column("date_placed", INSTANT, nullable=False),
        sa.Column("tracking_number", key_text(255), nullable=True),
        sa.Column("has_gift_box", sa.Boolean(), nullable=False),
        sa.Column("gift_box_note", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("currency", key_text(10), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("shipping_amount", sa.BigInteger(), nullable=True),
        sa.Column("discount_amount", sa.BigInteger(), nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        known(
            "state",
            "50 100 200 300 350 400 450 500 510 520 540 544 545 550 600",
            op.f("ck_orders_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["billing_address_id"], ["addresses.id"], name=op.f("fk_orders_billing_address_id_addresses")
        ),
        sa.ForeignKeyConstraint(
            ["cargo_company_id"],
            ["cargo_companies.id"],
            name=op.f("fk_orders_cargo_company_id_cargo_companies"),
        ),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_orders_channel_id_channels")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_orders_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["shipping_address_id"], ["addresses.id"], name=op.f("fk_orders_shipping_address_id_addresses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("channel_id", "number", name=op.f("uq_orders_channel_id_number")),
        sa.UniqueConstraint("channel_id", "omnitron_id", name=op.f("uq_orders_channel_id_omnitron_id")),
    )
    op.create_index(op.f("ix_orders_billing_address_id"), "orders", ["billing_address_id"])
    op.create_index(op.f("ix_orders_cargo_company_id"), "orders", ["cargo_company_id"])
    op.create_index("ix_orders_channel_id", "orders", ["channel_id", "id"])
    op.create_index("ix_orders_created_date", "orders", ["created_date", "id"])
    op.create_index("ix_orders_customer_id", "orders", ["customer_id", "id"])
    op.create_index("ix_orders_date_placed", "orders", ["date_placed", "id"])
    op.create_index("ix_orders_delivery_type", "orders", ["delivery_type", "id"])
    op.create_index("ix_orders_modified_date", "orders", ["modified_date", "id"])
    op.create_index("ix_orders_number", "orders", ["number", "id"])
    op.create_index("ix_orders_payment_type", "orders", ["payment_type", "id"])
    op.create_index(op.f("ix_orders_shipping_address_id"), "orders", ["shipping_address_id"])
    op.create_index("ix_orders_state", "orders", ["state", "id"])
    op.create_table(
        "order_items",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("omnitron_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", ROW_ID, nullable=False),
        sa.Column("product_id", ROW_ID, nullable=False),
        sa.Column("state", key_text(20), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("net_amount", sa.BigInteger(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("price_currency", key_text(10), nullable=True),
        sa.Column("retail_price", sa.BigInteger(), nullable=True),
        sa.Column("tax_rate", sa.BigInteger(), nullable=True),
        sa.Column("tax_amount", sa.BigInteger(), nullable=True),
        sa.Column("discount_amount", sa.BigInteger(), nullable=True),
        sa.Column("without_net_amount", sa.BigInteger(), nullable=True),
        sa.Column("installment_interest_amount", sa.BigInteger(), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("attributes_kwargs", sa.JSON(), nullable=False),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("price_list_id", ROW_ID, nullable=True),
        sa.Column("stock_list_id", ROW_ID, nullable=True),
        sa.Column("extra_field", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("parent_omnitron_id", sa.BigInteger(), nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        known(
            "state",
            "50 100 200 300 350 400 425 450 500 510 520 540 544 545 550 600",
            op.f("ck_order_items_state_known"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_items_quantity_positive")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_items_order_id_orders")),
        sa.ForeignKeyConstraint(
            ["price_list_id"], ["price_lists.id"], name=op.f("fk_order_items_price_list_id_price_lists")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_order_items_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["stock_list_id"], ["stock_lists.id"], name=op.f("fk_order_items_stock_list_id_stock_lists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_items")),
        sa.UniqueConstraint("omnitron_id", name=op.f("uq_order_items_omnitron_id")),
    )
    op.create_index("ix_order_items_order_id", "order_items", ["order_id", "id"])
    op.create_index(op.f("ix_order_items_price_list_id"), "order_items", ["price_list_id"])
    op.create_index("ix_order_items_product_id", "order_items", ["product_id", "order_id"])
    op.create_index(op.f("ix_order_items_stock_list_id"), "order_items", ["stock_list_id"])
    op.create_table(
        "mappings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("order_item_id", ROW_ID, nullable=False),
        sa.Column("integration_type", key_text(50), nullable=False),
        sa.Column("code", key_text(255), nullable=False),
        sa.Column("update_stock", sa.Boolean(), nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_item_id"], ["order_items.id"], name=op.f("fk_mappings_order_item_id_order_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mappings")),
        sa.UniqueConstraint("order_item_id", name=op.f("uq_mappings_order_item_id")),
    )
    op.create_index(op.f("ix_mappings_code"), "mappings", ["code"])
    op.create_table(
        "scenarios",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", key_text(255), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("payment_types", sa.JSON(), nullable=False),
        sa.Column("delivery_types", sa.JSON(), nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenarios")),
        sa.UniqueConstraint("name", name=op.f("uq_scenarios_name")),
    )
    op.create_index("ix_scenarios_priority", "scenarios", ["priority", "name"])
    op.create_table(
        "scenario_channels",
        sa.Column("scenario_id", ROW_ID, nullable=False),
        sa.Column("channel_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channels.id"],
            name=op.f("fk_scenario_channels_channel_id_channels"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["scenario_id"],
            ["scenarios.id"],
            name=op.f("fk_scenario_channels_scenario_id_scenarios"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("scenario_id", "channel_id", name=op.f("pk_scenario_channels")),
    )
    op.create_index(op.f("ix_scenario_channels_channel_id"), "scenario_channels", ["channel_id"])
    op.create_table(
        "rules",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("scenario_id", ROW_ID, nullable=False),
        sa.Column("name", key_text(255), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("stock_location_type", key_text(20), nullable=True),
        sa.Column("order_by", key_text(20), nullable=False),
        sa.Column("select_by_quota", sa.Boolean(), nullable=False),
        sa.Column("split", key_text(20), nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        known("order_by", "priority stock density distance", op.f("ck_rules_order_by_known")),
        known("split", "none line quantity", op.f("ck_rules_split_known")),
        known("stock_location_type", "store warehouse", op.f("ck_rules_stock_location_type_known")),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenarios.id"], name=op.f("fk_rules_scenario_id_scenarios"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
        sa.UniqueConstraint("scenario_id", "name", name=op.f("uq_rules_scenario_id_name")),
    )
    op.create_index("ix_rules_scenario_id_priority", "rules", ["scenario_id", "priority", "id"])
    op.create_table(
        "rule_locations",
        sa.Column("rule_id", ROW_ID, nullable=False),
        sa.Column("stock_location_id", ROW_ID, nullable=False),
        sa.Column("is_excluded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name=op.f("fk_rule_locations_rule_id_rules"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["stock_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_rule_locations_stock_location_id_stock_locations"),
        ),
        sa.PrimaryKeyConstraint(
            "rule_id", "stock_location_id", "is_excluded", name=op.f("pk_rule_locations")
        ),
    )
    op.create_index(op.f("ix_rule_locations_stock_location_id"), "rule_locations", ["stock_location_id"])
    op.create_table(
        "transfer_orders",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("number", key_text(100), nullable=False),
        sa.Column("source_location_id", ROW_ID, nullable=False),
        sa.Column("target_location_id", ROW_ID, nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.CheckConstraint(
            "source_location_id <> target_location_id", name=op.f("ck_transfer_orders_between_two_locations")
        ),
        sa.ForeignKeyConstraint(
            ["source_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_transfer_orders_source_location_id_stock_locations"),
        ),
        sa.ForeignKeyConstraint(
            ["target_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_transfer_orders_target_location_id_stock_locations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_transfer_orders_number")),
    )
    op.create_index(op.f("ix_transfer_orders_source_location_id"), "transfer_orders", ["source_location_id"])
    op.create_index(op.f("ix_transfer_orders_target_location_id"), "transfer_orders", ["target_location_id"])
    op.create_table(
        "transfer_items",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("transfer_order_id", ROW_ID, nullable=False),
        sa.Column("product_id", ROW_ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_transfer_items_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_transfer_items_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_order_id"],
            ["transfer_orders.id"],
            name=op.f("fk_transfer_items_transfer_order_id_transfer_orders"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_items")),
    )
    op.create_index(op.f("ix_transfer_items_product_id"), "transfer_items", ["product_id"])
    op.create_index("ix_transfer_items_transfer_order_id", "transfer_items", ["transfer_order_id", "id"])


def downgrade() -> None:
    for table in (
        "transfer_items",
        "transfer_orders",
        "rule_locations",
        "rules",
        "scenario_channels",
        "scenarios",
        "mappings",
        "order_items",
        "orders",
    ):
        op.drop_table(table)
