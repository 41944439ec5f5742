"""What Alembic's offline mode (`--sql`) gets besides its options: it never writes NULL where a value is missing."""

from typing import Any

from sqlalchemy import BindParameter
from sqlalchemy.dialects.postgresql.base import PGCompiler
from sqlalchemy.engine.interfaces import Dialect

from alembic_rollout.errors import UsageError


class _RefusingCompiler(PGCompiler):
    """Refuses a parameter without a value, which SQLAlchemy writes as NULL."""

    def visit_bindparam(self, bindparam: BindParameter[Any], *args: Any, **options: Any) -> str:  # noqa: ANN401 - its own
        # `required` is set where no value was given, not even None.
        if bindparam.required and bindparam.value is None and bindparam.callable is None:
            name = bindparam.key
            raise UsageError(
                f"SQL text with `:{name}` cannot be written as SQL: it is read as a parameter, and has no value."
                rf" Write `\:{name}` where it is part of a text such as JSON, or give it a value with"
                " sa.text(...).bindparams(...)."
            )
        written = super().visit_bindparam(bindparam, *args, **options)  # type: ignore[no-untyped-call]  # it has no types
        return str(written)


def refuse_missing_values(dialect: Dialect) -> None:
    """Make a dialect refuse a parameter without a value.

    Without it `op.execute("... '{\"a\":1}'")` writes `'{"a"NULL}'`: `:1` is a parameter for `sa.text`.

    Args:
        dialect: of one `context.configure(as_sql=True)`; no other is affected.
    """
    dialect.statement_compiler = _RefusingCompiler
