"""Add conversations, and the kind of a question in full.

Phase: expand. New tables, and a nullable column without a default: no rewrite, locks for milliseconds. The previous
release writes none of them; it reads `classification`, which keeps its two values.

Revision ID: 010
Revises: 009
Create Date: 2026-11-27 17:40:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "010"
down_revision: str | Sequence[str] | None = "009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
accepted = {"require-concurrent-index-creation": "no earlier release writes query_classifications: the table is empty"}


def upgrade() -> None:
    op.create_table(
        "chat_sessions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("knowledge_base_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["knowledge_base_id"],
            ["knowledge_bases.id"],
            name=op.f("fk_chat_sessions_knowledge_base_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_sessions")),
    )
    op.create_index(op.f("ix_chat_sessions_user_id_updated_at_id"), "chat_sessions", ["user_id", "updated_at", "id"])
    op.create_index(op.f("ix_chat_sessions_knowledge_base_id"), "chat_sessions", ["knowledge_base_id"])
    op.execute(
        "CREATE TRIGGER chat_sessions_updated_at BEFORE UPDATE ON chat_sessions"
        " FOR EACH ROW EXECUTE FUNCTION update_updated_at_column()"
    )
    op.create_table(
        "chat_messages",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default=sa.text("'complete'"), nullable=False),
        sa.Column("citations", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("classification", sa.String(length=20), nullable=True),
        sa.Column("model", sa.String(length=200), nullable=True),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("template_version", sa.Integer(), nullable=True),
        sa.Column("rating", sa.String(length=10), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('user', 'assistant')", name=op.f("ck_chat_messages_role")),
        sa.CheckConstraint("state IN ('complete', 'stopped', 'failed')", name=op.f("ck_chat_messages_state")),
        sa.CheckConstraint("rating IN ('up', 'down')", name=op.f("ck_chat_messages_rating")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["chat_sessions.id"], name=op.f("fk_chat_messages_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_messages")),
        sa.UniqueConstraint("session_id", "position", name=op.f("uq_chat_messages_session_id_position")),
    )
    op.add_column("query_classifications", sa.Column("kind", sa.String(length=20), nullable=True))
    op.create_index(
        op.f("ix_query_classifications_asked_by_created_at"), "query_classifications", ["asked_by", "created_at"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_query_classifications_asked_by_created_at"), table_name="query_classifications")
    op.drop_column("query_classifications", "kind")
    op.drop_table("chat_messages")
    op.drop_table("chat_sessions")
