"""The one place that decides what may be said of an error, whatever it is."""

from collections.abc import Iterable

from sqlalchemy.exc import StatementError

from alembic_rollout.redaction import python_errors, server_errors
from alembic_rollout.redaction.texts import on_one_line


def original(error: BaseException) -> BaseException:
    """Return the error inside SQLAlchemy's, which adds the statement and its parameters to the text."""
    while isinstance(error, StatementError) and error.orig is not None:
        error = error.orig
    return error


def text_of(error: BaseException, *, code: Iterable[str] = ()) -> str:
    """Return what may be said of an error, on one line: no value of a row or a statement, no secret.

    Args:
        error: of a driver, of SQLAlchemy, of Alembic, of Python.
        code: sources that may hold the text of a `RAISE`, besides the statement that failed.
    """
    inner = original(error)
    if server_errors.is_server_error(inner):
        statement = getattr(error, "statement", None)
        text = server_errors.message_of(inner, code=_sources(statement, code))
    else:
        text = python_errors.message_of(inner)
    return on_one_line(text) or type(inner).__name__


def _sources(statement: object, code: Iterable[str]) -> Iterable[str]:
    if isinstance(statement, str):
        yield statement
        yield statement.replace("''", "'")  # a body that is itself a string
    yield from code
