"""Let documents be processed again and replaced while they stay found, and show how far processing is.

Phase: expand. New tables; two columns of `documents`, one nullable, one with a constant default, which PostgreSQL adds
without a rewrite: ACCESS EXCLUSIVE for milliseconds. The previous release knows neither: it goes on finding what a
document was until now, and its workers leave renewals to those of this release.

Revision ID: 018
Revises: 017
Create Date: 2026-11-27 20:50:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "018"
down_revision: str | Sequence[str] | None = "017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("progress", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("documents", sa.Column("step", sa.String(length=10), nullable=True))
    op.create_table(
        "document_renewals",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("status", sa.String(length=10), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("lease_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=True),
        sa.CheckConstraint("status IN ('pending', 'processing', 'failed')", name=op.f("ck_document_renewals_status")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_renewals_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_renewals")),
        sa.UniqueConstraint("document_id", name=op.f("uq_document_renewals_document_id")),
    )
    op.create_index(
        "ix_document_renewals_unfinished",
        "document_renewals",
        ["created_at"],
        postgresql_where=sa.text("status IN ('pending', 'processing')"),
    )
    op.create_table(
        "document_renewal_parts",
        sa.Column("renewal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["renewal_id"],
            ["document_renewals.id"],
            name=op.f("fk_document_renewal_parts_renewal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("renewal_id", "number", name=op.f("pk_document_renewal_parts")),
    )
    # As in document_parts: most large files are compressed already.
    op.execute("ALTER TABLE document_renewal_parts ALTER COLUMN content SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.drop_table("document_renewal_parts")
    op.drop_table("document_renewals")
    op.drop_column("documents", "step")
    op.drop_column("documents", "progress")
