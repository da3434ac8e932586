"""Counts waiting packages by cause, and tells how old causes are, without reading every package.

Revision: 0018_checked_causes, after 0017_replays
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_checked_causes"
down_revision = "0017_replays"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_packages_cause_checked",
        "packages",
        ["cause", "cause_checked_at", "state"],
        sqlite_where=sa.text("(state = '920') = 1"),
        postgresql_where=sa.text("state = '920'"),
    )


def downgrade() -> None:
    op.drop_index("ix_packages_cause_checked", "packages")
