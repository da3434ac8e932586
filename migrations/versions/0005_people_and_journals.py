"""People and tokens, the audit log and the journal of facts.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
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
        "users",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("username", key_text(150), nullable=False),
        sa.Column("password_hash", key_text(255), nullable=False),
        sa.Column("role", key_text(20), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("session_key", key_text(64), nullable=False),
        sa.Column("language", key_text(10), nullable=True),
        sa.Column("time_zone", key_text(64), nullable=True),
        sa.Column("last_login_date", INSTANT, nullable=True),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("modified_date", INSTANT, nullable=False),
        known("role", "operator store_manager administrator", op.f("ck_users_role_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("session_key", name=op.f("uq_users_session_key")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_table(
        "user_locations",
        sa.Column("user_id", ROW_ID, nullable=False),
        sa.Column("stock_location_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["stock_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_user_locations_stock_location_id_stock_locations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_locations_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "stock_location_id", name=op.f("pk_user_locations")),
    )
    op.create_index(op.f("ix_user_locations_stock_location_id"), "user_locations", ["stock_location_id"])
    op.create_table(
        "tokens",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("user_id", ROW_ID, nullable=False),
        sa.Column("label", key_text(150), nullable=False),
        sa.Column("prefix", key_text(16), nullable=False),
        sa.Column("digest", key_text(64), nullable=False),
        sa.Column("scope", key_text(10), nullable=False),
        sa.Column("created_date", INSTANT, nullable=False),
        sa.Column("expires_date", INSTANT, nullable=True),
        sa.Column("last_used_date", INSTANT, nullable=True),
        sa.Column("revoked_date", INSTANT, nullable=True),
        known("scope", "read write", op.f("ck_tokens_scope_known")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tokens_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_tokens_digest")),
    )
    op.create_index("ix_tokens_user_id", "tokens", ["user_id", "created_date", "id"])
    op.create_table(
        "audit_entries",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("date", INSTANT, nullable=False),
        sa.Column("user_id", ROW_ID, nullable=True),
        sa.Column("actor", key_text(150), nullable=False),
        sa.Column("action", key_text(100), nullable=False),
        sa.Column("object_type", key_text(100), nullable=False),
        sa.Column("object_id", key_text(100), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", key_text(64), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_audit_entries_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_action", "audit_entries", ["action", "id"])
    op.create_index("ix_audit_entries_actor", "audit_entries", ["actor", "id"])
    op.create_index("ix_audit_entries_date", "audit_entries", ["date", "id"])
    op.create_index("ix_audit_entries_object", "audit_entries", ["object_type", "object_id", "id"])
    op.create_index(op.f("ix_audit_entries_user_id"), "audit_entries", ["user_id"])
    op.create_table(
        "facts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", key_text(40), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("order_id", ROW_ID, nullable=True),
        sa.Column("stock_location_id", ROW_ID, nullable=True),
        sa.Column("product_id", ROW_ID, nullable=True),
        sa.Column("package_id", ROW_ID, nullable=True),
        sa.Column("actor", key_text(150), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_facts_order_id_orders")),
        sa.ForeignKeyConstraint(["package_id"], ["packages.id"], name=op.f("fk_facts_package_id_packages")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_facts_product_id_products")),
        sa.ForeignKeyConstraint(
            ["stock_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_facts_stock_location_id_stock_locations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
    )
    op.create_index("ix_facts_kind", "facts", ["kind", "id"])
    op.create_index("ix_facts_order", "facts", ["order_id", "id"])
    op.create_index("ix_facts_package", "facts", ["package_id", "id"])
    op.create_index("ix_facts_place", "facts", ["stock_location_id", "product_id", "at"])
    op.create_index("ix_facts_product", "facts", ["product_id", "at"])


def downgrade() -> None:
    for table in ("facts", "audit_entries", "tokens", "user_locations", "users"):
        op.drop_table(table)
