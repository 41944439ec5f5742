"""What revisions would run, read by a child process in which no database can be reached.

`lint`, `plan`, `drift`, `check` and the decision of an upgrade need the SQL of revisions, and only running a revision's
code tells it. So a fresh Python process runs it in Alembic's offline mode, refuses every connection there, and answers
with values. This process imports no revision.

| file | what it does |
|---|---|
| statements | the values: `Statement`, `Rendered`, `RevisionReading` |
| reader | starts the child, sets its time limits, names the revision that hung or ended it |
| configuration | Alembic's `Config` as a value, so that the child runs the same env.py |
| child | the child's loop |
| loading | imports a revision's file |
| offline | runs one direction and records its SQL |
| watch | notes what a revision asked that only a database can answer |
| bind | `op.get_bind()` without a database |
| sandbox | every way to a database, refused in Python and by the kernel; files stay as they are |
"""

from alembic_rollout.project.rendering.reader import Reader, read_revisions, read_upgrade
from alembic_rollout.project.rendering.statements import (
    DIRECTIONS,
    HELPER_MARK,
    Direction,
    Rendered,
    RevisionReading,
    Statement,
)

__all__ = [
    "DIRECTIONS",
    "HELPER_MARK",
    "Direction",
    "Reader",
    "Rendered",
    "RevisionReading",
    "Statement",
    "read_revisions",
    "read_upgrade",
]
