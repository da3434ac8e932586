"""What the last look at all waiting packages came to.

Revision: 0014_triage_results, after 0013_confirmed_reports
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_triage_results"
down_revision = "0013_confirmed_reports"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "triage_results",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("computed_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("last_fact_id", sa.BigInteger(), nullable=True),
        sa.Column("packages", sa.Integer(), nullable=False),
        sa.Column("fixes", sa.JSON(), nullable=False),
        sa.Column("lint", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("served", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_results")),
    )


def downgrade() -> None:
    op.drop_table("triage_results")
