"""`alembic-rollout rehearse`: what pending revisions would do, found out by doing it, on a copy of the schema."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from alembic.script import Script
from sqlalchemy import Connection

from alembic_rollout import logs
from alembic_rollout.errors import DatabaseAheadError, FindingsError, RolloutError
from alembic_rollout.history.attempt import Direction
from alembic_rollout.output import print_json
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.project.catalogue import catalogue, difference, own_tables
from alembic_rollout.project.tree_checks import check_heads, check_tree
from alembic_rollout.rehearsal.clone import clone_schema
from alembic_rollout.rehearsal.observer import Observation, Observer, observing
from alembic_rollout.rehearsal.report import print_report
from alembic_rollout.rehearsal.results import Rehearsal, RehearsedRevision
from alembic_rollout.rehearsal.walk import Listener, pending, walk
from alembic_rollout.scratch.database import Scratch, open_scratch

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

# Reading a large schema takes a good part of a second: with more revisions than this, only whole ways are compared.
_MOST_COMPARED_ONE_BY_ONE = 50

logger = logging.getLogger(__name__)


def rehearse_command(environment: "Environment", *, to: str, as_json: bool) -> None:
    """Run pending revisions on a copy of the schema: up, down again, and up a second time; print what they did.

    Args:
        environment: the project and its database, which is not changed.
        to: the revision to go to, as Alembic takes it.
        as_json: for programs.

    Raises:
        RolloutError: a revision failed, or the schema could not be copied.
        FindingsError: the way down does not lead to where the way up began, or the second way up elsewhere.
        DatabaseAheadError: the database is at a revision that this tree does not have.
    """
    logs.configure(environment.settings.log_format)
    check_tree(environment.tree)
    check_heads(environment.tree, to)
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        current = environment.version_table.revisions(connection)
        database = connection.engine.url.render_as_string(hide_password=True)
    _check_known(environment, current)
    scripts = pending(environment, to, current)
    rehearsal = Rehearsal(database, current, [_describe(environment, script) for script in scripts])
    if scripts:
        _rehearse(environment, scripts, rehearsal)
    (print_json if as_json else print_report)(rehearsal)
    _conclude(rehearsal)


def _check_known(environment: "Environment", current: Sequence[str]) -> None:
    unknown = [revision for revision in current if revision not in environment.tree.by_revision]
    if unknown:
        raise DatabaseAheadError(
            f"The database is at {', '.join(unknown)}, which this code (at {', '.join(environment.tree.heads)})"
            " has never heard of: rehearse with the release that made it."
        )


def _describe(environment: "Environment", script: Script) -> RehearsedRevision:
    file = environment.tree.by_revision.get(script.revision)
    return RehearsedRevision(script.revision, (script.doc or "").rstrip("."), file.phase if file else "expand")


def _rehearse(environment: "Environment", scripts: Sequence[Script], rehearsal: Rehearsal) -> None:
    with open_scratch(environment) as scratch:
        if rehearsal.start:
            logger.info("Copying the schema of %s.", scratch.live.name)
        clone_schema(environment, scratch, rehearsal.start)
        with observing(environment, scratch) as observer, scratch.admin.connect() as reader:
            _Rehearsing(environment, scratch, observer, reader, rehearsal).run(scripts)


class _Rehearsing:
    """Up, down, up again, with a look at the schema after each.

    Args:
        environment: the project.
        scratch: the database to do it in.
        observer: watches it.
        reader: a connection that reads the schema.
        rehearsal: where the results go.
    """

    def __init__(
        self, environment: "Environment", scratch: Scratch, observer: Observer, reader: Connection, rehearsal: Rehearsal
    ) -> None:
        self._environment = environment
        self._scratch = scratch
        self._observer = observer
        self._reader = reader
        self._rehearsal = rehearsal
        self._before: dict[str, list[str]] = {}
        self._not_undone: set[str] = set()

    def run(self, scripts: Sequence[Script]) -> None:
        """Walk, until something fails."""
        rehearsal = self._rehearsal
        one_by_one = len(scripts) <= _MOST_COMPARED_ONE_BY_ONE
        start = self._schema()
        if not self._walk(scripts, _Up(self, self._observer, one_by_one=one_by_one)):
            return
        top = self._schema()
        if not self._walk(scripts[::-1], _Down(self, self._observer, one_by_one=one_by_one)):
            return
        rehearsal.after_down = difference(start, self._schema())
        # From another place than the first time, another way says nothing.
        if not rehearsal.after_down and self._walk(scripts, _Again(self, self._observer, one_by_one=False)):
            rehearsal.after_second_up = difference(top, self._schema())

    def keep_schema(self, script: Script) -> None:
        """Remember the schema from before a revision."""
        self._before[script.revision] = self._schema()

    def compare_schema(self, script: Script) -> None:
        """Compare the schema after a revision was taken back with the one from before it."""
        differing = difference(self._before[script.revision], self._schema())
        # What a later revision has left behind is that one's.
        self.result(script).not_undone = [line for line in differing if line not in self._not_undone]
        self._not_undone |= set(differing)

    def result(self, script: Script) -> RehearsedRevision:
        """Return where the results of a revision go."""
        return next(one for one in self._rehearsal.revisions if one.revision == script.revision)

    def _walk(self, scripts: Sequence[Script], stage: "_Stage") -> bool:
        logger.info("Rehearsing %s.", stage.name)
        self._rehearsal.failure = walk(self._environment, self._scratch.engine, scripts, stage.direction, stage)
        return self._rehearsal.failure is None

    def _schema(self) -> list[str]:
        return catalogue(
            self._reader, without=own_tables(self._environment.version_table, self._environment.settings.history_table)
        )


class _Stage(Listener):
    name = ""
    direction: Direction = "upgrade"

    def __init__(self, rehearsing: _Rehearsing, observer: Observer, *, one_by_one: bool) -> None:
        self._rehearsing = rehearsing
        self._observer = observer
        self._one_by_one = one_by_one

    def begin(self, script: Script) -> None:
        if self._one_by_one:
            self._look_before(script)
        self._observer.begin()

    def before_commit(self, _: Script) -> None:
        self._observer.before_commit()

    def finish(self, script: Script) -> None:
        self._keep(self._rehearsing.result(script), self._observer.finish())
        if self._one_by_one:
            self._look_after(script)

    def _look_before(self, script: Script) -> None:
        """Look at the schema before a revision."""

    def _look_after(self, script: Script) -> None:
        """Look at the schema after a revision."""

    def _keep(self, result: RehearsedRevision, observation: Observation) -> None:
        raise NotImplementedError


class _Up(_Stage):
    name = "the way up"

    def _look_before(self, script: Script) -> None:
        self._rehearsing.keep_schema(script)

    def _keep(self, result: RehearsedRevision, observation: Observation) -> None:
        result.up = observation


class _Down(_Stage):
    name = "the way down"
    direction = "downgrade"

    def _look_after(self, script: Script) -> None:
        self._rehearsing.compare_schema(script)

    def _keep(self, result: RehearsedRevision, observation: Observation) -> None:
        result.down = observation


class _Again(_Stage):
    name = "the way up once more"

    def _keep(self, result: RehearsedRevision, observation: Observation) -> None:
        result.again = observation


def _conclude(rehearsal: Rehearsal) -> None:
    failure = rehearsal.failure
    if failure is not None:
        verb = "Upgrading to" if failure.direction == "upgrade" else "Taking back"
        raise RolloutError(f"{verb} {failure.revision} fails in the rehearsal: {failure.error}")
    if rehearsal.after_down:
        wrong = [one.revision for one in rehearsal.revisions if one.not_undone]
        who = f"The downgrade of {', '.join(wrong)}" if wrong else "The way down"
        raise FindingsError(
            f"{who} does not undo what the upgrade did; lines that differ: {len(rehearsal.after_down)}."
        )
    if rehearsal.after_second_up:
        count = len(rehearsal.after_second_up)
        raise FindingsError(f"The second way up leads to another schema than the first; lines that differ: {count}.")
