"""Expand and contract: what the previous release would not survive belongs in a revision that says so."""

from collections.abc import Iterator
from typing import get_args

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.named_objects import is_about_same
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.steps import new_columns
from alembic_rollout.project.tree import Phase
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.meaning import contract_reason, is_required_column, is_restriction, same_object
from alembic_rollout.sql.tokens import is_identifier, unquote

# Replaced within one transaction, the previous release finds them again.
_REPLACEABLE = ("view", "materialized view", "function", "procedure", "routine", "aggregate")


def check_phase(revision: Revision) -> Iterator[Finding]:
    """Find contract operations in a revision that is not marked as contract, and marks that mean nothing."""
    if revision.phase not in get_args(Phase):
        message = f"phase = {revision.phase!r} is neither 'expand' nor 'contract', and counts as expand."
        yield revision.finding("unknown-phase", message, line=revision.line_of_name("phase"))
    if revision.phase == "contract":
        return
    for step in revision.steps:
        reason = contract_reason(step.action)
        if reason and not step.on_new and not _is_harmless(revision, step.action):
            message = f"{reason[0].upper()}{reason[1:]}: the previous release may still depend on it."
            yield revision.finding("contract-in-expand", message, statement=step.statement)


def _is_harmless(revision: Revision, action: Action) -> bool:
    """Return True if the rest of the revision makes an operation harmless."""
    steps = revision.steps
    if action.kind == "column":
        return _is_harmless_to_column(revision, action)
    if action.verb == "revoke":
        return any(_is_part_of(action, made) for made in revision.created)
    if action.verb == "drop":
        return action.kind in _REPLACEABLE and revision.created.has(action)
    if is_restriction(action):
        # Replacing a constraint widens it as a rule (one more value in a list), and one that does not stay is a means.
        goes = action.kind == "constraint" and action.name and revision.dropped.has(action)
        return bool(goes) or _mentions(action, new_columns(steps, action.table))
    return False


def _is_part_of(action: Action, made: Action) -> bool:
    """Return True if rights are revoked on something new: what was made, or the sequence of a serial column."""
    if same_object(action.name, made.name):
        return True
    table = made.table.rpartition(".")[2]
    return bool(table) and action.kind == "sequence" and action.name.rpartition(".")[2].startswith(f"{table}_")


def _is_harmless_to_column(revision: Revision, action: Action) -> bool:
    if action.verb == "create":
        return is_required_column(action)  # adding-required-field says it, in either phase
    own = [
        column
        for column in revision.created.called(action.name)
        if column.kind == "column" and is_about_same(action, column)
    ]
    if action.detail == "drop default":
        # The previous release never gives a column that it does not know; where it may stay empty, that does no harm.
        return bool(own) and not any(column.has("not", "null") for column in own)
    return bool(own) and action.detail != "set not null"


def _mentions(action: Action, columns: set[str]) -> bool:
    # NULL, which is all that the previous release leaves in a new column, breaks no check, key or reference.
    return any(
        is_identifier(token) and any(same_object(unquote(token), column) for column in columns)
        for token in action.tokens
    )
