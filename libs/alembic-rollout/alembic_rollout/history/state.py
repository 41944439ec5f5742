"""What a database itself tells of its revisions: the version table, and the last success of each in the history."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from alembic_rollout.history.attempt import ADOPTED, Direction
from alembic_rollout.history.history_rows import text_literal
from alembic_rollout.history.table import History
from alembic_rollout.postgres.identifiers import for_driver
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.project.tree import Phase

_EXIST = (
    "SELECT to_regclass(%s) IS NOT NULL, history IS NOT NULL, coalesce(has_table_privilege(history, 'SELECT'), true),"
    " EXISTS (SELECT FROM pg_attribute WHERE attrelid = history AND attname = 'version_table' AND NOT attisdropped)"
    " FROM to_regclass(%s) AS history"
)
_AT = "SELECT version_num::text, NULL::text, NULL::text, NULL::text, NULL::text FROM {version}"
# The last success of each revision, and the row that the history began with.
_RECORDED = """
    UNION ALL
    SELECT * FROM (
        SELECT DISTINCT ON (revision) revision, direction, phase, coalesce(checksum, ''), coalesce(error, '')
        FROM {history} WHERE outcome = 'applied'{own} ORDER BY revision, id DESC
    ) AS last
    UNION ALL
    SELECT * FROM (
        SELECT revision, 'first', NULL::text, NULL::text, NULL::text FROM {history} WHERE true{own} ORDER BY id LIMIT 1
    ) AS f
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The last success of a revision.

    Attributes:
        direction: upgrade, downgrade or stamp.
        phase: expand or contract.
        checksum: of the file that was applied; empty where it was not known.
    """

    direction: Direction
    phase: Phase
    checksum: str


@dataclass(frozen=True)
class DatabaseState:
    """Where a database is.

    Attributes:
        revisions: the rows of the version table, sorted.
        recorded: the last success of every revision that the history knows; empty where there is no history.
        first_recorded: the revision of the history's first row; None where there is none.
        is_history_complete: the history began on an empty database, or a baseline recorded what was there before.
        is_history_readable: False if the connection's role has no right to read it, so that nothing is known of it.
    """

    revisions: tuple[str, ...]
    recorded: Mapping[str, Recorded]
    first_recorded: str | None
    is_history_complete: bool
    is_history_readable: bool = True

    @cached_property
    def applied(self) -> dict[str, Recorded]:
        """The revisions whose last success was not a downgrade."""
        return {revision: one for revision, one in self.recorded.items() if one.direction != "downgrade"}


def read_state(connection: Connection, version_table: VersionTable, history: History) -> DatabaseState:
    """Read where a database is.

    Args:
        connection: in any isolation level; its role has to read the version table, and should read the history.
        version_table: Alembic's.
        history: this library's.
    """
    has_version, has_history, is_readable, says_whose = connection.exec_driver_sql(
        _EXIST, (version_table.sql, history.name)
    ).one()
    queries = [_AT.format(version=for_driver(version_table.sql))] if has_version else [_NOTHING]
    if has_history and is_readable:
        # Each start reads all rows: a condition on the column itself costs less than `history.own`.
        own = f" AND (version_table IS NULL OR version_table = {text_literal(history.version_table)})"
        queries.append(_RECORDED.format(history=history.sql, own=own if says_whose else ""))
    revisions, recorded, first, is_adopted = [], {}, None, False
    for revision, direction, phase, checksum, note in connection.exec_driver_sql(" ".join(queries)):
        if direction is None:
            revisions.append(revision)
        elif direction == "first":
            first = revision
        else:
            recorded[revision] = Recorded(direction, phase, checksum)
            is_adopted = is_adopted or note == ADOPTED
    return DatabaseState(tuple(sorted(revisions)), recorded, first, is_adopted, is_readable)


_NOTHING = "SELECT NULL::text, NULL::text, NULL::text, NULL::text, NULL::text WHERE false"
