"""What a revision holds: structure or data, and nothing that cannot be shown."""

from collections.abc import Iterator, Sequence

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.steps import Step
from alembic_rollout.sql.action import Action

_CHANGES = ("create", "drop", "rename", "alter")
_TEMPORARY = ("temp", "temporary")
_TOOLS_OF_DATA = ("enable trigger", "disable trigger")


def check_contents(revision: Revision) -> Iterator[Finding]:
    """Find structure and data in one revision, and an upgrade that cannot be shown as SQL."""
    if revision.upgrade.error:
        message = f"What upgrade() would run cannot be seen without running it: {revision.upgrade.error}."
        yield revision.finding("cannot-render", message, line=revision.upgrade.error_line)
    yield from _mixture(revision)


def _mixture(revision: Revision) -> Iterator[Finding]:
    steps = _without_temporary_tables(revision.steps)
    data = [step for step in steps if step.action.is_data]
    data_helpers = {step.statement.helper for step in data if step.statement.helper}
    structure = [step for step in steps if _is_structure(step.action) and step.statement.helper not in data_helpers]
    if data and structure:
        changed = structure[0].action
        message = f"Rows of {data[0].action.table} are changed in a revision that also changes structure ({changed})."
        yield revision.finding("structure-and-data", message, statement=data[0].statement)


def _is_structure(action: Action) -> bool:
    return action.verb in _CHANGES and not action.detail.startswith(_TOOLS_OF_DATA)


def _without_temporary_tables(steps: Sequence[Step]) -> list[Step]:
    """Leave out what is done to tables that end with the session."""
    temporary = {
        step.action.name
        for step in steps
        if step.action.verb == "create" and any(word in step.action.tokens[:4] for word in _TEMPORARY)
    }
    return [step for step in steps if step.action.table not in temporary]
