"""Expand and contract: what the previous release would not survive belongs in a revision that says so."""

from collections.abc import Iterator, Sequence
from typing import get_args

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.hazards.columns import is_widening
from alembic_rollout.lint.hazards.contract.restrictions import is_harmless_restriction
from alembic_rollout.lint.hazards.contract.unique_keys import lost_key
from alembic_rollout.lint.named_objects import is_about_same
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.situation import Hazard, Situation
from alembic_rollout.lint.steps import Step
from alembic_rollout.project.tree import Phase
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.definitions import added_column
from alembic_rollout.sql.expressions.view_columns import view_columns
from alembic_rollout.sql.meaning import contract_reason, is_required_column, is_restriction, same_object
from alembic_rollout.sql.tokens import outermost_index, read_name

# Replaced within one transaction, the previous release finds them again.
_REPLACEABLE = ("view", "materialized view", "function", "procedure", "routine", "aggregate", "policy", "rule")


def check_declared_phase(revision: Revision) -> Iterator[Finding]:
    """Find a phase that means nothing."""
    if revision.phase not in get_args(Phase):
        message = f"phase = {revision.phase!r} is neither 'expand' nor 'contract', and counts as expand."
        yield revision.finding("unknown-phase", message, line=revision.line_of_name("phase"))


def check_phase(step: Step, now: Situation) -> Iterator[Hazard]:
    """Find contract operations in a revision that is not marked as contract."""
    if now.revision.phase == "contract" or step.on_new:
        return
    reason = contract_reason(step.action) or lost_key(step, now)
    if reason and not _is_harmless(step, now):
        message = f"{reason[0].upper()}{reason[1:]}: the previous release may still depend on it."
        yield Hazard("contract-in-expand", message)


def _is_harmless(step: Step, now: Situation) -> bool:
    """Return True if the rest of the revision, or what is known of the database, makes an operation harmless."""
    action, revision = step.action, now.revision
    if action.kind == "column":
        return _is_harmless_to_column(step, now)
    if action.verb == "revoke":
        return any(_is_part_of(action, made) for made in revision.created)
    if action.verb == "drop":
        return action.kind in _REPLACEABLE and any(
            made.kind == action.kind
            and now.catalogue.key(made.name) == now.catalogue.key(action.name)
            and not _lacks_column(made, now)
            for made in revision.created.called(action.name)
        )
    if action.verb == "rename" and action.kind == "table":
        return any(_stands_for(view, action, now) for view in revision.created.called(action.name))
    return is_restriction(action) and is_harmless_restriction(action, now)


def _stands_for(view: Action, rename: Action, now: Situation) -> bool:
    """Return True if a view has all columns of a table that was renamed, under its former name."""
    key, table = now.catalogue.key, now.catalogue.table(rename.name)
    if view.kind != "view" or key(view.name) != key(rename.name) or table is None or not table.is_complete:
        return False
    query = view.tokens[outermost_index(view.tokens, "as") + 1 :]
    name, end = read_name(query, outermost_index(query, "from") + 1)
    is_all = end == len(query) and key(name) == key(rename.new_name)
    return is_all and set(table.columns) <= set(view_columns(view.tokens) or ())


def _lacks_column(made: Action, now: Situation) -> bool:
    """Return True if a view that is made again is known to have lost a column."""
    if made.kind != "view":
        return False
    before, after = now.catalogue.views.get(now.catalogue.key(made.name)), view_columns(made.tokens)
    return before is not None and after is not None and not set(before) <= set(after)


def _is_part_of(action: Action, made: Action) -> bool:
    """Return True if rights are revoked on something new: what was made, or the sequence of a serial column."""
    if same_object(action.name, made.name):
        return True
    table = made.table.rpartition(".")[2]
    return bool(table) and action.kind == "sequence" and action.name.rpartition(".")[2].startswith(f"{table}_")


def _is_harmless_to_column(step: Step, now: Situation) -> bool:
    action = step.action
    if action.verb == "create":
        return is_required_column(action)  # adding-required-field says it, in either phase
    if action.detail == "type" and is_widening(action, now):
        return True
    made = _made_before(step, now.revision.steps)
    if action.detail == "drop default":
        # The previous release never gives a column that it does not know; where it may stay empty, that does no harm.
        return made is not None and not added_column(made.tokens).is_required
    return made is not None and action.detail != "set not null"


def _made_before(step: Step, steps: Sequence[Step]) -> Action | None:
    """Return the action that has added the column of a step earlier in the revision."""
    for earlier in steps:
        if earlier is step:
            return None
        action = earlier.action
        if (action.verb, action.kind) == ("create", "column") and is_about_same(step.action, action):
            return action
    return None
