"""What a revision holds: structure or data, and nothing that cannot be shown."""

from collections.abc import Iterator, Sequence

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.rules import FILL_IN
from alembic_rollout.lint.situation import locks_a_table_in_use
from alembic_rollout.lint.steps import Step, is_temporary
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.tokens import UNKNOWN_NAME

_CHANGES = ("create", "drop", "rename", "alter")
_TOOLS_OF_DATA = ("enable trigger", "disable trigger")


def check_contents(revision: Revision) -> Iterator[Finding]:
    """Find structure and data in one revision, and an upgrade that cannot be shown as SQL."""
    if revision.upgrade.error:
        message = f"What upgrade() would run cannot be seen without running it: {revision.upgrade.error}."
        yield revision.finding("cannot-render", message, line=revision.upgrade.error_line)
    for step in revision.steps:
        if step.action.verb == "execute" and step.action.detail == UNKNOWN_NAME:
            message = "What a DO block executes cannot be seen: it is put together while the block runs."
            yield revision.finding("cannot-render", message, statement=step.statement)
    yield from _left_to_fill_in(revision)
    yield from _mixture(revision)


def _left_to_fill_in(revision: Revision) -> Iterator[Finding]:
    """Find what autogenerate has left to the developer."""
    for statement in revision.upgrade.statements:
        if FILL_IN in statement.sql:
            message = f"{FILL_IN} stands in place of a value."
            yield revision.finding("value-to-fill-in", message, statement=statement)


def _mixture(revision: Revision) -> Iterator[Finding]:
    steps = _without_temporary_tables(revision.steps)
    # Rows of a table that is new keep no session waiting.
    data = [step for step in steps if step.action.is_data and not step.on_new]
    data_helpers = {step.statement.helper for step in data if step.statement.helper}
    structure = [
        step
        for step in steps
        if _is_structure(step.action) and locks_a_table_in_use(step) and step.statement.helper not in data_helpers
    ]
    # Helpers commit each of their parts, so that no lock of one lasts through the other.
    if all(step.statement.helper for step in (*data, *structure)):
        return
    if data and structure:
        changed = structure[0].action
        message = f"Rows of {data[0].action.table} are changed in a revision that also changes structure ({changed})."
        yield revision.finding("structure-and-data", message, statement=data[0].statement)


def _is_structure(action: Action) -> bool:
    return action.verb in _CHANGES and not action.detail.startswith(_TOOLS_OF_DATA)


def _without_temporary_tables(steps: Sequence[Step]) -> list[Step]:
    """Leave out what is done to tables that end with the session."""
    temporary = {step.action.name for step in steps if is_temporary(step.action)}
    return [step for step in steps if step.action.table not in temporary]
