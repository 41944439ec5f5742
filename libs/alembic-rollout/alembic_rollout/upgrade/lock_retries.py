"""Tries a revision again, after a growing pause, where nothing but a lock timeout undid it."""

import logging
import time
from collections.abc import Sequence

from alembic_rollout.postgres.blockers import Blocker
from alembic_rollout.postgres.error_text import sqlstate
from alembic_rollout.postgres.sqlstates import LOCK_NOT_AVAILABLE
from alembic_rollout.postgres.waiting import Pauses
from alembic_rollout.settings import Settings
from alembic_rollout.wording.durations import format_duration

logger = logging.getLogger(__name__)


class LockRetries:
    """The retries of one command's revisions.

    Args:
        settings: how long a lock is waited for, how long the pauses are, and for how long it is tried.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pauses = Pauses(settings.lock_retry_pause, settings.lock_retry_longest_pause, jitter=True)

    def pause_after(
        self, error: BaseException, *, revision: str, tries: int, seconds: float, blockers: Sequence[Blocker]
    ) -> bool:
        """Pause and say so, where the only thing wrong was that another session had a lock, and time is left.

        Args:
            error: what ended the attempt.
            revision: the one that was tried.
            tries: how often.
            seconds: since the first time.
            blockers: the sessions that blocked it.

        Returns:
            False if it is not to be tried again.
        """
        if sqlstate(error) != LOCK_NOT_AVAILABLE or seconds > self._settings.lock_retry_for:
            return False
        pause = self._pauses.after(tries)
        logger.warning(
            "%s waited %s for a lock behind %s. Undone; attempt %d follows in %s.",
            revision,
            format_duration(self._settings.lock_timeout),
            "; ".join(map(str, blockers)) or "a session that ended before it was seen",
            tries + 1,
            format_duration(pause),
            extra={"revision": revision, "attempts": tries},
        )
        time.sleep(pause)
        return True
