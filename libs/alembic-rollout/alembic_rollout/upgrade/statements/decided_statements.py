"""Refuses, before it is sent, a statement of a revision that the decision did not contain.

The linter, the backup and what is held rest on what a revision did when it was read. Its code can find out that it is
only read, and show another SQL than it runs. So what it runs is compared with what it showed.

Actions are compared, not texts: a real run sends parameters where a reading shows values.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, event

from alembic_rollout.errors import RolloutError
from alembic_rollout.lint.new_objects import Made
from alembic_rollout.operations.autocommit import running_helper
from alembic_rollout.redaction.sql_values import without_literals
from alembic_rollout.settings import BACKFILL_TABLE
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.actions import actions_in
from alembic_rollout.sql.calls import actions_of_calls
from alembic_rollout.sql.kinds import TABLES
from alembic_rollout.sql.maintenance import MAINTENANCE
from alembic_rollout.sql.meaning import destroys
from alembic_rollout.sql.tokens import UNKNOWN_NAME, outermost, split_name
from alembic_rollout.wording.phrases import shortened

if TYPE_CHECKING:
    from alembic_rollout.project.rendering import RevisionReading, Statement

_LONGEST = 200
_WITH_BODIES = ("function", "procedure")
_BY_CONDITION = ("update", "delete")
_AS_READ = {"standard_conforming_strings": "on", "client_encoding": "UTF8"}
"""Settings that the server reports, with the values by which SQL was read."""


class UndecidedStatementError(RolloutError):
    """A revision was about to run what it did not show when it was read."""


class DecidedStatements:
    """Compares what a revision sends with what it has shown.

    Args:
        engine: the one that migrates.
    """

    def __init__(self, engine: Engine) -> None:
        self._shown: _Shown | None = None
        self._refusal: UndecidedStatementError | None = None
        event.listen(engine, "before_cursor_execute", self._before_execute)

    def guarded(self, function: Callable[..., object], reading: "RevisionReading") -> Callable[..., object]:
        """Return a revision's function, which may send what its reading has shown and nothing else."""

        def run(**arguments: object) -> object:
            with self._comparing(reading):
                return function(**arguments)

        return run

    @contextmanager
    def _comparing(self, reading: "RevisionReading") -> Iterator[None]:
        self._shown, self._refusal = _Shown(reading.revision, reading.upgrade.statements), None
        try:
            yield
        finally:
            self._shown = None
        # The revision may have caught it.
        if self._refusal is not None:
            raise self._refusal

    def _before_execute(self, connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401 - the driver's
        if self._shown is None:
            return
        try:
            self._shown.check(statement, helper=running_helper())
            _check_reading(connection, self._shown.revision)
        except UndecidedStatementError as refusal:
            self._refusal = self._refusal or refusal
            raise


class _Shown:
    """What a revision has shown, and what it has made since it began."""

    def __init__(self, revision: str, statements: "Sequence[Statement]") -> None:
        self.revision = revision
        self._made = Made(lambda _: True)
        self._functions: list[Action] = []
        self._effects: set[tuple[str, ...]] = set()
        self._of_helpers: dict[str, set[str]] = {}
        functions: list[Action] = []
        for statement in statements:
            actions = _actions(statement.sql, functions)
            self._effects.update(map(_effect, actions))
            if statement.helper:
                names = self._of_helpers.setdefault(statement.helper, set())
                names.update(split_name(action.table or action.name)[1] for action in actions)

    def check(self, sql: str, *, helper: str | None) -> None:
        """Refuse a statement that does something else.

        Args:
            sql: as it is sent to the driver.
            helper: of `alembic_rollout.operations`, which asks the database what is left to do.

        Raises:
            UndecidedStatementError: it does.
        """
        for action in _actions(sql, self._functions):
            if helper is not None:
                is_shown = not (destroys(action) or action.is_data) or self._is_of_helper(action, helper)
            else:
                is_shown = not _is_compared(action) or _effect(action) in self._effects or self._is_on_new(action)
            if not is_shown:
                shown_text = shortened(" ".join(without_literals(sql).split()), _LONGEST)
                raise UndecidedStatementError(
                    f"{self.revision} was about to run what it did not show when it was read, so that neither the"
                    f" linter nor the backup knew of it: {shown_text}. Let it run the same statements"
                    ' however it is run, or say accepted = {"cannot-render": "..."} with the reason'
                )
            self._made.add(action)

    def _is_on_new(self, action: Action) -> bool:
        """Return True if it makes a table, or touches one that this revision has made: no other session uses it."""
        return (action.verb == "create" and action.kind in TABLES) or self._made.has_target_of(action)

    def _is_of_helper(self, action: Action, helper: str) -> bool:
        name = split_name(action.table or action.name)[1]
        return name == BACKFILL_TABLE or name in self._of_helpers.get(helper, ()) or action.kind == "index"


def _check_reading(connection: Connection, revision: str) -> None:
    """Refuse to send anything where the server would read it otherwise than the linter has.

    Raises:
        UndecidedStatementError: a setting is another one, whatever has changed it.
    """
    driver: Any = connection.connection.dbapi_connection
    for name, wanted in _AS_READ.items():
        value = driver.info.parameter_status(name)
        if value not in (wanted, None):  # some poolers do not report it
            raise UndecidedStatementError(
                f"{revision} was about to be read otherwise than the linter has read it: {name} is {value}. Let it not"
                " change that setting"
            )


def _actions(sql: str, functions: list[Action]) -> list[Action]:
    """Return what a text does, the functions that it calls included; keep those that it makes."""
    text = sql.replace("%%", "%")  # SQLAlchemy doubles them for the driver
    actions = actions_in(text)
    functions += [action for action in actions if action.verb == "create" and action.kind in _WITH_BODIES]
    return [*actions, *actions_of_calls(text, functions)]


def _is_compared(action: Action) -> bool:
    is_unknown = action.verb == "execute" and action.detail == UNKNOWN_NAME
    return action.is_structure or action.is_data or is_unknown or action.verb in (*MAINTENANCE, "set")


def _effect(action: Action) -> tuple[str, ...]:
    detail = "" if action.verb == "set" else action.detail
    if action.verb in _BY_CONDITION and "where" not in outermost(action.tokens):
        detail = "every row"
    return (action.verb, action.kind, action.name, action.table, detail, action.new_name)
