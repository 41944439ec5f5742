"""The private names of SQLAlchemy that this library uses, all of them, each with why there is no public way.

`tests/comparison/test_sqlalchemy_private.py` names the version that they were checked against.
"""

from collections.abc import Iterator

from sqlalchemy import Constraint, Index, MetaData, Sequence
from sqlalchemy.schema import CreateIndex

from alembic_rollout.project.written_sql import DIALECT


def sequences_of(metadata: MetaData) -> Iterator[Sequence]:
    """Yield the sequences that `create_all` creates; the models show those of columns only."""
    yield from metadata._sequences.values()


def is_created(item: Constraint | Index) -> bool:
    """Return True if `create_all` makes it on PostgreSQL: a type or `ddl_if` may say that it does not."""
    compiler = DIALECT.ddl_compiler(DIALECT, None)  # type: ignore[arg-type]  # asks what the dialect is
    if isinstance(item, Constraint):
        return item._should_create_for_compiler(compiler)
    condition = item._ddl_if
    return condition is None or condition._should_execute(CreateIndex(item), item, None, compiler=compiler)
