"""Add the uploaded files, kept in parts of 1 MiB, and the leases of their processing.

`attempts` has a constant default, which PostgreSQL 11 and later add without a rewrite; the other columns are nullable:
ACCESS EXCLUSIVE on `documents` for milliseconds. The index is built while the table is still empty.

Revision ID: 004
Revises: 003
Create Date: 2026-11-23 09:15:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "004"
down_revision: str | Sequence[str] | None = "003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "document_parts",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_parts_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "number", name=op.f("pk_document_parts")),
    )
    # Compression would cost time at every upload: most large files are compressed already.
    op.execute("ALTER TABLE document_parts ALTER COLUMN content SET STORAGE EXTERNAL")
    op.add_column("documents", sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("documents", sa.Column("lease_token", sa.Uuid(), nullable=True))
    op.add_column("documents", sa.Column("lease_expires_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_documents_unfinished",
        "documents",
        ["created_at"],
        postgresql_where=sa.text("status IN ('pending', 'processing')"),
    )


def downgrade() -> None:
    op.drop_index("ix_documents_unfinished", table_name="documents")
    for column in ("lease_expires_at", "lease_token", "attempts"):
        op.drop_column("documents", column)
    op.drop_table("document_parts")
