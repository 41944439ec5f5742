"""Keep files in an object store.

Phase: expand. A new table. Releases before this one cannot read files that were moved: FILES_URL is set when none of
them is left, and what was moved goes back before one of them does; the downgrade refuses until then.

Revision ID: 021
Revises: 020
Create Date: 2026-11-28 00:28:02.348595+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "021"
down_revision: str | Sequence[str] | None = "020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "stored_files",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('writing', 'stored', 'discarded')", name=op.f("ck_stored_files_state")),
        sa.PrimaryKeyConstraint("document_id", "content_hash", "size_bytes", name=op.f("pk_stored_files")),
    )


def downgrade() -> None:
    op.execute(
        """
        DO $$ BEGIN
            IF EXISTS (SELECT FROM stored_files WHERE state = 'stored') THEN
                RAISE EXCEPTION 'files are in the object store'
                    USING HINT = 'Move them back: FILES_KEEP_IN=postgresql python -m app.files move';
            END IF;
        END $$
        """
    )
    op.drop_table("stored_files")
