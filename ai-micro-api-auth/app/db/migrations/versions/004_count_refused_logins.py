"""Add login_events.occurrences.

Phase: expand. A constant default: no rewrite, ACCESS EXCLUSIVE for milliseconds. The previous release inserts without
the column and delivers without it.

Revision ID: 004
Revises: 003
Create Date: 2026-11-27 04:10:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "004"
down_revision: str | Sequence[str] | None = "003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("login_events", sa.Column("occurrences", sa.Integer(), server_default=sa.text("1"), nullable=False))


def downgrade() -> None:
    op.drop_column("login_events", "occurrences")
