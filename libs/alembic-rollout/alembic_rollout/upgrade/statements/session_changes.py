"""What a revision has changed of its session, where that is the reason for which it fails at its end."""

import re
from functools import cache
from typing import Any

from sqlalchemy import Engine, event

from alembic_rollout.operations.autocommit import running_helper
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.sqlstates import ACTIVE_SQL_TRANSACTION, INSUFFICIENT_PRIVILEGE, UNDEFINED_TABLE
from alembic_rollout.sql.meaning import transaction_control
from alembic_rollout.sql.settings_changed import EVERYTHING, setting_changes
from alembic_rollout.upgrade.attempt_record import EndedTransactionError

_ROLE, _SESSION_ROLE, _PATH = "role", "session_authorization", "search_path"
_OWNERS = "Leave it out, and give objects to a role with ALTER ... OWNER TO"


class SessionChanges:
    """Notes the role, the search path and the settings that the statements of an engine change.

    Args:
        engine: the one that migrates.
    """

    def __init__(self, engine: Engine) -> None:
        self._changed: set[str] = set()
        self._controls_transaction = False
        event.listen(engine, "before_cursor_execute", self._before_execute)

    def begin(self) -> None:
        """Forget what earlier revisions did."""
        self._changed.clear()
        self._controls_transaction = False

    def cause_of(self, error: BaseException) -> str | None:
        """Return why a revision has failed, with the remedy, where a change of its session is the reason.

        Args:
            error: what ended it.
        """
        state, said = sqlstate(error), one_line(error).rstrip(".")
        if EVERYTHING in self._changed and state == ACTIVE_SQL_TRANSACTION:
            return f"{said}. Leave it out: what a migration sets for its session would be gone too"
        if EVERYTHING in self._changed and isinstance(error, EndedTransactionError) and not self._controls_transaction:
            return (
                "RESET ALL has undone what a migration sets for its session: its limits, and the mark by which it knows"
                " its own transaction. Nothing of the revision is kept. Reset a setting by its name (RESET work_mem),"
                " or change it with SET LOCAL, which ends by itself"
            )
        if _SESSION_ROLE in self._changed and state == INSUFFICIENT_PRIVILEGE:
            return f"{said}. Only a superuser may act as another session's role. {_OWNERS}"
        if _ROLE in self._changed and state in (INSUFFICIENT_PRIVILEGE, UNDEFINED_TABLE):
            return (
                f"{said}: the revision has sent SET ROLE, and that role may not do it. End it with RESET ROLE, since"
                " the version table is written next, or do without: ALTER ... OWNER TO gives objects to a role"
            )
        if _PATH in self._changed and state == UNDEFINED_TABLE:
            return (
                f"{said}: the revision has set search_path, in which that table is not. Send RESET search_path at its"
                " end, since the version table is written next, or name tables with their schema"
            )
        return None

    def _before_execute(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401 - the driver's
        if running_helper() is not None:
            return
        self._controls_transaction = self._controls_transaction or transaction_control(statement) is not None
        if not _may_matter().search(statement):
            return
        for change in setting_changes(statement):
            if change.in_function:
                continue
            if change.value == "default" and change.name != EVERYTHING:
                self._changed.discard(change.name)
            else:
                self._changed.add(change.name)


@cache
def _may_matter() -> re.Pattern[str]:
    return re.compile(r"role|authorization|search_path|schema|\ball\b|\\|u&", re.IGNORECASE)
