"""Add withdrawals; let refresh_token_families remember a rotation and where a session is used.

A new table, and nullable columns without a default: no rewrite, ACCESS EXCLUSIVE on refresh_token_families for
milliseconds. The previous release leaves them empty: its rotations get no second successor.

Revision ID: 006
Revises: 005
Create Date: 2026-11-27 04:20:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "006"
down_revision: str | Sequence[str] | None = "005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "withdrawals",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('session', 'account')", name=op.f("ck_withdrawals_kind")),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_withdrawals")),
    )
    op.create_index(op.f("ix_withdrawals_withdrawn_at"), "withdrawals", ["withdrawn_at"])
    op.add_column("refresh_token_families", sa.Column("successor_nonce", sa.LargeBinary(), nullable=True))
    op.add_column("refresh_token_families", sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("refresh_token_families", sa.Column("user_agent", sa.String(length=512), nullable=True))
    op.add_column("refresh_token_families", sa.Column("network", sa.String(length=49), nullable=True))


def downgrade() -> None:
    op.drop_column("refresh_token_families", "network")
    op.drop_column("refresh_token_families", "user_agent")
    op.drop_column("refresh_token_families", "rotated_at")
    op.drop_column("refresh_token_families", "successor_nonce")
    op.drop_table("withdrawals")
