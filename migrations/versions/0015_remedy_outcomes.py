"""Remedies as they were applied, so that people see what became of their packages.

Revision: 0015_remedy_outcomes, after 0014_triage_results
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_remedy_outcomes"
down_revision = "0014_triage_results"
branch_labels = None
depends_on = None

TABLE = "remedy_outcomes"
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CAUSES = (
    "served_now",
    "stale_reservation",
    "discrepancy_hold",
    "quota_unset",
    "quota_full",
    "location_inactive",
    "outside_scenario",
    "split_forbidden",
    "no_matching_scenario",
    "combination",
    "out_of_stock_everywhere",
    "no_stock_answer",
    "reserved_by_others",
)
PARENTS = (
    ("package_id", "packages", "CASCADE"),
    ("order_id", "orders", "CASCADE"),
    ("attempt_id", "plan_attempts", "SET NULL"),
    ("user_id", "users", None),
)


def key_text(length: int) -> sa.types.TypeEngine[str]:
    """Text sorted by code point on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("package_id", ROW_ID, nullable=False),
        sa.Column("order_id", ROW_ID, nullable=False),
        sa.Column("attempt_id", ROW_ID, nullable=True),
        sa.Column("remedy_key", key_text(40), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("cause", key_text(40), nullable=False),
        sa.Column("is_joint", sa.Boolean(), nullable=False),
        sa.Column("applied_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", key_text(150), nullable=False),
        sa.Column("user_id", ROW_ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy_outcomes")),
        sa.CheckConstraint(
            "cause IN ({})".format(", ".join(f"'{cause}'" for cause in CAUSES)),
            name=op.f("ck_remedy_outcomes_cause_known"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{parent}.id"], name=op.f(f"fk_{TABLE}_{column}_{parent}"), ondelete=rule
            )
            for column, parent, rule in PARENTS
        ),
    )
    op.create_index("ix_remedy_outcomes_package_id", TABLE, ["package_id", "id"])
    op.create_index("ix_remedy_outcomes_applied_date", TABLE, ["applied_date", "id"])
    for column in ("order_id", "attempt_id", "user_id"):
        op.create_index(op.f(f"ix_remedy_outcomes_{column}"), TABLE, [column])


def downgrade() -> None:
    op.drop_table(TABLE)
