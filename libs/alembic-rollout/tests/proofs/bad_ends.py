"""A project that is halfway through a revision, how its process ended, and that nothing is half done afterwards."""

import re
import subprocess

import pytest
from forks import Process
from sample_project import Project

from proofs.sessions import run_lock_is_free, wait_for

HISTORY = "SELECT revision, outcome, error FROM alembic_rollout_history ORDER BY id"
_LONG = "SELECT pg_sleep(60)"
_LOG_LINE = re.compile(r"\d\d:\d\d:\d\d ")


@pytest.fixture
def halfway(project: Project) -> Project:
    """A project at revision 001; 002 does half of its work, then takes a minute for a statement."""
    project.tables(1)
    project.upgrade()
    project.revision("002", f'op.execute("CREATE TABLE half (id int)")\nop.execute("{_LONG}")')
    return project


def shorten(project: Project, statement: str = "SELECT 1") -> None:
    """Give revision 002 another statement instead of the long one."""
    path = next(project.versions.glob("002*"))
    path.write_text(path.read_text().replace(_LONG, statement))


def ended(process: Process, *, within: float = 60) -> tuple[int, str]:
    """Wait for a process.

    Returns:
        The status as a shell shows it, and what it said on standard error besides the log: one line at most.
    """
    try:
        _, err = process.communicate(timeout=within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    lines = [line for line in err.splitlines() if not _LOG_LINE.match(line)]
    assert len(lines) <= 1, err
    return process.returncode if process.returncode >= 0 else 128 - process.returncode, "".join(lines)


def fails(project: Project, **variables: str) -> tuple[int, str]:
    """Run `alembic upgrade head`; return its exit status and its line."""
    return ended(project.start("upgrade", "head", **variables))


def assert_nothing_half_done(project: Project, *, said: str) -> None:
    """Revision 002 is undone, the history says why, the run lock is free, and the next start applies what is left.

    Args:
        project: the one that is halfway.
        said: a pattern for what the history says.
    """
    database = project.database
    wait_for(lambda: run_lock_is_free(database) or None, "the run lock to be free")
    assert database.rows("SELECT version_num, to_regclass('half') FROM alembic_version") == [("001", None)]
    [_, (revision, outcome, error)] = database.rows(HISTORY)
    assert (revision, outcome) == ("002", "failed")
    assert re.search(said, str(error)), error
    shorten(project)
    project.upgrade()
    assert database.rows(HISTORY)[2] == ("002", "applied", None)
