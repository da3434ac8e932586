"""Counters of long lists and versions of reference tables. Their triggers are made after each upgrade.

Revision: 0006_api_lists, after 0005
"""

import sqlalchemy as sa
from alembic import op

from app.models import counter_triggers

revision = "0006_api_lists"
down_revision = "0005"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.String(50).with_variant(sa.String(50, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counters")),
    )
    op.create_index("ix_counters_name", "counters", ["name", "block"])


def downgrade() -> None:
    counter_triggers.drop(op.get_bind())
    op.drop_table("counters")
