"""Drop profiles.first_name, and the trigger that kept it equal to given_name.

Contract: releases before this one would not survive it (release 1 reads and writes the column) and it is held while one
of them is connected. Nothing is rewritten: ACCESS EXCLUSIVE on profiles for milliseconds.

The downgrade takes its time in steps that can be repeated: column and trigger, then the content in batches, while
release 3 goes on. Interrupted, type the downgrade again.

Revision ID: 006
Revises: 005
Create Date: 2026-03-02 09:00:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from alembic_rollout import operations

revision: str = "006"
down_revision: str | Sequence[str] | None = "005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

phase = "contract"


def upgrade() -> None:
    op.execute("DROP TRIGGER profiles_write_both_names ON profiles")
    op.execute("DROP FUNCTION profiles_write_both_names()")
    op.drop_column("profiles", "first_name")


def downgrade() -> None:
    op.add_column("profiles", sa.Column("first_name", sa.String(length=100), nullable=True), if_not_exists=True)
    op.execute(
        """
        CREATE OR REPLACE FUNCTION profiles_write_both_names() RETURNS trigger LANGUAGE plpgsql AS $$
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
        CREATE OR REPLACE TRIGGER profiles_write_both_names
        BEFORE INSERT OR UPDATE OF first_name, given_name ON profiles
        FOR EACH ROW EXECUTE FUNCTION profiles_write_both_names()
        """
    )
    operations.backfill("profiles", set_="first_name = given_name", where="first_name IS DISTINCT FROM given_name")
