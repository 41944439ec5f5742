"""Keep the request of uploads.

Phase: expand. A nullable column without a default: nothing is rewritten, and the lock lasts for milliseconds. The
running release leaves it null. Each table has a revision of its own: transactions write to several of them.

- Add documents.request_id

Revision ID: 024
Revises: 023
Create Date: 2026-11-28 12:15:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "024"
down_revision: str | Sequence[str] | None = "023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("request_id", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("documents", "request_id")
