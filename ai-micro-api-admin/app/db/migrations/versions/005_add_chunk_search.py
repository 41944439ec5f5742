"""Add what finds chunks: their document, their index terms, and in how many chunks each term occurs.

Columns without a default on `langchain_pg_embedding`, so that LangChain's own inserts go on working; nothing is
rewritten. The indexes are built while no chunk exists: from the first upload on they would have to be built
concurrently.

The vector stays in the row (STORAGE MAIN): exact search reads every vector of a knowledge base, and fetching each from
the TOAST table made it four times slower. The row is then so large that PostgreSQL moves text and terms out of it.

Revision ID: 005
Revises: 004
Create Date: 2026-11-23 09:20:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "005"
down_revision: str | Sequence[str] | None = "004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("langchain_pg_embedding", sa.Column("document_id", sa.Uuid(), nullable=True))
    op.add_column("langchain_pg_embedding", sa.Column("chunk_index", sa.Integer(), nullable=True))
    op.add_column("langchain_pg_embedding", sa.Column("lexemes", postgresql.TSVECTOR(), nullable=True))
    op.execute("ALTER TABLE langchain_pg_embedding ALTER COLUMN embedding SET STORAGE MAIN")
    op.create_foreign_key(
        op.f("fk_langchain_pg_embedding_document_id"),
        "langchain_pg_embedding",
        "documents",
        ["document_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(
        op.f("ix_langchain_pg_embedding_document_id_chunk_index"),
        "langchain_pg_embedding",
        ["document_id", "chunk_index"],
        unique=True,
    )
    op.create_index(
        op.f("ix_langchain_pg_embedding_lexemes"), "langchain_pg_embedding", ["lexemes"], postgresql_using="gin"
    )
    op.create_table(
        "term_frequencies",
        sa.Column("knowledge_base_id", sa.Uuid(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("chunk_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["knowledge_base_id"],
            ["knowledge_bases.id"],
            name=op.f("fk_term_frequencies_knowledge_base_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("knowledge_base_id", "term", name=op.f("pk_term_frequencies")),
    )


def downgrade() -> None:
    op.drop_table("term_frequencies")
    op.drop_index(op.f("ix_langchain_pg_embedding_lexemes"), table_name="langchain_pg_embedding")
    op.drop_index(op.f("ix_langchain_pg_embedding_document_id_chunk_index"), table_name="langchain_pg_embedding")
    op.drop_constraint(op.f("fk_langchain_pg_embedding_document_id"), "langchain_pg_embedding", type_="foreignkey")
    # The type's own default.
    op.execute("ALTER TABLE langchain_pg_embedding ALTER COLUMN embedding SET STORAGE EXTERNAL")
    for column in ("lexemes", "chunk_index", "document_id"):
        op.drop_column("langchain_pg_embedding", column)
