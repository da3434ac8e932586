"""Finds the cause that was looked at longest ago without reading every waiting package.

Revision: 0018_checked_causes, after 0017_replays
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_checked_causes"
down_revision = "0017_replays"
branch_labels = None
depends_on = None

WAITS = sa.text("state = '920'")


def upgrade() -> None:
    op.create_index(
        "ix_packages_cause_checked",
        "packages",
        ["cause_checked_at"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )


def downgrade() -> None:
    op.drop_index("ix_packages_cause_checked", "packages")
