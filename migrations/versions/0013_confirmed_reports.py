"""Reports of missing stock that somebody looked at again: when, who and what they said.

Revision: 0013_confirmed_reports, after 0012_upstream
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_confirmed_reports"
down_revision = "0012_upstream"
branch_labels = None
depends_on = None

TABLE = "inventory_discrepancies"


def key_text(length: int) -> sa.types.TypeEngine[str]:
    """Text sorted by code point on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as batch:
        batch.add_column(sa.Column("confirmed_date", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("confirmed_by", key_text(150), nullable=True))
        batch.add_column(sa.Column("confirmed_note", sa.Text(), nullable=True))
    with op.batch_alter_table(TABLE) as batch:
        batch.create_check_constraint(
            op.f("ck_inventory_discrepancies_confirmation_has_date"),
            "confirmed_date IS NOT NULL OR (confirmed_by IS NULL AND confirmed_note IS NULL)",
        )


def downgrade() -> None:
    with op.batch_alter_table(TABLE) as batch:
        batch.drop_constraint(op.f("ck_inventory_discrepancies_confirmation_has_date"), type_="check")
        batch.drop_column("confirmed_note")
        batch.drop_column("confirmed_by")
        batch.drop_column("confirmed_date")
