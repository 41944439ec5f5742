"""Runs revisions for real in a scratch database, by Alembic, one transaction each."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import Script
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import RolloutError
from alembic_rollout.history.attempt import Direction
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.sqlstates import INTEGRITY_CONSTRAINT_VIOLATION_CLASS
from alembic_rollout.project.alembic_private import upgrade_steps
from alembic_rollout.sql.meaning import changes_whole_server
from alembic_rollout.wording.phrases import shortened

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


class WholeServerError(RolloutError):
    """A statement would have changed what all databases of the server share."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a revision could not be run.

    Attributes:
        revision: its id.
        direction: where it was going.
        error: what went wrong, on one line.
        statement: the statement that failed, where it was one.
        was_refused: it was not run at all, because it would have changed the whole server.
    """

    revision: str
    direction: Direction
    error: str
    statement: str | None
    was_refused: bool = False


class Listener:
    """Hears where a walk is; every method may be overridden."""

    def begin(self, script: Script) -> None:
        """A revision begins."""

    def before_commit(self, script: Script, connection: Connection) -> None:
        """A revision is done, and its transaction on this connection is still open."""

    def finish(self, script: Script) -> None:
        """A revision's transaction is over."""


def pending(environment: "Environment", to: str, current: Sequence[str]) -> list[Script]:
    """Return the revisions that `alembic upgrade TO` would run, in order.

    Args:
        environment: whose tree.
        to: as Alembic takes it: `head`, `heads`, an id, `+1`, ...
        current: the database's revisions.

    Raises:
        CommandError: Alembic cannot go there.
    """
    return [step.revision for step in upgrade_steps(environment.script, to, current)]


def walk(
    environment: "Environment",
    engine: Engine,
    scripts: Iterable[Script],
    direction: Direction,
    listener: Listener | None = None,
) -> Failure | None:
    """Run revisions one after the other, until one fails.

    What they print goes to standard error: standard output is the command's.

    Args:
        environment: its options are those of `context.configure`.
        engine: of the database.
        scripts: the revisions, in the order to run them in.
        direction: `upgrade` or `downgrade`.
        listener: hears of each.
    """
    walked = _Walk(environment, scripts, direction, listener or Listener())
    try:
        with redirect_stdout(sys.stderr):
            walked.run(engine)
    except Exception as error:  # a revision may raise anything, and that is the result
        if walked.current is None:
            raise
        return _failure(walked.current, direction, error)
    return None


class _Walk:
    def __init__(
        self, environment: "Environment", scripts: Iterable[Script], direction: Direction, listener: Listener
    ) -> None:
        self._environment = environment
        self._scripts = scripts
        self._is_upgrade = direction == "upgrade"
        self._listener = listener
        self.current: Script | None = None

    def run(self, engine: Engine) -> None:
        environment = self._environment
        options = environment.configure_options()
        own = options.pop("on_version_apply", None) or ()
        options["on_version_apply"] = [*(own if isinstance(own, Iterable) else (own,)), self._before_commit]
        with (
            EnvironmentContext(environment.config, environment.script, fn=self._steps) as context,
            engine.connect() as connection,
        ):
            event.listen(connection, "before_cursor_execute", _refuse_whole_server)
            context.configure(connection=connection, **options)
            with context.begin_transaction():
                context.run_migrations()

    def _steps(self, _heads: object, _context: MigrationContext) -> Iterator[MigrationStep]:
        # Alembic opens a step's transaction after it got the step, and commits before it asks for the next one.
        for script in self._scripts:
            self.current = script
            self._listener.begin(script)
            yield RevisionStep(self._environment.script.revision_map, script, self._is_upgrade)
            self._listener.finish(script)
            self.current = None

    def _before_commit(self, *, ctx: MigrationContext, **_: object) -> None:
        assert self.current is not None  # noqa: S101 - for the type checker: a step is running
        assert ctx.connection is not None  # noqa: S101 - for the type checker: this is not `--sql`
        self._listener.before_commit(self.current, ctx.connection)


def _refuse_whole_server(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    # Roles and databases are the live server's too; no scratch database keeps a change of them to itself.
    if changes_whole_server(statement):
        raise WholeServerError(f"this changes the whole server, so it is not rehearsed: {shortened(statement, 200)}")


def _failure(script: Script, direction: Direction, error: Exception) -> Failure:
    is_plain = isinstance(error, (DBAPIError, RolloutError))
    cause = one_line(error) if is_plain else f"{type(error).__name__}: {one_line(error)}"
    if (sqlstate(error) or "").startswith(INTEGRITY_CONSTRAINT_VIOLATION_CLASS):
        cause += " (the copy has no rows: what refers to rows that were there fails here and not there)"
    statement = error.statement if isinstance(error, DBAPIError) else None
    return Failure(script.revision, direction, cause, statement, was_refused=isinstance(error, WholeServerError))
