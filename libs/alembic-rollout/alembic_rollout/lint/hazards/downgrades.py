"""Checks that `downgrade()` undoes `upgrade()`: what one makes the other drops, and the reverse.

Objects are compared by name. Where a name can have come or gone in a way that is not written out (CASCADE, a dropped
column, SQL that is put together while it runs), nothing is said.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.named_objects import NamedObjects, bare_name, is_mentioned, words_of
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.steps import Step, is_temporary
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.meaning import same_object
from alembic_rollout.sql.tokens import UNKNOWN_NAME, read_name

_CODE = ("function", "procedure", "aggregate")
_RELATIONS = ("table", "column", "index", "view", "materialized view", "sequence")
_KINDS = frozenset({*_RELATIONS, *_CODE, "constraint", "trigger", "type", "domain", "schema"})
_TABLES = ("table", "materialized view")
_NEED_UNDOING = ("create", "drop", "rename", "insert", "copy")
_OF_A_TABLE = ("column", "index", "constraint", "trigger", "policy", "rule")
_GO_BY_CASCADE = ("constraint", "view", "materialized view", "trigger", "column", "function", "sequence", "index")
_GO_WITH_COLUMN = ("index", "constraint", "sequence")


@dataclass
class _Effect:
    """What a direction leaves behind: what it made, and what it took away.

    Attributes:
        made: by actions that create or rename.
        gone: by actions that drop or rename.
        owned: sequences that go with a column, `ALTER SEQUENCE ... OWNED BY`.
    """

    made: NamedObjects = field(default_factory=NamedObjects)
    gone: NamedObjects = field(default_factory=NamedObjects)
    owned: list[Action] = field(default_factory=list)

    def add(self, action: Action) -> None:
        """Count an action in."""
        if action.verb == "create":
            self._make(action)
            if action.kind == "constraint" and action.has("using", "index"):
                # The index takes the constraint's name.
                index = read_name(action.tokens, action.tokens.index("index") + 1)[0]
                self.made.remove(Action("create", "index", index, action.table))
        elif _owner_of(action):
            self.owned.append(action)
        elif action.verb == "drop":
            self._take(action)
        elif action.verb == "rename":
            self._take(action)
            table = action.new_name if action.kind in _TABLES else action.table
            self._make(Action("create", action.kind, action.new_name, table, tokens=action.tokens))

    def _make(self, action: Action) -> None:
        if not self.gone.remove(action):
            self.made.add(action)

    def _take(self, action: Action) -> None:
        if not self.made.remove(action):
            self.gone.add(action)


def check_downgrade(revision: Revision) -> Iterator[Finding]:
    """Find a downgrade that is missing, or that does not undo its upgrade."""
    temporary = {step.action.name for step in revision.steps if is_temporary(step.action)}
    if not any(_needs_undoing(step) and step.action.table not in temporary for step in revision.steps):
        return
    if revision.downgrade.is_missing or not (revision.downgrade.statements or revision.downgrade.error):
        why = revision.downgrade.error or "it does nothing"
        message = f"downgrade() does not undo what upgrade() does: {why}."
        yield revision.finding("downgrade-missing", message, line=revision.downgrade.error_line, direction="downgrade")
    elif not _is_opaque(revision):
        for message in _differences(revision.steps, revision.undo_steps):
            yield revision.finding("downgrade-incomplete", message, direction="downgrade")


def _needs_undoing(step: Step) -> bool:
    action = step.action
    if action.verb in ("insert", "copy"):
        return True
    return action.verb in _NEED_UNDOING and action.kind in _KINDS


def _is_opaque(revision: Revision) -> bool:
    """Return True if a direction does something whose names are known only when it runs."""
    if revision.upgrade.error or revision.downgrade.error:
        return True
    return any(
        step.action.verb == "execute" or UNKNOWN_NAME in step.action.name or UNKNOWN_NAME in step.action.table
        for step in (*revision.steps, *revision.undo_steps)
    )


def _differences(steps: Sequence[Step], undo_steps: Sequence[Step]) -> Iterator[str]:
    former = _former_names(steps)
    up, down = _effect(steps, former), _effect(undo_steps, former)
    for action in up.made:
        if not _is_replacement(action) and not _is_gone(action, down, up):
            yield f"downgrade() leaves {action}, which upgrade() makes."
    for action in up.gone:
        if not _is_back(action, down, up):
            yield f"downgrade() does not restore {action}, which upgrade() removes."
    mentioned = NamedObjects(step.action for step in steps).words | {bare_name(step.action.name) for step in steps}
    for action in down.gone:
        if action.kind in ("table", "column") and not is_mentioned(action, mentioned):
            yield f"downgrade() drops {action}, which upgrade() does not make."


def _effect(steps: Iterable[Step], former: dict[str, str]) -> _Effect:
    """Return what steps leave behind.

    Args:
        steps: of one direction.
        former: names of tables before a rename, by their later names: either may qualify a column.
    """
    effect = _Effect()
    temporary = {step.action.name for step in steps if is_temporary(step.action)}
    for step in steps:
        action = step.action
        if action.table in temporary:
            continue  # it ends with the session
        if action.kind in _OF_A_TABLE:
            action = replace(action, table=former.get(action.table, action.table))
        if action.kind in _KINDS:
            effect.add(action)
    return effect


def _former_names(steps: Iterable[Step]) -> dict[str, str]:
    renames = [step.action for step in steps if step.action.verb == "rename" and step.action.kind == "table"]
    return {rename.new_name: rename.name for rename in renames}


def _is_gone(action: Action, down: _Effect, up: _Effect) -> bool:
    """Return True if the downgrade drops what the upgrade made, by name or with what it belongs to."""
    if not action.name or _is_about(action, down.gone):
        return True
    if _belongs_to_any(action, up.made) or _belongs_to_any(action, down.gone):
        return True
    if _is_in_schema_of(action, down.gone):
        return True
    if action.kind == "sequence" and any(
        same_object(owned.name, action.name) and (any(_columns_in(owned, down.gone)) or _is_of_table(owned, down.gone))
        for owned in up.owned
    ):
        return True
    if action.kind in _GO_WITH_COLUMN and any(_columns_in(action, down.gone)):
        return True
    return action.kind in _GO_BY_CASCADE and down.gone.has_cascade


def _is_back(action: Action, down: _Effect, up: _Effect) -> bool:
    """Return True if the downgrade creates again what the upgrade dropped, by name or as a part of something."""
    if not action.name or _is_about(action, down.made) or is_mentioned(action, down.made.words):
        return True
    if action.kind == "constraint" and any(
        other.kind == "constraint" and same_object(other.table, action.table) for other in down.made.called("")
    ):
        return True  # one that is made without a name gets it from PostgreSQL
    return _belongs_to_any(action, up.gone) or _belongs_to_any(action, down.made)


def _owner_of(action: Action) -> bool:
    return action.kind == "sequence" and action.verb == "alter" and action.detail.startswith("owned by")


def _is_of_table(action: Action, others: NamedObjects) -> bool:
    return any(parent.kind == "table" for word in words_of(action) for parent in others.called(word))


def _is_about(action: Action, others: NamedObjects) -> bool:
    # A unique constraint and its index have one name, and either may take the other away.
    return others.has(action, ("index", "constraint") if action.kind in ("index", "constraint") else ())


def _belongs_to_any(action: Action, others: NamedObjects) -> bool:
    """Return True if one of the others is the table that an action's object is a part of."""
    if action.kind in _OF_A_TABLE:
        return others.has_named(action.table, _TABLES)
    # A partition, or a sequence that a column owns.
    if not (action.has("partition", "of") or action.has("owned", "by")):
        return False
    return any(
        parent.kind == "table" and parent is not action for word in words_of(action) for parent in others.called(word)
    )


def _is_in_schema_of(action: Action, others: NamedObjects) -> bool:
    schema = (action.table or action.name).rpartition(".")[0]
    return bool(schema) and others.has_named(schema, ("schema",))


def _columns_in(action: Action, others: NamedObjects) -> Iterator[Action]:
    """Yield the columns that the words of an action name."""
    for word in words_of(action):
        yield from (other for other in others.called(word) if other.kind == "column")


def _is_replacement(action: Action) -> bool:
    # What was there before is not known.
    return action.detail == "or replace"
