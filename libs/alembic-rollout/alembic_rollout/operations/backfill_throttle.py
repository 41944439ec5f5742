"""How many rows the next batch of a backfill takes, and how long to pause before it."""

from alembic_rollout.errors import UsageError

# Other sessions wait for a batch's rows until it commits. It is meant to take LOCK_AIM; one that takes LOCK_LIMIT is
# cancelled and retried with half of its rows, and so is one that waits for a locked row for LOCK_WAIT.
LOCK_AIM = 0.15
LOCK_LIMIT = 0.35
LOCK_WAIT = 0.1

_SHORTEST_PAUSE = 0.05
_TOLERATED_SLOWDOWN = 2.0
_BEST_FADES = 0.98


class Pace:
    """Size of the next batch and pause before it, from what the batches before took.

    Args:
        batch_size: rows of the first batch.
        pause: seconds between two batches; by default a twentieth of the batch's time, and up to all of it while the
            server is less than half as fast as it has been.

    Attributes:
        batch_size: rows of the next batch.
    """

    def __init__(self, batch_size: int, pause: float | None) -> None:
        if batch_size < 1:
            raise UsageError(f"batch_size={batch_size}: it must be at least 1.")
        if pause is not None and pause < 0:
            raise UsageError(f"pause={pause}: it cannot be negative.")
        self.batch_size = batch_size
        self._pause = pause
        self._best_rate = 0.0

    @property
    def limit(self) -> float:
        """Seconds after which the batch is cancelled; 0 is never: one row cannot be divided."""
        return LOCK_LIMIT if self.batch_size > 1 else 0.0

    def halve(self) -> None:
        """Take fewer rows: the last batch was cancelled, or found one of its rows locked."""
        self.batch_size = max(1, self.batch_size // 2)

    def pause_after(self, rows: int, seconds: float) -> float:
        """Learn from a batch that has committed.

        Args:
            rows: how many it changed.
            seconds: how long it held their locks.

        Returns:
            How long to pause.
        """
        if rows * 2 >= self.batch_size:  # the time of a nearly empty batch says nothing about a full one
            self.batch_size = max(1, round(self.batch_size * min(2.0, max(0.5, LOCK_AIM / seconds))))
        rate = rows / seconds
        self._best_rate = max(rate, self._best_rate * _BEST_FADES)
        if self._pause is not None:
            return self._pause
        slowdown = self._best_rate / rate if rate else 1.0
        return seconds * min(1.0, max(_SHORTEST_PAUSE, slowdown - _TOLERATED_SLOWDOWN))
