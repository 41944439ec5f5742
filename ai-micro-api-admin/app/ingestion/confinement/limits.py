"""Limits of resources: what reading one file may cost, and what its reader may not have at all."""

from __future__ import annotations

import math
import os
import resource
import signal
import sys
from dataclasses import dataclass, replace

_ALARM_GRACE_SECONDS = 5
_NICENESS = 10
_CPU_SECONDS, _CPU_SECONDS_PER_MEGABYTE = 10, 8
_WALL_SECONDS, _WALL_SECONDS_PER_MEGABYTE = 30, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseLimits:
    """What reading one file may cost.

    Args:
        wall_seconds: Time from start to end, of the largest file.
        cpu_seconds: Processor time, of the largest file.
        memory_bytes: Address space of the process, some 60 MB of it taken before the file is opened.
        output_bytes: Size of all chunks together, as JSON.
        max_chunks: Number of chunks.
    """

    wall_seconds: float = 120.0
    cpu_seconds: int = 110
    memory_bytes: int = 1024**3
    output_bytes: int = 512 * 1024**2
    max_chunks: int = 100_000

    def for_file(self, size_bytes: int) -> ParseLimits:
        """Return these limits with the time that a file of this size may take; a small one never holds a worker long.

        Reading takes up to 4 seconds of processor time for a megabyte (Markdown full of markup). The wall time is
        twice the processor time and more: the reader has a low priority.
        """
        megabytes = size_bytes / 1_000_000
        return replace(
            self,
            cpu_seconds=min(self.cpu_seconds, math.ceil(_CPU_SECONDS + _CPU_SECONDS_PER_MEGABYTE * megabytes)),
            wall_seconds=min(self.wall_seconds, _WALL_SECONDS + _WALL_SECONDS_PER_MEGABYTE * megabytes),
        )

    def __post_init__(self) -> None:
        if min(self.wall_seconds, self.cpu_seconds, self.memory_bytes, self.output_bytes, self.max_chunks) <= 0:
            raise ValueError("every limit must be above 0")


def limit_cost(limits: ParseLimits) -> None:
    """Limit memory, processor time and size of files written of this process; no core dump, low priority.

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


def refuse_descriptors_and_processes() -> None:
    """Let this process open no file, socket or pipe any more, and start no process; what is open stays usable.

    The way of OpenSSH's `sandbox-rlimit.c`, for systems without anything better. The second limit does not bind root.
    """
    _limit(resource.RLIMIT_NOFILE, 0, 0)
    _limit(resource.RLIMIT_NPROC, 0, 0)


def _limit(kind: int, soft: int, hard: int) -> None:
    """Set a limit, within the one that is already there: only root may raise a hard limit."""
    _, allowed = resource.getrlimit(kind)
    if allowed != resource.RLIM_INFINITY:
        soft, hard = min(soft, allowed), min(hard, allowed)
    resource.setrlimit(kind, (soft, hard))
