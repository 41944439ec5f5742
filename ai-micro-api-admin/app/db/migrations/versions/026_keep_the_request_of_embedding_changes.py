"""Keep the request of changes of the embedding model.

Phase: expand. A nullable column without a default: nothing is rewritten, and the lock lasts for milliseconds. The
running release leaves it null.

- Add embedding_changes.request_id

Revision ID: 026
Revises: 025
Create Date: 2026-11-28 12:15:02+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "026"
down_revision: str | Sequence[str] | None = "025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("embedding_changes", sa.Column("request_id", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("embedding_changes", "request_id")
