"""What the kit asks about a service's migrations: where its database stands, and what the release is called.

Protocols, because the kit knows no migration tool: a service hands over an object that has these attributes.
"""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection


class SchemaState(Protocol):
    """Where a database stands, seen from the code of one release."""

    @property
    def current(self) -> str | None:
        """Its revision; None before the first migration."""

    @property
    def required(self) -> str:
        """The last revision that this code cannot do without."""

    @property
    def pending(self) -> tuple[str, ...]:
        """What this code brings and the database has not applied, oldest first."""

    @property
    def held(self) -> tuple[str, ...]:
        """Those of them that wait, and that this code can do without."""

    @property
    def ahead(self) -> bool:
        """Return True if the database is at a revision that this code does not know."""

    @property
    def sufficient(self) -> bool:
        """Return True if this code can run on it."""

    @property
    def reason(self) -> str:
        """Why not, and what to do; empty where it can."""


class Schema(Protocol):
    """The schema that a release of a service was built for."""

    @property
    def required(self) -> str:
        """The last revision that this code cannot do without."""

    @property
    def application_name(self) -> str:
        """What every connection of this release is called in `pg_stat_activity`."""

    def state(self, connection: Connection) -> SchemaState:
        """Read where a database stands, in any isolation level."""


class Attempt(Protocol):
    """An attempt to migrate, with the attributes of `service_kit.server.endpoints.migrations.AttemptOut`."""

    @property
    def id(self) -> int:
        """Its number; later attempts have higher ones."""


class Migrations(Protocol):
    """Reads what is shown of a service's migrations; each connection is one in autocommit."""

    def status(self, connection: Connection) -> object:
        """Return where the database is, as `service_kit.server.endpoints.migrations.MigrationsOut` has it."""

    def history(
        self, connection: Connection, *, before: int | None, revision: str | None, limit: int
    ) -> Sequence[Attempt]:
        """Return attempts, newest first: those below an id, or the newest; of one revision, or all."""

    def count(self, connection: Connection, *, revision: str | None) -> int:
        """Return how many attempts there are, of one revision or all."""

    def revision(self, revision: str) -> object:
        """Return a revision, with the attributes of `service_kit.server.endpoints.migrations.RevisionOut`.

        Raises:
            KeyError: this release has no such revision.
        """

    def plan(self, connection: Connection) -> object:
        """Return what an upgrade would do, with the attributes of `service_kit.server.endpoints.migrations.PlanOut`."""
