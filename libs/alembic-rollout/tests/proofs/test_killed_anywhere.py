"""Killed with SIGKILL before and after every statement of every revision: the next start puts it right, history tells.

What a killed process leaves is what it sent before. Between one statement and the next that is the same, unless a
COMMIT is between them: so each process here ends itself before a statement or a COMMIT, before every one in turn. The
next start knows of it what the database holds, and nothing else: where one kill has left exactly what another one left,
the start that followed the first is the proof for both. For the same reason a kill may begin where an earlier one has
left the database before the attempt: most kills leave nothing but a row of the history, which is removed again.
"""

from collections.abc import Iterator
from itertools import count
from signal import SIGKILL
from typing import NamedTuple

import pytest
from databases import Database
from sample_project import Project
from sqlalchemy import Connection

from alembic_rollout.history.attempt import INTERRUPTED
from alembic_rollout.history.table import History
from alembic_rollout.postgres.version_table import VersionTable
from proofs.content import content, empty, everything
from proofs.trees import Tree, trees

TREES = list(trees())
REVISIONS = [pytest.param(tree, revision, id=f"{tree.name}-{revision}") for tree in TREES for revision in tree.killed]
HISTORY = History(None, "alembic_rollout_history")
_FORGET_ATTEMPT = """
    DELETE FROM alembic_rollout_history WHERE revision = %(revision)s AND outcome <> 'applied';
    SELECT setval(sequence, coalesce(max(id), 1), max(id) IS NOT NULL)
    FROM pg_get_serial_sequence('alembic_rollout_history', 'id') AS sequence, alembic_rollout_history
    GROUP BY sequence
"""

Attempts = list[tuple[str, str]]


class Moment(NamedTuple):
    """Where a process ends itself: before a statement or a COMMIT of the attempt to apply a revision.

    The empty revision is what happens before the first attempt, `end` what happens after the last. Number 0 of an
    attempt is what writes its history row.
    """

    revision: str
    number: int


class Killing:
    """Kills upgrades of an empty database, and makes sure that the next start does what an undisturbed one does.

    Args:
        tree: which one.
        project: to write the tree into.
        connection: the superuser's, to the project's database.

    Attributes:
        undisturbed: what an upgrade leaves that nothing has killed.
        put_right: what kills have left that a next start has followed.
        before: what a process finds that is about to attempt a revision, by the revision.
    """

    def __init__(self, tree: Tree, project: Project, connection: Connection) -> None:
        tree.write(project)
        self.tree = tree
        self.project = project
        self.connection = connection
        empty(connection, project.database)
        self._upgrade()
        self.undisturbed = content(connection)
        self.put_right: set[tuple[str, ...]] = set()
        self.before: dict[str, tuple[str, ...]] = {}

    def at(self, moment: Moment) -> Attempts | None:
        """Kill an upgrade at a moment, and let the next start follow, unless one has followed from the same state.

        Returns:
            What the history said between the two; None when the upgrade was over before that moment.
        """
        if not (moment.number and self._is_before_the_attempt(moment.revision)):
            empty(self.connection, self.project.database)
        [ended] = self.project.at_once("upgrade", "head", kill_at=moment)
        if ended.returncode != -SIGKILL:
            assert ended.returncode == 0, ended.stderr
            return None
        told = history(self.connection)
        assert_history_agrees(self.connection, told)
        left = everything(self.connection)
        if not moment.number:
            self.before[moment.revision] = left
        if left in self.put_right:
            return told
        self._upgrade()
        assert content(self.connection) == self.undisturbed
        assert VersionTable(None, "alembic_version").revisions(self.connection) == (self.tree.revisions[-1],)
        after = history(self.connection)
        assert after[: len(told)] == told
        assert [revision for revision, outcome in after if outcome == "applied"] == list(self.tree.revisions)
        self.put_right.add(left)
        return told

    def at_every_moment(self, revision: str) -> Iterator[Attempts]:
        """Kill at each moment of a revision's attempt in turn, until there is none."""
        numbers = count()
        return iter(lambda: self.at(Moment(revision, next(numbers))), None)

    def _is_before_the_attempt(self, revision: str) -> bool:
        """Remove what the history says of an interrupted attempt; return that the database is as before it."""
        if revision not in self.before or not HISTORY.exists(self.connection):
            return False
        self.connection.exec_driver_sql(_FORGET_ATTEMPT, {"revision": revision})
        return everything(self.connection) == self.before[revision]

    def _upgrade(self) -> None:
        [ended] = self.project.at_once("upgrade", "head")
        assert ended.returncode == 0, ended.stderr


def history(connection: Connection) -> Attempts:
    """Every attempt that the history knows of, oldest first: its revision and what became of it."""
    if not HISTORY.exists(connection):
        return []
    rows = reversed(HISTORY.rows(connection, limit=100))
    return [(row.revision, "interrupted" if row.error == INTERRUPTED else row.outcome) for row in rows]


def assert_history_agrees(connection: Connection, told: Attempts) -> None:
    """The revision that the database is at is the last that was applied; at most the next one was interrupted."""
    applied = [revision for revision, outcome in told if outcome == "applied"]
    assert VersionTable(None, "alembic_version").revisions(connection) == tuple(applied[-1:])
    assert [outcome for _, outcome in told[len(applied) :]] in ([], ["interrupted"])


@pytest.fixture
def superuser(database: Database) -> Iterator[Connection]:
    with database.connect(database.superuser_url) as connection:
        yield connection


@pytest.mark.parametrize(("tree", "revision"), REVISIONS)
def test_killed_before_and_after_every_statement_of_a_revision(
    tree: Tree, revision: str, project: Project, superuser: Connection
) -> None:
    tree = tree.ending_after(revision)
    killing = Killing(tree, project, superuser)
    before = [(earlier, "applied") for earlier in tree.until(revision)]
    told = list(killing.at_every_moment(revision))
    interrupted, applied = [*before, (revision, "interrupted")], [*before, (revision, "applied")]
    assert told[0] == before
    # After its commit an attempt reads back what it says of itself.
    committed = told.index(applied) if applied in told else len(told)
    assert told[1:] == [interrupted] * (committed - 1) + [applied] * (len(told) - committed)
    assert committed > 3
    assert killing.at(Moment(tree.after(revision), 0)) == [*before, (revision, "applied")]
    assert len(killing.put_right) > 2, "before the attempt, in it, and after its commit"


@pytest.mark.parametrize("tree", TREES[:1], ids=lambda tree: tree.name)
def test_killed_before_the_first_attempt_nothing_has_happened(
    tree: Tree, project: Project, superuser: Connection
) -> None:
    told = list(Killing(tree, project, superuser).at_every_moment(""))
    assert len(told) > 5
    assert not any(told)
