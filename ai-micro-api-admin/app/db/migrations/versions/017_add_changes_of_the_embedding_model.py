"""Add changes of the embedding model.

Phase: expand. Nothing is read or rewritten: each lock lasts for milliseconds.

- Create embedding_changes
- Create new_chunk_vectors
- Delete the new vector of a chunk whose text is changed, by a trigger on its table, for whatever changes it

Revision ID: 017
Revises: 016
Create Date: 2026-11-27 21:03:05.930053+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import VECTOR

revision: str = "017"
down_revision: str | Sequence[str] | None = "016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FUNCTION = """
CREATE FUNCTION forget_new_chunk_vector() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM new_chunk_vectors WHERE chunk_id = NEW.id;
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER langchain_pg_embedding_forget_new_vector AFTER UPDATE OF document ON langchain_pg_embedding
FOR EACH ROW WHEN (OLD.document IS DISTINCT FROM NEW.document) EXECUTE FUNCTION forget_new_chunk_vector()
"""


def upgrade() -> None:
    op.create_table(
        "embedding_changes",
        sa.Column("knowledge_base_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=50), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("dimensions", sa.Integer(), nullable=False),
        sa.Column(
            "requested_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["knowledge_base_id"],
            ["knowledge_bases.id"],
            name=op.f("fk_embedding_changes_knowledge_base_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("knowledge_base_id", name=op.f("pk_embedding_changes")),
    )
    op.create_index(op.f("ix_embedding_changes_requested_at"), "embedding_changes", ["requested_at"], unique=False)
    op.create_table(
        "new_chunk_vectors",
        sa.Column("chunk_id", sa.String(), nullable=False),
        sa.Column("embedding", VECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chunk_id"],
            ["langchain_pg_embedding.id"],
            name=op.f("fk_new_chunk_vectors_chunk_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("chunk_id", name=op.f("pk_new_chunk_vectors")),
    )
    op.execute(FUNCTION)
    op.execute(TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER langchain_pg_embedding_forget_new_vector ON langchain_pg_embedding")
    op.execute("DROP FUNCTION forget_new_chunk_vector()")
    op.drop_table("new_chunk_vectors")
    op.drop_table("embedding_changes")
