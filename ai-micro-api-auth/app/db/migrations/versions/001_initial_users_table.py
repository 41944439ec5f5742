"""Initial users table.

The first revision: nothing runs on these tables yet, so no lock can hurt. uuid-ossp is enabled where the server has it;
identifiers come from gen_random_uuid(), which is part of PostgreSQL's core, so a server without it will do.

Revision ID: 001
Revises:
Create Date: 2025-10-07 00:00:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute(
        """
        DO $$
        BEGIN
            IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'uuid-ossp') THEN
                CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
            ELSE
                RAISE NOTICE 'uuid-ossp is not available on this server: going on without it';
            END IF;
        END
        $$
        """
    )
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
    op.create_table(
        "users",
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{user}'::text[]"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_normalised")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        # Its index serves look-ups by email too.
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_index(op.f("ix_users_created_at_id"), "users", ["created_at", "id"])
    # A login is not a change of the account: it leaves updated_at alone.
    op.execute(
        """
        CREATE TRIGGER users_updated_at BEFORE UPDATE ON users
        FOR EACH ROW WHEN (OLD.last_login_at IS NOT DISTINCT FROM NEW.last_login_at)
        EXECUTE FUNCTION update_updated_at_column()
        """
    )


def downgrade() -> None:
    op.drop_table("users")
    op.execute("DROP FUNCTION update_updated_at_column()")
    # What the server's initialisation made belongs to another role, and stays.
    op.execute(
        """
        DO $$
        BEGIN
            IF EXISTS (SELECT FROM pg_extension WHERE extname = 'uuid-ossp' AND extowner = current_user::regrole) THEN
                DROP EXTENSION "uuid-ossp";
            END IF;
        END
        $$
        """
    )
