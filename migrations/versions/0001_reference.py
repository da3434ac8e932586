"""Reference tables: states, channels, geography, customers, products, locations and their stock.

Revision: 0001, after nothing
"""

import sqlalchemy as sa
from alembic import op

from app.models.state_rows import fill_state_rows

revision = "0001"
down_revision = None
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
        "content_types",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("app_label", key_text(100), nullable=False),
        sa.Column("model", key_text(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_types")),
        sa.UniqueConstraint("app_label", "model", name=op.f("uq_content_types_app_label_model")),
    )
    op.create_index(op.f("ix_content_types_model"), "content_types", ["model"])
    op.create_table(
        "states",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", key_text(100), nullable=False),
        sa.Column("translations", sa.JSON(), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("enum_class", key_text(50), nullable=False),
        sa.Column("enum_value", key_text(20), nullable=False),
        sa.Column("content_type_id", ROW_ID, nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["content_type_id"], ["content_types.id"], name=op.f("fk_states_content_type_id_content_types")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_states")),
        sa.UniqueConstraint(
            "content_type_id", "enum_value", name=op.f("uq_states_content_type_id_enum_value")
        ),
    )
    op.create_table(
        "channels",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("channel_type", key_text(50), nullable=False),
        sa.Column("omnitron_id", sa.BigInteger(), nullable=True),
        sa.Column("name", key_text(255), nullable=False),
        sa.Column("configuration", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("name", name=op.f("uq_channels_name")),
        sa.UniqueConstraint("omnitron_id", name=op.f("uq_channels_omnitron_id")),
    )
    op.create_table(
        "countries",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("code", key_text(10), nullable=True),
        sa.Column("omnitron_id", sa.BigInteger(), nullable=True),
        sa.Column("name", key_text(255), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("longitude", sa.BigInteger(), nullable=True),
        sa.Column("latitude", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countries")),
        sa.UniqueConstraint("code", name=op.f("uq_countries_code")),
        sa.UniqueConstraint("omnitron_id", name=op.f("uq_countries_omnitron_id")),
    )
    op.create_table(
        "cities",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("country_id", ROW_ID, nullable=False),
        sa.Column("omnitron_id", sa.BigInteger(), nullable=True),
        sa.Column("name", key_text(255), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("longitude", sa.BigInteger(), nullable=True),
        sa.Column("latitude", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_cities_country_id_countries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cities")),
        sa.UniqueConstraint("omnitron_id", name=op.f("uq_cities_omnitron_id")),
    )
    op.create_index("ix_cities_country_id_name", "cities", ["country_id", "name"])
    op.create_table(
        "townships",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("city_id", ROW_ID, nullable=False),
        sa.Column("omnitron_id", sa.BigInteger(), nullable=True),
        sa.Column("name", key_text(255), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("longitude", sa.BigInteger(), nullable=True),
        sa.Column("latitude", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_townships_city_id_cities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_townships")),
        sa.UniqueConstraint("omnitron_id", name=op.f("uq_townships_omnitron_id")),
    )
    op.create_index("ix_townships_city_id_name", "townships", ["city_id", "name"])
    op.create_table(
        "districts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("city_id", ROW_ID, nullable=False),
        sa.Column("township_id", ROW_ID, nullable=False),
        sa.Column("omnitron_id", sa.BigInteger(), nullable=True),
        sa.Column("name", key_text(255), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("longitude", sa.BigInteger(), nullable=True),
        sa.Column("latitude", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_districts_city_id_cities")),
        sa.ForeignKeyConstraint(
            ["township_id"], ["townships.id"], name=op.f("fk_districts_township_id_townships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_districts")),
        sa.UniqueConstraint("omnitron_id", name=op.f("uq_districts_omnitron_id")),
    )
    op.create_index(op.f("ix_districts_city_id"), "districts", ["city_id"])
    op.create_index("ix_districts_township_id_name", "districts", ["township_id", "name"])
    op.create_table(
        "customers",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("channel_id", ROW_ID, nullable=False),
        sa.Column("omnitron_id", sa.BigInteger(), nullable=True),
        sa.Column("email", key_text(254), nullable=True),
        sa.Column("first_name", key_text(255), nullable=True),
        sa.Column("last_name", key_text(255), nullable=True),
        sa.Column("phone_number", key_text(50), nullable=True),
        sa.Column("erp_code", key_text(100), nullable=True),
        sa.Column("search_name", key_text(512), nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_customers_channel_id_channels")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("channel_id", "omnitron_id", name=op.f("uq_customers_channel_id_omnitron_id")),
    )
    op.create_index("ix_customers_email", "customers", ["email"])
    op.create_index("ix_customers_search_name", "customers", ["search_name", "id"])
    op.create_table(
        "addresses",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("customer_id", ROW_ID, nullable=False),
        sa.Column("country_id", ROW_ID, nullable=True),
        sa.Column("city_id", ROW_ID, nullable=True),
        sa.Column("township_id", ROW_ID, nullable=True),
        sa.Column("district_id", ROW_ID, nullable=True),
        sa.Column("address_type", key_text(50), nullable=False),
        sa.Column("omnitron_id", sa.BigInteger(), nullable=True),
        sa.Column("mapping", key_text(255), nullable=True),
        sa.Column("title", key_text(255), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("line", sa.Text(), nullable=True),
        sa.Column("postcode", key_text(50), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("email", key_text(254), nullable=True),
        sa.Column("phone_number", key_text(50), nullable=True),
        sa.Column("first_name", key_text(255), nullable=True),
        sa.Column("last_name", key_text(255), nullable=True),
        sa.Column("company_name", key_text(255), nullable=True),
        sa.Column("tax_office", key_text(255), nullable=True),
        sa.Column("tax_no", key_text(50), nullable=True),
        sa.Column("e_bill_taxpayer", sa.Boolean(), nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["cities.id"], name=op.f("fk_addresses_city_id_cities")),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_addresses_country_id_countries")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_addresses_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_addresses_district_id_districts")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["townships.id"], name=op.f("fk_addresses_township_id_townships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("customer_id", "omnitron_id", name=op.f("uq_addresses_customer_id_omnitron_id")),
    )
    op.create_index(op.f("ix_addresses_city_id"), "addresses", ["city_id"])
    op.create_index(op.f("ix_addresses_country_id"), "addresses", ["country_id"])
    op.create_index(op.f("ix_addresses_district_id"), "addresses", ["district_id"])
    op.create_index(op.f("ix_addresses_township_id"), "addresses", ["township_id"])
    op.create_table(
        "cargo_companies",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("omnitron_id", sa.BigInteger(), nullable=False),
        sa.Column("name", key_text(255), nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cargo_companies")),
        sa.UniqueConstraint("omnitron_id", name=op.f("uq_cargo_companies_omnitron_id")),
    )
    op.create_index(op.f("ix_cargo_companies_name"), "cargo_companies", ["name"])
    op.create_table(
        "products",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("omnitron_id", sa.BigInteger(), nullable=True),
        sa.Column("name", key_text(512), nullable=False),
        sa.Column("base_code", key_text(255), nullable=True),
        sa.Column("sku", key_text(255), nullable=False),
        sa.Column("barcode", key_text(255), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("attributes_kwargs", sa.JSON(), nullable=False),
        sa.Column("extra_attributes", sa.JSON(), nullable=False),
        sa.Column("remote_modified_date", INSTANT, nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("omnitron_id", name=op.f("uq_products_omnitron_id")),
        sa.UniqueConstraint("sku", name=op.f("uq_products_sku")),
    )
    op.create_index(op.f("ix_products_base_code"), "products", ["base_code"])
    op.create_index(op.f("ix_products_name"), "products", ["name"])
    op.create_table(
        "product_images",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("product_id", ROW_ID, nullable=False),
        sa.Column("omnitron_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_images_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_images")),
        sa.UniqueConstraint(
            "product_id", "omnitron_id", name=op.f("uq_product_images_product_id_omnitron_id")
        ),
    )
    op.create_index(
        "ix_product_images_product_id_position", "product_images", ["product_id", "position", "id"]
    )
    op.create_table(
        "price_lists",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("code", key_text(255), nullable=True),
        sa.Column("name", key_text(255), nullable=False),
        sa.Column("currency", key_text(10), nullable=False),
        sa.Column("is_auto_sync", sa.Boolean(), nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_lists")),
        sa.UniqueConstraint("code", name=op.f("uq_price_lists_code")),
    )
    op.create_table(
        "stock_lists",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("code", key_text(255), nullable=True),
        sa.Column("name", key_text(255), nullable=False),
        sa.Column("is_auto_sync", sa.Boolean(), nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_lists")),
        sa.UniqueConstraint("code", name=op.f("uq_stock_lists_code")),
    )
    op.create_table(
        "stock_locations",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("erp_code", key_text(100), nullable=False),
        sa.Column("name", key_text(255), nullable=False),
        sa.Column("stock_location_type", key_text(20), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("max_quota", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.BigInteger(), nullable=True),
        sa.Column("longitude", sa.BigInteger(), nullable=True),
        sa.Column("city", key_text(255), nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        known("stock_location_type", "store warehouse", op.f("ck_stock_locations_stock_location_type_known")),
        sa.CheckConstraint("max_quota >= 0", name=op.f("ck_stock_locations_max_quota_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_locations")),
        sa.UniqueConstraint("erp_code", name=op.f("uq_stock_locations_erp_code")),
    )
    op.create_index("ix_stock_locations_name", "stock_locations", ["name", "id"])
    op.create_index("ix_stock_locations_priority", "stock_locations", ["priority", "erp_code"])
    op.create_table(
        "stocks",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("product_id", ROW_ID, nullable=False),
        sa.Column("stock_location_id", ROW_ID, nullable=False),
        sa.Column("stock_count", sa.BigInteger(), nullable=False),
        sa.Column("answered_date", INSTANT, nullable=False),
        sa.CheckConstraint("stock_count >= 0", name=op.f("ck_stocks_stock_count_not_negative")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_stocks_product_id_products")),
        sa.ForeignKeyConstraint(
            ["stock_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_stocks_stock_location_id_stock_locations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocks")),
        sa.UniqueConstraint(
            "product_id", "stock_location_id", name=op.f("uq_stocks_product_id_stock_location_id")
        ),
    )
    op.create_index(
        "ix_stocks_stock_location_id_answered_date", "stocks", ["stock_location_id", "answered_date"]
    )
    fill_state_rows(op.get_bind())


def downgrade() -> None:
    for table in (
        "stocks",
        "stock_locations",
        "stock_lists",
        "price_lists",
        "product_images",
        "products",
        "cargo_companies",
        "addresses",
        "customers",
        "districts",
        "townships",
        "cities",
        "countries",
        "channels",
        "states",
        "content_types",
    ):
        op.drop_table(table)
