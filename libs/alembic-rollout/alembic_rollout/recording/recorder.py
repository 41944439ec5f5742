"""Listens to every engine of a process, and keeps what the connections of the release under test send.

A service's connections carry the name of its release; those of its tests, of migrations and of Alembic do not. What
this library asks over the service's connections, for a readiness check or metrics, is left out.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExecutionContext

from alembic_rollout.inventory.statement_text import is_recorded, normalized

_LIBRARIES = ("alembic", "alembic_rollout")
_BETWEEN = ("sqlalchemy", "contextlib", __name__)
"""Modules between the code that sends a statement and this one."""
_COPIES = ("copy_expert", "copy")  # of a cursor of psycopg2, of psycopg 3


class Recorder:
    """The statements of one process.

    Args:
        release: the `application_name` of the connections that count.
    """

    def __init__(self, release: str) -> None:
        self._release = release
        self._seen: dict[tuple[str, bool], str] = {}

    @property
    def statements(self) -> frozenset[str]:
        """What was recorded, in the form of the inventory."""
        return frozenset(self._seen.values())

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Listen as long as this lasts."""
        event.listen(Engine, "before_cursor_execute", self._before_execute)
        event.listen(Engine, "connect", self._connected)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", self._before_execute)
            event.remove(Engine, "connect", self._connected)

    def _before_execute(
        self,
        connection: Connection,
        _cursor: object,
        statement: str,
        parameters: object,
        context: ExecutionContext | None,
        _many: bool,
    ) -> None:
        if self._is_of_the_release(connection.connection.dbapi_connection):
            options = context.execution_options if context is not None else {}
            self.keep(statement, has_placeholders=bool(parameters) or not options.get("no_parameters", False))

    def _connected(self, driver: Any, _: object) -> None:  # noqa: ANN401 - the driver's connection
        """Let the cursors of a connection name the COPY that they run, which SQLAlchemy does not see."""
        if self._is_of_the_release(driver):
            base = getattr(driver, "cursor_factory", None) or _default_cursor()
            driver.cursor_factory = _recording_copies(base, self)

    def keep(self, statement: str, *, has_placeholders: bool) -> None:
        """Keep a statement of the release, unless it is one of those that do not count."""
        key = (statement, has_placeholders)
        if key not in self._seen and is_recorded(statement) and not _is_sent_by_a_library(sys._getframe(1)):
            self._seen[key] = normalized(statement, has_placeholders=has_placeholders)

    def _is_of_the_release(self, driver: Any) -> bool:  # noqa: ANN401 - the driver's connection
        info = getattr(driver, "info", None)  # other databases' drivers have none
        return info is not None and info.parameter_status("application_name") == self._release


def _is_sent_by_a_library(frame: FrameType | None) -> bool:
    """Return True if a statement is sent by this library, by Alembic, or by SQLAlchemy for itself."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name == "sqlalchemy.engine.create":  # on the first connection of an engine
            return True
        if not name.startswith(_BETWEEN):
            return name.partition(".")[0] in _LIBRARIES
        frame = frame.f_back
    return False


def _default_cursor() -> type:
    """Return the class of psycopg2's cursors, which its connections name only where another one was set."""
    from psycopg2.extensions import cursor  # noqa: PLC0415 - only where the project has this driver

    return cursor


def _recording_copies(base: type, recorder: Recorder) -> type:
    def recording(name: str) -> Any:  # noqa: ANN401 - a method
        def copy(self: Any, statement: object, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - the driver's
            if isinstance(statement, str):
                recorder.keep(statement, has_placeholders=False)
            return getattr(super(cursor_class, self), name)(statement, *arguments, **options)

        return copy

    methods = {name: recording(name) for name in _COPIES if hasattr(base, name)}
    cursor_class = type(base.__name__, (base,), methods)
    return cursor_class
