"""Finds the few packages whose cause counts as right, where many wait and are marked already.

Revision: 0023_unmarked_packages, after 0022_untrusted_receivers
"""

import sqlalchemy as sa
from alembic import op

revision = "0023_unmarked_packages"
down_revision = "0022_untrusted_receivers"
branch_labels = None
depends_on = None

UNMARKED = "(state = '920' AND (NOT cause_stale OR cause IS NULL))"


def upgrade() -> None:
    op.create_index(
        "ix_packages_unmarked",
        "packages",
        ["id"],
        sqlite_where=sa.text(f"{UNMARKED} = 1"),
        postgresql_where=sa.text(UNMARKED),
    )


def downgrade() -> None:
    op.drop_index("ix_packages_unmarked", "packages")
