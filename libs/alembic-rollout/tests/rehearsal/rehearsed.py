"""What a rehearsal said, for tests to ask."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from databases import Database

from alembic_rollout.errors import RolloutError
from alembic_rollout.project.environment import Environment


@dataclass
class Rehearsed:
    """What a rehearsal said.

    Attributes:
        document: what it printed.
        error: how it ended, unless well.
    """

    document: dict[str, Any]
    error: RolloutError | None

    def revision(self, number: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in self.document["revisions"] if one["revision"] == number)
        return found

    def locks(self, number: str, way: str = "up") -> dict[str, list[str]]:
        """The modes by relation."""
        found: dict[str, list[str]] = {}
        for lock in self.revision(number)[way]["locks"]:
            found.setdefault(lock["relation"], []).append(lock["mode"])
        return found


MakeEnvironment = Callable[..., Environment]
Rehearse = Callable[..., Rehearsed]


def rehearsal_databases(database: Database) -> set[str]:
    """Return the scratch databases that stand for a database."""
    names = database.rows("SELECT datname FROM pg_database")
    return {str(name) for (name,) in names if str(name).startswith(f"rehearsal_{database.name}")}
