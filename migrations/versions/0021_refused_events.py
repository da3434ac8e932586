"""Finds the events whose last answer was a 3xx, 4xx or 5xx without reading all events.

Revision: 0021_refused_events, after 0020_saved_views
"""

import sqlalchemy as sa
from alembic import op

revision = "0021_refused_events"
down_revision = "0020_saved_views"
branch_labels = None
depends_on = None


def upgrade() -> None:
    refused = sa.text("response_http_status >= 300")
    op.create_index(
        "ix_webhook_events_refused",
        "webhook_events",
        ["response_http_status", "created_date", "id", "state"],
        sqlite_where=refused,
        postgresql_where=refused,
    )


def downgrade() -> None:
    op.drop_index("ix_webhook_events_refused", "webhook_events")
