"""${message}.

Say here what changes, why it is safe while the previous release still runs, and how long it may hold which lock.
Structure or data, never both; data with ON CONFLICT DO NOTHING; downgrade undoes exactly what upgrade did.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision: str = ${repr(up_revision)}
down_revision: str | Sequence[str] | None = ${repr(down_revision)}
branch_labels: str | Sequence[str] | None = ${repr(branch_labels)}
depends_on: str | Sequence[str] | None = ${repr(depends_on)}

# A revision may say three things at this level; take out what yours does not need:
#   phase = "contract"            drops, renames, narrows or refuses what the previous release uses; held until it is gone
#   accepted = {"rule": "why"}    a finding of `alembic-rollout lint` that is meant, and the reason
#   statement_timeout = "10min"   instead of the minute that one statement may take
# For a table in use, each in a revision of its own, after `from alembic_rollout import operations`:
#   operations.create_index_concurrently("ix_t_c", "t", ["c"])         mends what an interrupted build has left
#   operations.drop_index_concurrently("ix_t_c")                       its downgrade
#   operations.add_foreign_key("fk_t_c_u", "t", "u", ["c"], ["id"])    NOT VALID, then VALIDATE
#   operations.add_check("ck_t_c", "t", "c > 0")                       likewise
#   operations.set_not_null("t", "c")                                  by way of a validated check
#   operations.backfill("t", set_="new = old", where="new IS NULL")    in batches; goes on where it was interrupted


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
