"""Which processes deliver events, and when each was last heard of.

Revision: 0016_workers, after 0015_remedy_outcomes
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_workers"
down_revision = "0015_remedy_outcomes"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.String(100).with_variant(sa.String(100, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("started_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_date", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
        sa.UniqueConstraint("name", name="uq_workers_name"),
    )


def downgrade() -> None:
    op.drop_table("workers")
