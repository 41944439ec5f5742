"""`op.get_bind()` without a database: what is written through it is recorded, what it is asked is noted and refused."""

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

import sqlalchemy
from sqlalchemy import ClauseElement, Connection, Insert, TextClause, inspection
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.exc import ObjectNotExecutableError
from sqlalchemy.types import NullType, TypeEngine

from alembic_rollout.project.rendering.watch import is_asked_by_alembic, is_asked_by_machinery, note, refuse

_IN_TRANSACTION = "in_transaction"
_QUESTIONS_OF_PYTHON = (
    *(
        "__bool__",
        "__len__",
        "__iter__",
        "__next__",
        "__contains__",
        "__getitem__",
        "__call__",
        "__enter__",
        "__await__",
    ),
    *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__str__", "__repr__", "__format__"),
    *("__int__", "__float__", "__index__", "__add__", "__radd__", "__aiter__", "__aenter__"),
)


class Answer:
    """The result of a statement that was only recorded: it may be thrown away, and not be looked at."""

    def close(self) -> None:
        """Close it: nothing is open."""

    def __getattr__(self, name: str) -> NoReturn:
        refuse(f"the result of a query is asked for (.{name})")


def _refusing(name: str) -> Callable[..., Any]:
    def question(*_: object, **__: object) -> NoReturn:
        refuse(f"the result of a query is asked for ({name})")

    return question


for _name in _QUESTIONS_OF_PYTHON:
    setattr(Answer, _name, _refusing(_name))


class Bind(MockConnection):
    """Stands for the connection of a revision.

    Args:
        dialect: PostgreSQL's.
        record: takes each statement.
        control: takes `COMMIT` or `ROLLBACK`.
    """

    def __init__(self, dialect: Any, record: Callable[[Any], object], control: Callable[[str], object]) -> None:  # noqa: ANN401 - SQLAlchemy's
        super().__init__(dialect, lambda statement, *_: record(statement))
        self._control = control

    @property
    def __class__(self) -> Any:  # noqa: ANN401 - `isinstance` answers as in a real run
        return Connection

    @__class__.setter
    def __class__(self, _: object) -> NoReturn:
        raise TypeError("a bind keeps its class")

    def connect(self, **_: Any) -> NoReturn:  # noqa: ANN401 - SQLAlchemy's arguments
        """Refuse: `bind.engine.connect()` is a connection of its own."""
        refuse("a connection of its own is opened (engine.connect())")

    def execute(self, obj: Any, parameters: Any = None, execution_options: Any = None) -> Any:  # noqa: ANN401, ARG002 - SQLAlchemy's arguments
        """Record a statement; its result must not be looked at."""
        if isinstance(obj, str):
            raise ObjectNotExecutableError(obj)
        for statement in _with_values(obj, parameters):
            self._execute_impl(statement, None)
        return Answer()

    def exec_driver_sql(self, statement: str, parameters: Any = None, execution_options: Any = None) -> Answer:  # noqa: ANN401, ARG002 - SQLAlchemy's arguments
        """Record a text as the driver would send it."""
        if parameters:
            refuse("parameters are passed to exec_driver_sql(), whose values cannot be shown")
        self._execute_impl(sqlalchemy.text(statement.replace(":", r"\:")), None)
        return Answer()

    def commit(self) -> None:
        """Record a COMMIT."""
        self._control("COMMIT")

    def rollback(self) -> None:
        """Record a ROLLBACK."""
        self._control("ROLLBACK")

    @property
    def in_transaction(self) -> Callable[[], bool]:
        """Answer True, as in a real run. For Alembic the name is not there: it would begin or commit a transaction."""
        asking = sys._getframe(1)
        if is_asked_by_alembic(asking):
            raise AttributeError(_IN_TRANSACTION)
        if is_asked_by_machinery(asking):
            note("a session of its own works on the connection")
        return lambda: True

    def __enter__(self) -> NoReturn:
        refuse("the connection is closed (with op.get_bind())")

    def __exit__(self, *_: object) -> None:
        """Do nothing: `__enter__` refuses."""

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_") or name == _IN_TRANSACTION:  # SQLAlchemy and Alembic look whether it is there
            raise AttributeError(name)
        refuse(f"the database is asked (op.get_bind().{name})")


def _with_values(statement: Any, parameters: Any) -> Iterable[Any]:  # noqa: ANN401 - SQLAlchemy's
    """Yield a statement for each set of parameters, with the values in it."""
    if not parameters:
        yield statement
        return
    for values in [parameters] if isinstance(parameters, Mapping) else parameters:
        if isinstance(statement, Insert):
            columns = statement.table.c
            yield statement.values({name: _literal(value, columns[name].type) for name, value in values.items()})
        elif isinstance(statement, TextClause):
            yield statement.bindparams(**values)
        else:
            refuse("parameters are passed to execute(), whose values cannot be shown")


def _literal(value: Any, type_: TypeEngine[Any]) -> Any:  # noqa: ANN401 - a value of any type, or an expression
    if isinstance(value, ClauseElement):
        return value
    return sqlalchemy.literal(value, None if isinstance(type_, NullType) else type_)


# As `sqlalchemy.inspect` finds its functions; there is no public way to register one.
@inspection._inspects(Bind)
def _inspect(_: object) -> NoReturn:
    refuse("the database is asked (sqlalchemy.inspect())")
