"""${message}.

${why if why is not UNDEFINED else "Say what changes, and why it is safe while the previous release still runs."}

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

# The previous release runs while this is applied: what it would not survive declares itself a contract, and is held.
# Structure or data, never both, because the locks of the one would last as long as the other. downgrade() undoes
# exactly what upgrade() did, so that a bad release can be reverted. What takes long on a table in use has a helper in
# alembic_rollout.operations, which continues where it was interrupted: docs/writing-revisions.md has them all, and
# how to accept a finding of the linter with its reason.


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
