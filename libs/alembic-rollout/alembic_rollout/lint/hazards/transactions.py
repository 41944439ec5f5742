"""What may not run in a transaction, and what an autocommit block commits too early."""

from collections.abc import Iterator, Sequence

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.steps import Step
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.meaning import transaction_control

_REPEATABLE = ("alter", "validate", "comment", "grant", "revoke", "security", "update", "delete", "truncate")
_ONLY_IF_NEEDED = (("if", "not", "exists"), ("if", "exists"), ("or", "replace"), ("on", "conflict"))


def check_transactions(revision: Revision) -> Iterator[Finding]:
    """Find statements that need an autocommit block and have none, and others that such a block commits too early."""
    for direction, steps in (("upgrade", revision.steps), ("downgrade", revision.undo_steps)):
        for step in steps:
            what = _needs_autocommit(step.action)
            if what and not step.statement.helper and _shares_transaction(step, steps):
                message = f"{what} cannot run inside a transaction."
                yield revision.finding(
                    "concurrently-in-transaction", message, statement=step.statement, direction=direction
                )
    yield from _transaction_control(revision)
    yield from _commits_midway(revision)


def _transaction_control(revision: Revision) -> Iterator[Finding]:
    """Find statements that end or begin the transaction which Alembic has begun and will commit."""
    for rendered in (revision.upgrade, revision.downgrade):
        for statement in rendered.statements:
            words = None if statement.helper or not statement.in_transaction else transaction_control(statement.sql)
            if words:
                yield revision.finding(
                    "transaction-control",
                    f"{words} ends the transaction of the revision, or begins one inside of it.",
                    statement=statement,
                    direction=rendered.direction,
                )


def _needs_autocommit(action: Action) -> str | None:
    """Return what PostgreSQL refuses inside a transaction, in its own words."""
    if action.verb == "vacuum":
        return "VACUUM"
    if not action.is_concurrent:
        return None
    if action.kind == "index" and action.verb in ("create", "drop"):
        return f"{action.verb.upper()} INDEX CONCURRENTLY"
    if action.verb == "reindex":
        return "REINDEX CONCURRENTLY"
    return "DETACH PARTITION CONCURRENTLY" if action.detail.startswith("detach partition") else None


def _shares_transaction(step: Step, steps: Sequence[Step]) -> bool:
    # Several statements in one text are one transaction, even in autocommit.
    return step.statement.in_transaction or any(
        other is not step and other.statement is step.statement for other in steps
    )


def _commits_midway(revision: Revision) -> Iterator[Finding]:
    """Find what cannot be repeated and is committed before the revision is done."""
    steps = revision.steps
    outside = [step for step in steps if not step.statement.in_transaction]
    if not outside or (len(outside) == len(steps) and not any(map(_is_for_autocommit, outside))):
        return  # a project without transactional DDL has chosen so
    last = max(place for place, step in enumerate(steps) if not step.statement.in_transaction)
    for place, step in enumerate(steps):
        # What is in the last transaction is not committed before the end, nor is a statement behind which none follows.
        is_committed = place < last if step.statement.in_transaction else _is_followed(step, steps[place + 1 :])
        changes = step.action.is_structure or step.action.is_data
        if changes and is_committed and not step.statement.helper and not _is_repeatable(step.action):
            message = "This is committed before the revision is done, and fails when an interrupted one is tried again."
            yield revision.finding("commits-midway", message, statement=step.statement)
            return


def _is_for_autocommit(step: Step) -> bool:
    return _needs_autocommit(step.action) is not None or step.action.detail == "add value"


def _is_followed(step: Step, later: Sequence[Step]) -> bool:
    return any(
        other.statement is not step.statement and (other.action.is_structure or other.action.is_data) for other in later
    )


def _is_repeatable(action: Action) -> bool:
    if action.detail == "add value":
        return action.has("if", "not", "exists")
    return action.verb in _REPEATABLE or any(action.has(*words) for words in _ONLY_IF_NEEDED)
