"""Tells tries that ended at a certificate nobody vouches for from those that found nobody.

Revision: 0022_untrusted_receivers, after 0021_refused_events
"""

import sqlalchemy as sa
from alembic import op

revision = "0022_untrusted_receivers"
down_revision = "0021_refused_events"
branch_labels = None
depends_on = None

BEFORE = ("delivered", "rejected", "timed_out", "unreachable", "target_refused", "outcome_unknown")


def know(codes: tuple[str, ...]) -> None:
    """Let only these outcomes be stored."""
    name, listed = op.f("ck_webhook_attempts_outcome_known"), ", ".join(f"'{code}'" for code in codes)
    with op.batch_alter_table("webhook_attempts") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"outcome IN ({listed})")


def upgrade() -> None:
    know((*BEFORE, "not_trusted"))


def downgrade() -> None:
    attempts = sa.table("webhook_attempts", sa.column("outcome", sa.String()))
    op.execute(attempts.update().where(attempts.c.outcome == "not_trusted").values(outcome="unreachable"))
    know(BEFORE)
