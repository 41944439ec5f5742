"""Add summaries of knowledge bases, and the classification of questions.

Nullable columns without a default: no rewrite, ACCESS EXCLUSIVE on `knowledge_bases` for milliseconds, and the previous
release does not notice them. The new table has no reader yet.

Revision ID: 002
Revises: 001
Create Date: 2025-10-07 00:10:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "002"
down_revision: str | Sequence[str] | None = "001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("knowledge_bases", sa.Column("meta_summary", sa.Text(), nullable=True))
    op.add_column("knowledge_bases", sa.Column("meta_statistics", postgresql.JSONB(), nullable=True))
    op.add_column("knowledge_bases", sa.Column("meta_summary_model", sa.String(length=200), nullable=True))
    op.add_column("knowledge_bases", sa.Column("meta_summary_updated_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "query_classifications",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("knowledge_base_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("classification", sa.String(length=20), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "classification IN ('overview', 'content')", name=op.f("ck_query_classifications_classification")
        ),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_query_classifications_confidence")),
        sa.ForeignKeyConstraint(
            ["knowledge_base_id"],
            ["knowledge_bases.id"],
            name=op.f("fk_query_classifications_knowledge_base_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query_classifications")),
    )
    op.create_index(
        op.f("ix_query_classifications_knowledge_base_id_created_at_id"),
        "query_classifications",
        ["knowledge_base_id", "created_at", "id"],
    )


def downgrade() -> None:
    op.drop_table("query_classifications")
    for column in ("meta_summary_updated_at", "meta_summary_model", "meta_statistics", "meta_summary"):
        op.drop_column("knowledge_bases", column)
