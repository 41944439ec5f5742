"""The one loop that waits for something which only asking again can tell."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

_REPORT_EVERY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long to pause between two looks, seconds: the first pause, which doubles up to the longest.

    Attributes:
        first: the first pause.
        longest: no pause is longer.
        jitter: shorten each pause by a random part of up to half, so that many waiting processes spread.
    """

    first: float
    longest: float
    jitter: bool = False

    def after(self, looks: int) -> float:
        """Return the pause after so many looks without success; 1 is the first."""
        pause = min(self.first * 2.0 ** min(looks - 1, 60), self.longest)
        return pause * random.uniform(0.5, 1.0) if self.jitter else pause  # noqa: S311 - spreads the waiting processes


@dataclass(frozen=True, slots=True)
class Look:
    """One look at what is waited for.

    Attributes:
        waited: seconds since the first look.
        left: seconds until the time is over; 0 at the last look.
        is_last: the time is over; no other look follows.
        is_report_due: ten seconds have passed since the caller was last told so.
    """

    waited: float
    left: float
    is_last: bool
    is_report_due: bool


def looks(seconds: float, pauses: Pauses, *, report_after: float = 0.0) -> Iterator[Look]:
    """Yield looks until the time is over, with a pause after each that the caller did not return from.

    Args:
        seconds: bounds the wait; the last look comes when they are over.
        pauses: between two looks.
        report_after: seconds until the first report is due.
    """
    started = time.monotonic()
    report_at = started + report_after
    count = 0
    while True:
        count += 1
        now = time.monotonic()
        left = max(started + seconds - now, 0.0)
        is_due = now >= report_at
        if is_due:
            report_at = now + _REPORT_EVERY_SECONDS
        yield Look(now - started, left, left <= 0, is_due)
        if left <= 0:
            return
        time.sleep(min(pauses.after(count), max(started + seconds - time.monotonic(), 0.0)))
