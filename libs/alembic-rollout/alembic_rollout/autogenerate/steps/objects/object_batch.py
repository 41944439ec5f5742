"""What one revision does to objects, in the order of the upgrade; reversed, it is the order of the downgrade.

An object comes before it is used and goes behind that, in either direction, unless another blocks it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from alembic_rollout.autogenerate.chain import Kind, Step
from alembic_rollout.autogenerate.steps.objects.object_code import (
    create_step,
    drop_step,
    only_downgrade,
    only_upgrade,
    replace_step,
)
from alembic_rollout.sql_objects.declared import parent_of
from alembic_rollout.sql_objects.sql_object import SqlObject


@dataclass(frozen=True)
class ObjectBatch:
    """The objects of a revision, by name.

    Attributes:
        kind: of the revision.
        old: every object that is there, each behind those that it uses.
        new: every object that the files declare, likewise.
        replaced: in place.
        again: dropped and made again.
        added: they come.
        removed: they go.
        early: of the removed ones, those that go before anything comes.
        late: of the added ones, those that come behind all that goes.
        notes: what is said of those that are made again.
    """

    kind: Kind
    old: dict[str, SqlObject]
    new: dict[str, SqlObject]
    replaced: set[str]
    again: set[str]
    added: set[str]
    removed: set[str]
    early: set[str]
    late: set[str]
    notes: Mapping[str, str]

    def steps(self) -> Iterator[Step]:
        """Yield the steps."""
        for name in self.new:
            if name in self.added - self.late:
                yield only_downgrade(self._created(name))
        for name in self._users_first:
            yield from self._going(name)
        for name in self.new:
            yield from self._coming(name)
        for name in self._users_first:
            if name in self.removed - self.early:
                yield only_upgrade(self._dropped(name))

    @cached_property
    def _users_first(self) -> Sequence[str]:
        return list(reversed(self.old))

    def _going(self, name: str) -> Iterator[Step]:
        """Yield what makes room in an upgrade, and restores in a downgrade."""
        if name in self.replaced:
            yield only_downgrade(self._replaced(name))
        elif name in self.again | self.early:
            yield self._dropped(name)
        elif name in self.removed:
            yield only_downgrade(self._dropped(name))

    def _coming(self, name: str) -> Iterator[Step]:
        """Yield what makes in an upgrade, and makes room in a downgrade."""
        if name in self.replaced:
            yield only_upgrade(self._replaced(name))
        elif name in self.again | self.late:
            yield self._created(name)
        elif name in self.added:
            yield only_upgrade(self._created(name))

    def _replaced(self, name: str) -> Step:
        return replace_step(self.kind, self.old[name], self.new[name])

    def _created(self, name: str) -> Step:
        with_parent = _has_parent_in(self.new, name, self.again | self.added)
        note = self.notes.get(name, "")
        return create_step(self.kind, self.new[name], again=name in self.again, with_parent=with_parent, note=note)

    def _dropped(self, name: str) -> Step:
        with_parent = _has_parent_in(self.old, name, self.again | self.removed)
        return drop_step(self.kind, self.old[name], again=name in self.again, with_parent=with_parent)


def _has_parent_in(objects: Mapping[str, SqlObject], name: str, others: set[str]) -> bool:
    parent = parent_of(objects[name], objects)
    return parent is not None and parent.name in others
