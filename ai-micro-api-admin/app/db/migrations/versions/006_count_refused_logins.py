"""Add login_logs.occurrences.

Phase: expand. A constant default: no rewrite, ACCESS EXCLUSIVE for milliseconds. The previous release inserts without
the column.

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
    op.add_column("login_logs", sa.Column("occurrences", sa.Integer(), server_default=sa.text("1"), nullable=False))


def downgrade() -> None:
    op.drop_column("login_logs", "occurrences")
