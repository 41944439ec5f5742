"""What a change does to objects: which come, are replaced, are made again, go; and which of it waits for the contract.

CREATE OR REPLACE refuses a view whose columns differ and a function whose parameters or result do. Such an object is
dropped and made again, with all that depends on it, in one transaction. Where the previous release would miss something
(a column that goes, a result of another type, an object that is removed), that is contract.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from alembic_rollout.autogenerate.change_source import ChangeSource
from alembic_rollout.comparison.sql_object_changes import SqlObjectOp
from alembic_rollout.errors import UsageError
from alembic_rollout.sql.expressions.view_columns import view_columns as written_columns
from alembic_rollout.sql_objects.declared import parent_of
from alembic_rollout.sql_objects.dependencies import Dependencies
from alembic_rollout.sql_objects.live_objects import (
    Dependent,
    columns_of_query,
    dependents,
    is_table,
    live_object,
    view_columns,
)
from alembic_rollout.sql_objects.object_names import CODE, COMMENT, VIEWS
from alembic_rollout.sql_objects.sql_object import SqlObject


@dataclass
class ObjectPlan:
    """The objects of a change, by name.

    Attributes:
        old: every object that is there, as the revisions made it, or as it reads in the database where they did not.
        new: every object that the files declare.
        added: not there yet.
        replaced: in place.
        again: dropped and made again, because they change.
        removed: declared no more.
        contract: of all these, those that the previous release could not survive.
        late: removed behind the tables that use them and go too.
        overloaded: removed for one of their name, which cannot be there beside them.
        notes: what the previous release would miss of one that is made again, behind `Make view v again`.
        hanging: what depends on an object that is dropped.
    """

    old: dict[str, SqlObject]
    new: dict[str, SqlObject]
    added: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    contract: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    overloaded: set[str] = field(default_factory=set)
    notes: dict[str, str] = field(default_factory=dict)
    hanging: dict[str, set[str]] = field(default_factory=dict)

    @property
    def changed(self) -> set[str]:
        """All that comes, changes or goes."""
        return self.added | self.replaced | self.again | self.removed


def object_plan(source: ChangeSource) -> ObjectPlan | None:
    """Return the plan of a change; None where it has no objects.

    Raises:
        UsageError: an object that has to be dropped is used by something that no file declares.
    """
    operations = [one for one in source.operations if isinstance(one, SqlObjectOp)]
    objects = source.objects
    if not operations or objects is None:
        return None
    plan = ObjectPlan(dict(objects.applied), dict(objects.declared))
    for change in (one.change for one in operations):
        if change.new is None:
            assert change.old is not None  # noqa: S101 - for the type checker: a change has a side
            plan.removed.add(change.old.name)
            continue
        old = change.old or live_object(source.connection, change.new)
        if old is None:
            _refuse_name_of_table(change.new, source)
            plan.added.add(change.new.name)
        else:
            plan.old[change.new.name] = old
            plan.replaced.add(change.new.name)
    _find_again(plan, source.connection)
    _find_hanging(plan, source)
    _find_contract(plan)
    return plan


def _refuse_name_of_table(new: SqlObject, source: ChangeSource) -> None:
    name = new.sql_name
    if new.kind in VIEWS and (name in source.new_tables() or is_table(source.connection, name)):
        raise UsageError(
            f"{new.place}: {new.title} has the name of a table. Give it another one. No revision was written."
        )


def _find_again(plan: ObjectPlan, connection: Connection) -> None:
    """Find what cannot be replaced in place, and decide whether the previous release misses something of it."""
    uses = Dependencies(plan.new)
    for name in uses.order:
        if name not in plan.replaced:
            continue
        old, new = plan.old[name], plan.new[name]
        if new.tokens[0] == "create" and not new.is_replaceable:
            plan.again.add(name)
        if new.kind in CODE and old.header != new.header:
            plan.again.add(name)
            plan.contract.add(name)
        elif new.kind in VIEWS:
            _compare_columns(plan, connection, name, uses.certain[name] | uses.guessed[name])
    plan.replaced -= plan.again


def _compare_columns(plan: ObjectPlan, connection: Connection, name: str, used: set[str]) -> None:
    old, new = plan.old[name], plan.new[name]
    before, after = view_columns(connection, new.sql_name), columns_of_query(connection, new)
    is_unsure = bool(used & (plan.again | plan.added))
    if after is None and not is_unsure and _same_written_columns(old, new):
        after = before
    if is_unsure or after != before:
        plan.again.add(name)
    if _is_missed(before, after, new):
        plan.contract.add(name)
        plan.notes[name] = _missed(before, after or ())


def _same_written_columns(old: SqlObject, new: SqlObject) -> bool:
    before = written_columns(old.tokens)
    return before is not None and before == written_columns(new.tokens)


def _is_missed(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]] | None, new: SqlObject) -> bool:
    """Return True if a column goes, or gets another type; where the database cannot say, the text has to."""
    if after is not None:
        return not set(before) <= set(after)
    written = written_columns(new.tokens)
    return written is None or not {name for name, _ in before} <= set(written)


def _missed(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> str:
    """Say which columns go, or get another type; nothing where the database cannot say."""
    types = dict(after)
    gone = [name for name, _ in before if after and name not in types]
    retyped = [name for name, type_ in before if types.get(name, type_) != type_]
    without = f", without {', '.join(gone)}" if gone else ""
    return without + (f", with another type of {', '.join(retyped)}" if retyped else "")


def _find_hanging(plan: ObjectPlan, source: ChangeSource) -> None:
    dropped_tables = source.dropped_tables()
    for name in sorted(plan.again | plan.removed):
        old = plan.old[name]
        if name in plan.again:
            _refuse_undeclared_comment(plan, source.connection, old)
        every = dependents(source.connection, [old]) if old.kind in (*CODE, *VIEWS) else []
        found = [one for one in every if one.relation not in dropped_tables or one.name in plan.old]
        if len(found) < len(every) and name in plan.removed:
            plan.late.add(name)
        _refuse_undeclared(plan, old, found)
        users = {one.name for one in found}
        parts = {one.name for one in plan.old.values() if _is_part_of_any(one, {name, *users}, plan.old)}
        plan.hanging[name] = users | parts


def _is_part_of_any(one: SqlObject, names: set[str], objects: dict[str, SqlObject]) -> bool:
    parent = parent_of(one, objects)
    return parent is not None and parent.name in names


def _refuse_undeclared_comment(plan: ObjectPlan, connection: Connection, old: SqlObject) -> None:
    comment = live_object(connection, SqlObject.read(f"{COMMENT}{old.name} IS ''"))
    if comment is not None and comment.name not in plan.old.keys() | plan.new.keys():
        raise UsageError(
            f"{plan.new[old.name].place}: {old.title} has to be dropped and made again, and its comment would be lost."
            f" Add to the file: {comment.text}; No revision was written."
        )


def _refuse_undeclared(plan: ObjectPlan, old: SqlObject, found: Iterable[Dependent]) -> None:
    for one in found:
        if one.name in plan.old:
            continue
        place = f"{plan.new[old.name].place}: " if old.name in plan.new else ""
        why = "goes" if old.name in plan.removed else "has to be dropped and made again"
        declares, remedy = ("declares", "Declare it too") if one.name else ("can declare", "Give it another name")
        raise UsageError(
            f"{place}{old.title} {why}, but {one.shown} uses it, and no file {declares} that. {remedy}, or drop"
            f" {one.shown} first. No revision was written."
        )


def _find_contract(plan: ObjectPlan) -> None:
    """Find what waits: what goes, what hides rows, and all that needs something that waits."""
    plan.contract |= plan.removed
    for name in plan.removed:
        for other in plan.added:
            if collide(plan.old[name], plan.new[other]):
                plan.overloaded.add(name)
                plan.contract.add(other)
    plan.contract |= {name for name in plan.added | plan.replaced if _hides_rows(plan.new[name])}
    uses = Dependencies(plan.new)
    while True:
        waiting = plan.contract - plan.removed
        more = uses.users(waiting) & plan.changed
        # Made again for the sake of something that waits, so changed with it.
        more |= {
            name for user in plan.contract for name in plan.hanging.get(user, ()) if name in plan.changed - plan.removed
        }
        more |= {name for name in plan.again if plan.hanging.get(name, set()) & plan.contract}
        if more <= plan.contract:
            return
        plan.contract |= more


def collide(old: SqlObject, new: SqlObject) -> bool:
    """Return True if both cannot be there: views of one name, or functions of one name that fit the same call."""
    if old.kind in VIEWS and new.kind in VIEWS:
        return old.sql_name == new.sql_name
    if old.kind not in CODE or new.kind not in CODE or old.bare != new.bare:
        return False
    (least, most), (new_least, new_most) = old.argument_counts, new.argument_counts
    return least <= new_most and new_least <= most


def _hides_rows(one: SqlObject) -> bool:
    return one.kind == "row level security" or (one.kind == "policy" and "restrictive" in one.tokens)
