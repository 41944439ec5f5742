"""Remember how far changes of the embedding model are.

Phase: expand. Nothing is read or rewritten: each lock lasts for milliseconds.

- Add embedding_changes.done_up_to

Revision ID: 020
Revises: 019
Create Date: 2026-11-27 22:37:36.418467+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "020"
down_revision: str | Sequence[str] | None = "019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("embedding_changes", sa.Column("done_up_to", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("embedding_changes", "done_up_to")
