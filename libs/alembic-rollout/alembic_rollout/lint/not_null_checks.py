"""Which columns have a validated check that they are not null, so that SET NOT NULL reads no rows.

PostgreSQL knows it of applied revisions. Without a database the earlier revisions tell it, as far as their SQL does.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from alembic_rollout.project.rendering import Rendered
from alembic_rollout.project.tree import Tree
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.actions import actions_in
from alembic_rollout.sql.meaning import same_object
from alembic_rollout.sql.tokens import tokenize, unquote

Column = tuple[str, str]
"""A table and one of its columns."""

CHANGE_CHECKS = ("constraint", "table", "column")
"""Kinds of objects whose actions can add, validate or remove a check."""

_CHECK = re.compile(r"check (?:\( )+(\S+) is not null(?: \))+(?: not valid)?$")
_MAY_CHANGE_CHECKS = re.compile(r"is\s+not\s+null|validate|drop|rename", re.IGNORECASE)
_VALIDATED = """
SELECT n.nspname || '.' || c.relname, k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'c' AND k.convalidated AND pg_get_constraintdef(k.oid) LIKE '%% IS NOT NULL%%'
"""


@dataclass(frozen=True, slots=True)
class NotNullCheck:
    """A check that a column is not null.

    Attributes:
        table: its table, qualified or not.
        name: the constraint's.
        column: that is not null.
        is_validated: every row has been read, or is about to be in the same revision.
    """

    table: str
    name: str
    column: str
    is_validated: bool = True


def validated_in(connection: Connection) -> list[NotNullCheck]:
    """Return the validated checks of a database."""
    found = []
    for table, name, definition in connection.exec_driver_sql(_VALIDATED):
        column = _checked_column(tokenize(definition))
        if column is not None:
            found.append(NotNullCheck(table, name, column))
    return found


class EarlierChecks:
    """The checks that a revision finds when it begins.

    Args:
        tree: tells which revisions come before.
        validated: returns the validated checks of the database; asked once, and only where a column is set NOT NULL.
        earlier: returns upgrades that come before the judged ones and are not in the database; asked once, likewise.
        judged: the upgrades that are judged, in order.
    """

    def __init__(
        self,
        tree: Tree,
        validated: Callable[[], Iterable[NotNullCheck]],
        earlier: Callable[[], Sequence[Rendered]],
        judged: Sequence[Rendered],
    ) -> None:
        self._tree = tree
        self._validated = validated
        self._earlier = earlier
        self._judged = judged

    def covers(self, revision: str, column: Column) -> bool:
        """Return True if a column has a validated check when a revision begins."""
        before = self._tree.ancestors([revision]) - {revision}
        checks = self._in_database
        for name, actions in self._changes.items():
            if name in before:
                checks = after(actions, checks)
        return has_check(column, checks)

    @cached_property
    def _in_database(self) -> tuple[NotNullCheck, ...]:
        return tuple(self._validated())

    @cached_property
    def _changes(self) -> dict[str, list[Action]]:
        """What each revision does to checks, in the order of the tree; most do nothing."""
        upgrades = {rendered.revision: rendered for rendered in (*self._earlier(), *self._judged)}
        changes = {}
        for revision in (name for name in self._tree.order if name in upgrades):
            texts = [
                statement.sql for statement in upgrades[revision].statements if _MAY_CHANGE_CHECKS.search(statement.sql)
            ]
            if texts:
                changes[revision] = [action for text in texts for action in actions_in(text)]
        return changes


def after(actions: Iterable[Action], checks: Iterable[NotNullCheck] = ()) -> tuple[NotNullCheck, ...]:
    """Return the checks that there are after some actions.

    Args:
        actions: in order.
        checks: those that were there before.
    """
    there = list(checks)
    for action in actions:
        if action.kind in ("table", "column") and action.verb in ("drop", "rename"):
            there = [check for check in there if not _goes_with(check, action)]
        if action.kind != "constraint":
            continue
        own = [check for check in there if check.name == action.name and same_object(check.table, action.table)]
        if action.verb in ("drop", "rename"):
            there = [check for check in there if check not in own]
        elif action.verb == "validate":
            there = [NotNullCheck(each.table, each.name, each.column) if each in own else each for each in there]
        column = _checked_column(action.tokens) if action.detail == "check" else None
        if column is not None:
            there.append(NotNullCheck(action.table, action.name, column, not action.has("not", "valid")))
    return tuple(there)


def has_check(column: Column, checks: Iterable[NotNullCheck]) -> bool:
    """Return True if one of some checks is validated and about a column."""
    return any(
        check.is_validated and check.column == column[1] and same_object(check.table, column[0]) for check in checks
    )


def _goes_with(check: NotNullCheck, action: Action) -> bool:
    """Return True if a check goes, or is no longer found under these names, with a table or column."""
    if not same_object(check.table, action.table or action.name):
        return False
    return action.kind == "table" or action.name == check.column


def _checked_column(tokens: Iterable[str]) -> str | None:
    match = _CHECK.search(" ".join(tokens))
    return unquote(match[1]) if match else None
