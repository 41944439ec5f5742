"""Tag documents and index them again.

Phase: expand. Nothing is read or rewritten: each lock lasts for milliseconds.

- Add documents.tags
- Add documents.index_version

Revision ID: 011
Revises: 010
Create Date: 2026-11-27 18:00:34.699034+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "011"
down_revision: str | Sequence[str] | None = "010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The previous release runs while this is applied: what it would not survive declares itself a contract, and is held.
# Structure or data, never both, because the locks of the one would last as long as the other. downgrade() undoes
# exactly what upgrade() did, so that a bad release can be reverted. What takes long on a table in use has a helper in
# alembic_rollout.operations, which continues where it was interrupted: docs/writing-revisions.md has them all, and
# how to accept a finding of the linter with its reason.


def upgrade() -> None:
    op.add_column(
        "documents",
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column(
        "documents",
        sa.Column("index_version", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("documents", "index_version")
    op.drop_column("documents", "tags")
