"""Upgrades a scratch database, downgrades it and upgrades it again, comparing the schema after each."""

import logging
from collections.abc import Sequence
from typing import Any

from alembic.script import Script
from sqlalchemy import Connection

from alembic_rollout.checks.declared_checks import Check, declared_checks
from alembic_rollout.checks.row_questions import Limits, ask
from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.history.attempt import Direction
from alembic_rollout.inventory.releases import BothReleases
from alembic_rollout.project.catalogue import catalogue, difference, own_tables
from alembic_rollout.project.environment import Environment
from alembic_rollout.rehearsal.observer import Observation, Observer
from alembic_rollout.rehearsal.results import Rehearsal, RehearsedRevision
from alembic_rollout.rehearsal.walk import Listener, walk
from alembic_rollout.scratch.database import Scratch

# Reading a large schema takes a good part of a second: with more revisions than this, only whole runs are compared.
MOST_COMPARED_ONE_BY_ONE = 50

logger = logging.getLogger(__name__)


class RoundTrip:
    """Upgrade, downgrade and upgrade again, with a look at the schema after each.

    Args:
        environment: the project.
        scratch: the database to do it in.
        observer: watches it.
        reader: a connection that reads the schema, as the role that runs the revisions.
        rehearsal: where the results go.
        releases: asked before and after each revision of the first upgrade.
    """

    def __init__(
        self,
        environment: Environment,
        scratch: Scratch,
        observer: Observer,
        reader: Connection,
        rehearsal: Rehearsal,
        *,
        releases: BothReleases,
    ) -> None:
        self._environment = environment
        self._scratch = scratch
        self._observer = observer
        self._reader = reader
        self._rehearsal = rehearsal
        self.releases = releases
        self._own_tables = own_tables(environment.version_table, environment.settings.history_table)
        self._before: dict[str, list[str]] = {}
        self._not_undone: set[str] = set()

    def run(self, scripts: Sequence[Script]) -> None:
        """Run the revisions, until something fails."""
        rehearsal = self._rehearsal
        one_by_one = len(scripts) <= MOST_COMPARED_ONE_BY_ONE
        start = self._schema()
        if not self._walk(scripts, _Upgrade(self, self._observer, one_by_one=one_by_one)):
            return
        top = self._schema()
        if not self._walk(scripts[::-1], _Downgrade(self, self._observer, one_by_one=one_by_one)):
            return
        rehearsal.after_down = difference(start, self._schema())
        # From another schema than the first upgrade, a second one proves nothing.
        if not rehearsal.after_down and self._walk(scripts, _SecondUpgrade(self, self._observer, one_by_one=False)):
            rehearsal.after_second_up = difference(top, self._schema())

    def keep_schema(self, script: Script) -> None:
        """Remember the schema from before a revision."""
        self._before[script.revision] = self._schema()

    def compare_schema(self, script: Script) -> None:
        """Compare the schema after a revision was reverted with the one from before it."""
        differing = difference(self._before[script.revision], self._schema())
        # What a later revision has left behind counts for that one.
        self.result(script).not_undone = [line for line in differing if line not in self._not_undone]
        self._not_undone |= set(differing)

    def result(self, script: Script) -> RehearsedRevision:
        """Return where the results of a revision go."""
        return next(one for one in self._rehearsal.revisions if one.revision == script.revision)

    def ask_before(self, script: Script) -> None:
        """Ask the checks of a revision that is about to run.

        Raises:
            RolloutError: they cannot be asked, or do not pass where every row is one of the revisions' own.
        """
        declared = declared_checks(vars(script.module))
        if declared.problem:
            raise UsageError(declared.problem)
        self.result(script).checks = self._asked(self._reader, declared.before)

    def ask_after(self, script: Script, connection: Connection) -> None:
        """Ask the verifications of a revision in its transaction; see `ask_before`."""
        self.result(script).verify = self._asked(connection, declared_checks(vars(script.module)).after)

    def _asked(self, connection: Connection, checks: Sequence[Check]) -> list[dict[str, Any]]:
        settings = self._environment.settings
        answers = [ask(connection, each, Limits(settings.statement_timeout, settings.lock_timeout)) for each in checks]
        ending = ("unusable", "unanswered") if self._rehearsal.start else ("unusable", "unanswered", "failed")
        wrong = [str(answer) for answer in answers if answer.outcome in ending]
        if wrong:
            raise RolloutError("; ".join(wrong))
        return [answer.as_dict() for answer in answers]

    def _walk(self, scripts: Sequence[Script], stage: "_Stage") -> bool:
        logger.info("Rehearsing the %s.", stage.name)
        self._rehearsal.failure = walk(self._environment, self._scratch.engine, scripts, stage.direction, stage)
        return self._rehearsal.failure is None

    def _schema(self) -> list[str]:
        return catalogue(self._reader, without=self._own_tables)


class _Stage(Listener):
    name = ""
    direction: Direction = "upgrade"

    def __init__(self, trip: RoundTrip, observer: Observer, *, one_by_one: bool) -> None:
        self._trip = trip
        self._observer = observer
        self._one_by_one = one_by_one

    def begin(self, script: Script) -> None:
        if self._one_by_one:
            self._look_before(script)
        if self.direction == "upgrade":
            self._trip.ask_before(script)
        self._observer.begin()

    def before_commit(self, script: Script, connection: Connection) -> None:
        self._observer.before_commit()
        if self.direction == "upgrade":
            self._trip.ask_after(script, connection)

    def finish(self, script: Script) -> None:
        self._keep(self._trip.result(script), self._observer.finish())
        if self._one_by_one:
            self._look_after(script)

    def _look_before(self, script: Script) -> None:
        """Look at the schema before a revision."""

    def _look_after(self, script: Script) -> None:
        """Look at the schema after a revision."""

    def _keep(self, result: RehearsedRevision, observation: Observation) -> None:
        raise NotImplementedError


class _Upgrade(_Stage):
    name = "upgrade"

    def begin(self, script: Script) -> None:
        self._trip.releases.begin(script.revision)
        super().begin(script)

    def finish(self, script: Script) -> None:
        super().finish(script)
        self._trip.releases.finish(script.revision)

    def _look_before(self, script: Script) -> None:
        self._trip.keep_schema(script)

    def _keep(self, result: RehearsedRevision, observation: Observation) -> None:
        result.up = observation


class _Downgrade(_Stage):
    name = "downgrade"
    direction = "downgrade"

    def _look_after(self, script: Script) -> None:
        self._trip.compare_schema(script)

    def _keep(self, result: RehearsedRevision, observation: Observation) -> None:
        result.down = observation


class _SecondUpgrade(_Stage):
    name = "second upgrade"

    def _keep(self, result: RehearsedRevision, observation: Observation) -> None:
        result.again = observation
