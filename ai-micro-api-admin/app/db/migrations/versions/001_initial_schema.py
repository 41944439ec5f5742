"""Initial schema: logs and settings, knowledge bases with their collections and documents, templates, LangChain tables.

The first revision: nothing runs on these tables yet, so no lock can hurt.

The extension `vector` is made by the server's initialisation, because only a superuser may create it; here it is
enabled where that right exists, and otherwise its absence is reported by PostgreSQL itself. The LangChain tables are
those of `langchain_postgres.PGVector` 0.0.19, with constraint names of our own.

Revision ID: 001
Revises:
Create Date: 2025-10-07 00:00:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import VECTOR
from sqlalchemy.dialects import postgresql

revision: str = "001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TOUCHED = ("system_settings", "prompt_templates", "knowledge_bases", "collections")


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.execute(
        """
        CREATE FUNCTION update_updated_at_column() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.updated_at = now();
            RETURN NEW;
        END
        $$
        """
    )
    _create_logs_and_settings()
    _create_prompt_templates()
    _create_langchain_tables()
    _create_knowledge_bases()
    _create_documents()
    for table in _TOUCHED:
        op.execute(
            f"CREATE TRIGGER {table}_updated_at BEFORE UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION update_updated_at_column()"
        )
    # Only what a reader sees of a document counts as a change of it, not the bookkeeping of its processing.
    op.execute(
        "CREATE TRIGGER documents_updated_at BEFORE UPDATE OF collection_id, title, status, error, chunk_count"
        " ON documents FOR EACH ROW EXECUTE FUNCTION update_updated_at_column()"
    )


def downgrade() -> None:
    for table in (
        "documents",
        "collections",
        "knowledge_bases",
        "langchain_pg_embedding",
        "langchain_pg_collection",
        "prompt_templates",
        "system_settings",
        "login_logs",
        "system_logs",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION update_updated_at_column()")
    # Left alone where somebody else made it: dropping it is then neither allowed nor ours to do.
    op.execute(
        """
        DO $$
        BEGIN
            IF EXISTS (
                SELECT FROM pg_extension
                WHERE extname = 'vector' AND extowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
            ) THEN
                DROP EXTENSION vector;
            END IF;
        END
        $$
        """
    )


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)


def _create_logs_and_settings() -> None:
    op.create_table(
        "system_logs",
        _id(),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("event", sa.String(length=100), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("details", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        _moment("created_at"),
        sa.CheckConstraint("level IN ('info', 'warning', 'error')", name=op.f("ck_system_logs_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_logs")),
    )
    op.create_index(op.f("ix_system_logs_created_at_id"), "system_logs", ["created_at", "id"])
    op.create_table(
        "login_logs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=True),
        sa.Column("ip_address", sa.String(length=45), nullable=True),
        sa.Column("user_agent", sa.String(length=1000), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_logs")),
    )
    op.create_index(op.f("ix_login_logs_occurred_at_id"), "login_logs", ["occurred_at", "id"])
    op.create_table(
        "system_settings",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_system_settings")),
    )


def _create_prompt_templates() -> None:
    op.create_table(
        "prompt_templates",
        _id(),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.CheckConstraint("purpose IN ('answer', 'summary')", name=op.f("ck_prompt_templates_purpose")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_templates")),
        sa.UniqueConstraint("name", name=op.f("uq_prompt_templates_name")),
    )
    op.create_index(op.f("ix_prompt_templates_created_at_id"), "prompt_templates", ["created_at", "id"])


def _create_langchain_tables() -> None:
    op.create_table(
        "langchain_pg_collection",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("cmetadata", postgresql.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_langchain_pg_collection")),
        sa.UniqueConstraint("name", name=op.f("uq_langchain_pg_collection_name")),
    )
    op.create_table(
        "langchain_pg_embedding",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=True),
        sa.Column("embedding", VECTOR(), nullable=True),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("cmetadata", postgresql.JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["langchain_pg_collection.uuid"],
            name=op.f("fk_langchain_pg_embedding_collection_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_langchain_pg_embedding")),
    )
    op.create_index(
        "ix_cmetadata_gin",
        "langchain_pg_embedding",
        ["cmetadata"],
        postgresql_using="gin",
        postgresql_ops={"cmetadata": "jsonb_path_ops"},
    )
    op.create_index(op.f("ix_langchain_pg_embedding_collection_id"), "langchain_pg_embedding", ["collection_id"])


def _create_knowledge_bases() -> None:
    op.create_table(
        "knowledge_bases",
        _id(),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("visibility", sa.String(length=10), server_default=sa.text("'private'"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("embedding_provider", sa.String(length=50), nullable=False),
        sa.Column("embedding_model", sa.String(length=200), nullable=False),
        sa.Column("embedding_dimensions", sa.Integer(), nullable=False),
        sa.Column("langchain_collection_id", sa.Uuid(), nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.CheckConstraint("visibility IN ('private', 'shared')", name=op.f("ck_knowledge_bases_visibility")),
        sa.CheckConstraint("char_length(description) <= 10000", name=op.f("ck_knowledge_bases_description_length")),
        sa.ForeignKeyConstraint(
            ["langchain_collection_id"],
            ["langchain_pg_collection.uuid"],
            name=op.f("fk_knowledge_bases_langchain_collection_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_bases")),
        sa.UniqueConstraint("langchain_collection_id", name=op.f("uq_knowledge_bases_langchain_collection_id")),
    )
    op.create_index(op.f("ix_knowledge_bases_created_at_id"), "knowledge_bases", ["created_at", "id"])
    op.create_table(
        "collections",
        _id(),
        sa.Column("knowledge_base_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.CheckConstraint("char_length(description) <= 10000", name=op.f("ck_collections_description_length")),
        sa.ForeignKeyConstraint(
            ["knowledge_base_id"],
            ["knowledge_bases.id"],
            name=op.f("fk_collections_knowledge_base_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        sa.UniqueConstraint("knowledge_base_id", "name", name=op.f("uq_collections_knowledge_base_id_name")),
        # For the foreign key of documents, which keeps a document and its collection in one knowledge base.
        sa.UniqueConstraint("id", "knowledge_base_id", name=op.f("uq_collections_id_knowledge_base_id")),
    )
    op.create_index(
        "uq_collections_default",
        "collections",
        ["knowledge_base_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )


def _create_documents() -> None:
    op.create_table(
        "documents",
        _id(),
        sa.Column("knowledge_base_id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=10), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("chunk_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.CheckConstraint("status IN ('pending', 'processing', 'ready', 'failed')", name=op.f("ck_documents_status")),
        sa.ForeignKeyConstraint(
            ["knowledge_base_id"],
            ["knowledge_bases.id"],
            name=op.f("fk_documents_knowledge_base_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["collection_id", "knowledge_base_id"],
            ["collections.id", "collections.knowledge_base_id"],
            name=op.f("fk_documents_collection_id_knowledge_base_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint(
            "knowledge_base_id", "content_hash", name=op.f("uq_documents_knowledge_base_id_content_hash")
        ),
    )
    op.create_index(
        op.f("ix_documents_knowledge_base_id_created_at_id"), "documents", ["knowledge_base_id", "created_at", "id"]
    )
    op.create_index(
        op.f("ix_documents_collection_id_created_at_id"), "documents", ["collection_id", "created_at", "id"]
    )
