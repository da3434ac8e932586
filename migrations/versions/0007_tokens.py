"""Where a token comes from, and the form that asked for it.

Revision: 0007_tokens, after 0006_api_lists
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_tokens"
down_revision = "0006_api_lists"
branch_labels = None
depends_on = None


def key_text(length: int) -> sa.types.TypeEngine[str]:
    """Text sorted by code point on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("tokens") as batch:
        # Every token of before was made by somebody.
        batch.add_column(sa.Column("origin", key_text(10), nullable=False, server_default="made"))
        batch.add_column(sa.Column("form_key", key_text(64), nullable=True))
    with op.batch_alter_table("tokens") as batch:
        batch.alter_column("origin", server_default=None)
        batch.create_check_constraint(op.f("ck_tokens_origin_known"), "origin IN ('made', 'login')")
        batch.create_unique_constraint(op.f("uq_tokens_form_key"), ["form_key"])


def downgrade() -> None:
    with op.batch_alter_table("tokens") as batch:
        batch.drop_constraint(op.f("uq_tokens_form_key"), type_="unique")
        batch.drop_constraint(op.f("ck_tokens_origin_known"), type_="check")
        batch.drop_column("form_key")
        batch.drop_column("origin")
