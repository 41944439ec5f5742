"""Add documents.warnings.

Phase: expand. A constant default, which PostgreSQL adds without a rewrite: ACCESS EXCLUSIVE on `documents` for
milliseconds. The previous release does not name the column, and what it processes has no warnings.

Revision ID: 013
Revises: 012
Create Date: 2026-11-27 17:20:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "013"
down_revision: str | Sequence[str] | None = "012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "documents",
        sa.Column("warnings", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("documents", "warnings")
