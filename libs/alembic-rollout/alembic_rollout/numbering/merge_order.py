"""Which of two revision files was there first: what is upstream, what the database has applied, what git got first.

The age of a file alone misleads: a branch may be begun before another file lands, and be merged after it. So does the
database alone: a developer's own has often applied the file of the branch that is not merged yet.
"""

import logging
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from alembic_rollout.errors import UsageError
from alembic_rollout.history.state import read_state
from alembic_rollout.history.table import history_of
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.project.tree import RevisionFile

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_UPSTREAM = "origin/HEAD"
_NEVER = 2**62

logger = logging.getLogger(__name__)


class Rank(NamedTuple):
    """The smaller one was there first."""

    not_upstream: bool
    not_committed: bool
    not_applied: bool
    added_at: int


def ranks(environment: "Environment", files: Sequence[RevisionFile]) -> dict[Path, Rank]:
    """Return the rank of every file.

    Args:
        environment: whose database is asked, where it answers, which files it has applied.
        files: of the tree.
    """
    applied = _applied(environment)
    added_at = {file.path: _added_at(file.path) for file in files}
    return {
        file.path: Rank(
            not_upstream=_git(file.path, "cat-file", "-e", f"{_UPSTREAM}:./{file.path.name}") is None,
            not_committed=added_at[file.path] == _NEVER,
            not_applied=applied.get(file.revision) != file.checksum(),
            added_at=added_at[file.path],
        )
        for file in files
    }


def _applied(environment: "Environment") -> Mapping[str, str]:
    """Return the checksums of what the database has applied, by revision; empty where there is none to ask."""
    try:
        with environment.engine().connect() as connection:
            state = read_state(connection, environment.version_table, history_of(environment))
    except (SQLAlchemyError, UsageError) as error:
        logger.info("No database was asked which of two files it has applied: %s", one_line(error))
        return {}
    return {revision: recorded.checksum for revision, recorded in state.applied.items()}


def _added_at(path: Path) -> int:
    """Return when a file came to the present branch, seconds since 1970: with its merge, where it came by one."""
    follow = ("--first-parent", "-m", "--diff-filter=A", "--format=%ct", "--max-count=1")
    said = _git(path, "log", *follow, "--", path.name)
    return int(said) if said else _NEVER


def _git(path: Path, *arguments: str) -> str | None:
    """Return what git says, in a file's folder; None where it fails, or there is none."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands
            ["git", *arguments],  # noqa: S607
            cwd=path.parent,
            check=False,
            capture_output=True,
            text=True,
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
