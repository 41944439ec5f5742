"""SQL as text that stands for itself: values in it, and no sign doubled for a driver."""

from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.sql.elements import ClauseElement

# `named` does not double the % that a driver would want doubled.
DIALECT = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call] # SQLAlchemy's


def written(expression: ClauseElement | str) -> str:
    """Return an expression, or a statement, as SQL."""
    if isinstance(expression, str):
        return expression
    return str(expression.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True, "include_table": False}))
