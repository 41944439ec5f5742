"""A rendered revision as the script that `alembic upgrade --sql` would show."""

from collections.abc import Iterator

from alembic_rollout.project.rendering import Rendered
from alembic_rollout.redaction.sql_values import without_passwords


def script_lines(rendered: Rendered) -> Iterator[str]:
    """Yield the lines, without the version table and without passwords."""
    inside = False
    for statement in rendered.statements:
        if statement.in_transaction is not inside:
            yield "BEGIN;" if statement.in_transaction else "COMMIT;"
            inside = statement.in_transaction
        yield from f"{without_passwords(statement.sql)};".split("\n")
    if inside:
        yield "COMMIT;"
