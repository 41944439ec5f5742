"""What the files declare, against what the revisions made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from alembic_rollout.errors import UsageError
from alembic_rollout.project.environment import Environment
from alembic_rollout.sql_objects.applied import applied_objects
from alembic_rollout.sql_objects.declared import declared_objects
from alembic_rollout.sql_objects.sql_object import SqlObject


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """An object that comes, changes or goes.

    Attributes:
        old: as the revisions made it; None where they did not.
        new: as the files declare it; None where none does.
    """

    old: SqlObject | None
    new: SqlObject | None

    @property
    def title(self) -> str:
        """What a sentence calls it."""
        one = self.new or self.old
        assert one is not None  # noqa: S101 - for the type checker: a change has a side
        return one.title

    @property
    def sentence(self) -> str:
        """What differs, behind its title."""
        if self.new is None:
            return "is made by a revision, and no file declares it any more"
        if self.old is None:
            return f"is declared in {self.new.place}, and no revision makes it"
        return f"is not the same in {self.new.place} as in the revision that made it last"


@dataclass(frozen=True)
class SqlObjects:
    """Both sides.

    Attributes:
        declared: by the files, by name.
        applied: by the revisions, by name.
    """

    declared: Mapping[str, SqlObject]
    applied: Mapping[str, SqlObject]

    @classmethod
    def of(cls, environment: Environment) -> Self:
        """Read both sides of a project.

        Raises:
            UsageError: a file cannot be used; the line says where.
        """
        return cls(declared_objects(environment), applied_objects(environment.tree))

    @cached_property
    def changes(self) -> tuple[ObjectChange, ...]:
        """What differs, by name."""
        return tuple(self._changes())

    def _changes(self) -> Iterator[ObjectChange]:
        for name in sorted(self.declared.keys() | self.applied.keys()):
            old, new = self.applied.get(name), self.declared.get(name)
            if old is None or new is None or old.essence != new.essence:
                yield ObjectChange(old, new)

    def renamed(self, tables: Mapping[str, str]) -> "SqlObjects":
        """Return them as they are after tables were renamed.

        Args:
            tables: new names by old ones.

        Raises:
            UsageError: a file still names one as it was.
        """
        applied = list(self.applied.values())
        for old, new in tables.items():
            applied = [one.on_renamed(old, new) for one in applied]
            for one in self.declared.values():
                if one.reads(old):
                    raise UsageError(
                        f"{one.place}: {one.title} names {old}, which is renamed to {new}. Write {new} there."
                    )
        return SqlObjects(self.declared, {one.name: one for one in applied})
