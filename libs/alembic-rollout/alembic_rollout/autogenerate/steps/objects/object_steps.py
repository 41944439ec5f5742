"""The steps of a plan: what blocks goes, users first; then all is made, users last; then the rest goes."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from alembic_rollout.autogenerate.chain import QUERY_RUNS, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource
from alembic_rollout.autogenerate.steps.objects.object_batch import ObjectBatch
from alembic_rollout.autogenerate.steps.objects.object_code import UNDER_LOCK
from alembic_rollout.autogenerate.steps.objects.object_plan import ObjectPlan, collide, object_plan
from alembic_rollout.sql_objects.dependencies import Dependencies
from alembic_rollout.sql_objects.object_names import CODE, VIEWS
from alembic_rollout.sql_objects.sql_object import SqlObject


def object_steps(source: ChangeSource, others: Sequence[Step]) -> Iterator[Step]:
    """Yield the steps of the objects of a change.

    Args:
        source: the change.
        others: its other steps. Where they fill rows, views come behind that, and triggers before it.

    Raises:
        UsageError: an object that has to be dropped is used by something that no file declares.
    """
    plan = object_plan(source)
    if plan is None:
        return
    called = "".join(line for step in others if step.kind is Kind.STRUCTURE for line in step.upgrade)
    yield from _Batches(plan, called, has_backfill=any(step.kind is Kind.BACKFILL for step in others)).steps()


class _Batches:
    def __init__(self, plan: ObjectPlan, called: str, *, has_backfill: bool) -> None:
        self._plan = plan
        self._new = Dependencies(plan.new)
        self._old = Dependencies(plan.old)
        self._late = self._of_kinds(VIEWS) if has_backfill else set()
        self._first = self._called_in(called)
        # A query that takes long runs first, in a revision of its own: what is locked in front of it stays locked.
        self._slow = self._of_kinds(("materialized view",))

    def steps(self) -> Iterator[Step]:
        plan = self._plan
        expand = plan.changed - plan.contract - self._first
        yield from self._batch(Kind.FUNCTIONS, self._first)
        yield from self._batch(Kind.OBJECTS, expand - self._late - self._slow)
        yield from self._batch(Kind.VIEWS, (expand & self._late) - self._slow)
        yield from self._batch(Kind.MATERIALIZED, expand & self._slow)
        yield from self._batch(Kind.UNUSED_OBJECTS, plan.contract - plan.late)
        yield from self._batch(Kind.UNUSED_FUNCTIONS, plan.late)

    def _called_in(self, code: str) -> set[str]:
        """Return the new functions that tables and columns call, as a default does, and the new ones that these use."""
        plan = self._plan
        coming = {name for name in plan.added - plan.contract if plan.new[name].kind in CODE}
        found = {name for name in coming if re.search(rf"(?<![\w$]){re.escape(plan.new[name].bare)}\W*\(", code)}
        return found | {name for name in coming if found & self._new.users({name})}

    def _of_kinds(self, kinds: Collection[str]) -> set[str]:
        """Return the objects of some kinds, and what uses them."""
        found = {one.name for one in self._plan.new.values() if one.kind in kinds}
        return found | self._new.users(found)

    def _batch(self, kind: Kind, names: Collection[str]) -> Iterator[Step]:
        is_locking = False
        for step in self._planned(kind, names).steps():
            is_query = step.what.endswith(QUERY_RUNS)
            yield replace(step, accepted={**step.accepted, **UNDER_LOCK}) if is_query and is_locking else step
            is_locking = is_locking or bool(step.locks)

    def _planned(self, kind: Kind, names: Collection[str]) -> ObjectBatch:
        plan = self._plan
        removed, added = plan.removed & set(names), plan.added & set(names)
        changing = plan.again & set(names)
        again = changing | self._hanging(changing | removed)
        return ObjectBatch(
            kind,
            old={name: plan.old[name] for name in self._old.order},
            new={name: plan.new[name] for name in self._new.order},
            replaced=(plan.replaced & set(names)) - again,
            again=again,
            added=added,
            removed=removed,
            early=self._early(changing, removed),
            late=self._late_to_come(again, added),
            notes=plan.notes,
        )

    def _late_to_come(self, again: set[str], added: set[str]) -> set[str]:
        """Return what comes behind all that goes, and in a downgrade goes before anything comes back."""
        plan = self._plan
        found = {name for name in added if any(collide(plan.old[one], plan.new[name]) for one in plan.overloaded)}
        return found | (added & self._new.certain_users(again | found))

    def _early(self, changing: set[str], removed: set[str]) -> set[str]:
        """Return what goes before anything comes: it collides with what comes, or uses what is made again."""
        found = {name for name in removed if self._is_in_the_way(name)}
        users = {user for name in changing | found for user in self._plan.hanging.get(name, ())}
        return found | (removed & users)

    def _hanging(self, names: Collection[str]) -> set[str]:
        """Return what stays and has to be dropped for the sake of others, and made again."""
        plan = self._plan
        found: set[str] = set()
        for name in names:
            for user in plan.hanging.get(name, ()):
                if user in plan.new and not (name in plan.removed and self._lets_go(user, plan.old[name])):
                    found.add(user)
        return found - plan.removed

    def _is_in_the_way(self, name: str) -> bool:
        """Return True if a function has to go before another of its name comes, or before what called it comes back."""
        return name in self._plan.overloaded or bool(self._hanging({name}))

    def _lets_go(self, user: str, used: SqlObject) -> bool:
        """Return True if a user was changed before, and mentions an object no more."""
        return user in self._plan.changed and used.bare not in self._plan.new[user].tokens
