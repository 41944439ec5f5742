"""A span for each statement that SQLAlchemy sends within a trace: its text with placeholders, never a value."""

import re
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Engine, ExceptionContext, event

from service_kit.observability import trace_context, tracing

_SPAN: Final = "service_kit_statement_span"
_LONGEST_TEXT: Final = 4000
# Where code writes a value into a statement, such as an index's condition: a quoted text in each of its forms. One
# without an end reaches to the end of the statement.
_QUOTED = re.compile(r"""[eE]'(?:\\.|''|[^'\\])*(?:'|$)|'(?:''|[^'])*(?:'|$)|\$(\w*)\$.*?(?:\$\1\$|$)""", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w$.\"])[0-9]+(?:\.[0-9]+)?\b")


def watch(engine: Engine) -> None:
    """Record the statements of an engine."""
    database = engine.url.database or ""

    def begin(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        recorder, current = tracing.recorder(), trace_context.entered()
        if recorder is None or current is None or not current.is_recorded:
            return
        operation, text = _described(statement)
        connection.info[_SPAN] = recorder.start(
            f"{operation} {database}",
            current,
            kind="client",
            attributes={
                "db.system.name": "postgresql",
                "db.namespace": database,
                "db.operation.name": operation,
                "db.query.text": text,
            },
        )

    def end(connection: Connection, *_: object) -> None:
        if (started := connection.info.pop(_SPAN, None)) is not None:
            started.end()

    def fail(context: ExceptionContext) -> None:
        if context.connection is not None:
            failed(context.connection, context.original_exception)

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)


def failed(connection: Connection, error: BaseException) -> None:
    """End the span of the statement that failed on a connection, if there is one."""
    if connection.invalidated:
        return  # what is kept with the driver's connection went with it
    started: Any = connection.info.pop(_SPAN, None)
    if started is not None:
        started.failed(getattr(error, "pgcode", None) or type(error).__name__)
        started.end()


@lru_cache(maxsize=1024)
def _described(statement: str) -> tuple[str, str]:
    """Return the operation and the text of a statement without any value."""
    words = statement.split(maxsplit=1)
    text = _NUMBER.sub("?", _QUOTED.sub("?", statement))
    return (words[0].upper() if words and words[0].isalpha() else "SQL"), text[:_LONGEST_TEXT]
