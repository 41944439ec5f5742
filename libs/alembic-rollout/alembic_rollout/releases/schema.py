"""Where a database stands, seen from the code of one release: for `/readyz`, metrics and connections' names."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config
from sqlalchemy import Connection

from alembic_rollout.errors import UsageError
from alembic_rollout.history.state import read_state
from alembic_rollout.history.table import history_of
from alembic_rollout.project.environment import Environment, load_environment
from alembic_rollout.project.tree_checks import check_tree
from alembic_rollout.releases.presence import release_name
from alembic_rollout.releases.standing import Standing, compare, refusal_of

Connect = Callable[[], AbstractContextManager[Connection]]
_POLL_SECONDS = 0.2

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Where a database stands.

    Attributes:
        current: its revision; None before the first migration; several are joined by commas.
        required: the last revision that this code cannot do without.
        pending: what this code's tree has and the database has not applied, oldest first.
        held: those of them that it can do without: contract revisions that wait for older releases to go.
        ahead: the database is at a revision that is unknown to this code.
        sufficient: True if this code can run on it.
        reason: why not; empty where it can.
    """

    current: str | None
    required: str
    pending: tuple[str, ...]
    held: tuple[str, ...]
    ahead: bool
    sufficient: bool
    reason: str


class Schema:
    """The schema that a release was built for.

    Args:
        alembic_ini: the project's `alembic.ini`; env.py is read, the models are not imported.

    Raises:
        UsageError: the tree has no revision, or one that cannot be read.
    """

    def __init__(self, alembic_ini: Path) -> None:
        config = Config(alembic_ini)
        location = config.get_main_option("script_location") or ""
        if ":" not in location:  # a path is relative to the current folder, which is the caller's affair
            config.set_main_option("script_location", str(Path(alembic_ini).resolve().parent / location))
        self._of(load_environment(config))

    @classmethod
    def of(cls, environment: Environment) -> "Schema":
        """Return the schema of an environment that is loaded already."""
        schema = cls.__new__(cls)
        schema._of(environment)
        return schema

    def _of(self, environment: Environment) -> None:
        self.environment = environment
        self._tree = environment.tree
        self._history = history_of(environment)
        if not self._tree.files:
            raise UsageError(
                f"{environment.script.dir}: the tree has no revision. "
                'Write the first one: alembic revision --autogenerate -m "what it makes"'
            )
        check_tree(self._tree)
        self._required = set(self._tree.required)
        self._needed = self._tree.ancestors(self._required)
        self.service = environment.settings.service
        self.head = ",".join(self._tree.heads)
        self.required = ",".join(self._tree.required)

    @property
    def application_name(self) -> str:
        """What every connection of this release carries as its `application_name`."""
        return release_name(self.service, self.head)

    @property
    def app_version(self) -> str:
        """The release, as the history, the webhook and the service's own metrics name it; see the setting."""
        return self.environment.settings.app_version

    def state(self, connection: Connection) -> SchemaState:
        """Read where a database stands.

        Args:
            connection: to the database, in any isolation level; the role has to read the version table and the history.
        """
        environment = self.environment
        standing = compare(self._tree, read_state(connection, environment.version_table, self._history))
        refusal = refusal_of(standing, version_table=environment.version_table.sql)
        reason = str(refusal) if refusal is not None else self._behind(standing)
        held = tuple(revision for revision in standing.pending if revision not in self._needed)
        return SchemaState(
            current=",".join(standing.current) or None,
            required=self.required,
            pending=standing.pending,
            held=held if not reason else (),
            ahead=standing.is_ahead,
            sufficient=not reason,
            reason=reason,
        )

    def _behind(self, standing: Standing) -> str:
        if standing.is_ahead or self._required.isdisjoint(standing.pending):
            return ""
        return f"The database is {standing.at} and this code needs {self.required}: run `alembic upgrade head`."
