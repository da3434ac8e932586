"""Packages whose waiting may be over: since when a new planning is due.

Revision: 0010_replanning, after 0009_batches
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_replanning"
down_revision = "0009_batches"
branch_labels = None
depends_on = None

IS_DUE = sa.text("replan_due_since IS NOT NULL")


def upgrade() -> None:
    op.add_column("packages", sa.Column("replan_due_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_packages_replan_due", "packages", ["id"], sqlite_where=IS_DUE, postgresql_where=IS_DUE
    )


def downgrade() -> None:
    op.drop_index("ix_packages_replan_due", "packages")
    op.drop_column("packages", "replan_due_since")
