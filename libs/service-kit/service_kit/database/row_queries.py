"""A read of one row that is asked all the time: SQLAlchemy's statement, connection and errors, the driver's cursor.

What SQLAlchemy does around each statement takes longer than the driver, the network and PostgreSQL together. The
connection is the pool's all the same: what is checked when it is given out, watched while it is used, and limited by
the server, is so here too.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable
from typing import Any

import psycopg2
from sqlalchemy import Connection, Select
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.exc import DBAPIError

from service_kit.database.sessions import UnstorableValueError
from service_kit.observability import statement_spans

FoundRow = Any
"""A row that a query found, with its columns as attributes."""


class RowQuery:
    """A SELECT that is compiled once.

    Args:
        statement: its values are what the driver takes and gives as it is: texts, numbers, moments, UUIDs, arrays.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        dialect: Any = PGDialect_psycopg2
        compiled = statement.compile(dialect=dialect())
        self._sql = str(compiled)
        self._constants = compiled.params
        new_type: Any = namedtuple  # mypy wants the names written out
        self._as_row: Callable[[Iterable[Any]], FoundRow] = new_type("Row", statement.selected_columns.keys())._make

    def one_or_none(self, connection: Connection, **values: object) -> FoundRow | None:
        """Return the first row, or None.

        Args:
            connection: of `Database.reading()`.
            values: of the statement's parameters.

        Raises:
            DBAPIError: as SQLAlchemy raises it; a connection that broke has left the pool.
            UnstorableValueError: the driver cannot send a value.
        """
        driver: Any = connection.connection
        values = {**self._constants, **values}
        with driver.cursor() as cursor:
            for listener in connection.dispatch.before_cursor_execute:
                listener(connection, cursor, self._sql, values, None, False)
            try:
                cursor.execute(self._sql, values)
                for listener in connection.dispatch.after_cursor_execute:
                    listener(connection, cursor, self._sql, values, None, False)
                found = cursor.fetchone()
            except psycopg2.Error as error:
                raise self._translated(error, connection) from error
            except ValueError as error:
                statement_spans.failed(connection, error)
                raise UnstorableValueError from error
        return None if found is None else self._as_row(found)

    def _translated(self, error: Any, connection: Connection) -> BaseException:  # noqa: ANN401 - the driver's
        statement_spans.failed(connection, error)
        is_broken = connection.dialect.is_disconnect(error, connection.connection, None)
        if is_broken:
            connection.invalidate(error)
        translated: BaseException = DBAPIError.instance(
            self._sql,
            None,
            error,
            psycopg2.Error,
            hide_parameters=True,
            connection_invalidated=is_broken,
            dialect=connection.dialect,
        )
        return translated
