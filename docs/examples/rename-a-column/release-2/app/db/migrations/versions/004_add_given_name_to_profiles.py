"""Add profiles.given_name, kept equal to first_name whichever release writes.

Expand: release 1 goes on with first_name, release 2 uses given_name. The column is nullable and without a default, so
no row is written. ACCESS EXCLUSIVE on profiles for the milliseconds of the three statements.

The trigger is named so that it comes after `profiles_updated_at`: PostgreSQL fires the triggers of a table in the order
of their names. It undoes the new `updated_at` of the backfill in 005, which changes no profile.

Revision ID: 004
Revises: 003
Create Date: 2026-02-02 09:00:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "004"
down_revision: str | Sequence[str] | None = "003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("profiles", sa.Column("given_name", sa.String(length=100), nullable=True))
    op.execute(
        """
        CREATE FUNCTION profiles_write_both_names() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                NEW.given_name = coalesce(NEW.given_name, NEW.first_name);
                NEW.first_name = NEW.given_name;
                RETURN NEW;
            END IF;
            IF NEW.given_name IS DISTINCT FROM OLD.given_name THEN
                NEW.first_name = NEW.given_name;
            ELSIF NEW.first_name IS DISTINCT FROM OLD.first_name THEN
                NEW.given_name = NEW.first_name;
            END IF;
            -- An empty name becomes what the other one was: that is a backfill, not a change of the profile.
            IF (OLD.given_name IS NULL AND NEW.given_name = OLD.first_name)
                OR (OLD.first_name IS NULL AND NEW.first_name = OLD.given_name)
            THEN
                NEW.updated_at = OLD.updated_at;
            END IF;
            RETURN NEW;
        END
        $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER profiles_write_both_names
        BEFORE INSERT OR UPDATE OF first_name, given_name ON profiles
        FOR EACH ROW EXECUTE FUNCTION profiles_write_both_names()
        """
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER profiles_write_both_names ON profiles")
    op.execute("DROP FUNCTION profiles_write_both_names()")
    op.drop_column("profiles", "given_name")
