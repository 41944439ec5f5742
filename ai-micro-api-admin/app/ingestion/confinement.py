"""Limits that a parser process puts on itself before it opens a file that somebody uploaded."""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import sys
from dataclasses import dataclass

_ALARM_GRACE_SECONDS = 5
_NICENESS = 5
_PR_SET_DUMPABLE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseLimits:
    """What reading one file may cost.

    Args:
        wall_seconds: Time from start to end.
        cpu_seconds: Processor time.
        memory_bytes: Address space of the process, some 60 MB of it taken before the file is opened.
        output_bytes: Size of all chunks together, as JSON.
        max_chunks: Number of chunks.
    """

    wall_seconds: float = 120.0
    cpu_seconds: int = 110
    memory_bytes: int = 1024**3
    output_bytes: int = 512 * 1024**2
    max_chunks: int = 100_000

    def __post_init__(self) -> None:
        if min(self.wall_seconds, self.cpu_seconds, self.memory_bytes, self.output_bytes, self.max_chunks) <= 0:
            raise ValueError("every limit must be above 0")


def conceal_process() -> None:
    """Keep this process's environment and memory from other processes of the same user, on Linux.

    A parser runs as the same user as the service; without this, one that a hostile file has taken over could read the
    database's passwords from `/proc/PID/environ` (prctl(2), PR_SET_DUMPABLE; proc(5)).
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0)


def confine(limits: ParseLimits) -> None:
    """Limit this process for good: memory, processor time, size of files written, no core dump, low priority.

    An alarm ends the process a little after its wall time even when the parent, whose task that is, was killed.
    """
    _limit(resource.RLIMIT_CORE, 0, 0)
    _limit(resource.RLIMIT_FSIZE, limits.output_bytes, limits.output_bytes)
    # The soft limit sends SIGXCPU, by which the parent tells it from other ends; the hard one cannot be survived.
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1)
    if sys.platform == "linux":
        # macOS refuses this limit or ignores it.
        _limit(resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes)
    signal.alarm(math.ceil(limits.wall_seconds) + _ALARM_GRACE_SECONDS)
    os.nice(_NICENESS)


def _limit(kind: int, soft: int, hard: int) -> None:
    """Set a limit, within the one that is already there: only root may raise a hard limit."""
    _, allowed = resource.getrlimit(kind)
    if allowed != resource.RLIM_INFINITY:
        soft, hard = min(soft, allowed), min(hard, allowed)
    resource.setrlimit(kind, (soft, hard))
