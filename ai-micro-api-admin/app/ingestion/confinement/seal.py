"""Takes everything away from a process that reading a file does not need. What is imported and open stays usable."""

from __future__ import annotations

from dataclasses import dataclass

from app.ingestion.confinement import landlock, process, seccomp
from app.ingestion.confinement.limits import refuse_descriptors_and_processes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """Which layers took effect; the limits of resources always do.

    Args:
        seccomp: System calls are refused unless they are on the list.
        landlock: Version of Landlock's interface, 0 without.
        unprivileged: The process is not root.
    """

    seccomp: bool
    landlock: int
    unprivileged: bool


def seal(*, parent: int) -> Seal:
    """Leave this process nothing but its memory and its open files, as far as the system can; it ends with its parent.

    Args:
        parent: Process that started this one.
    """
    # Each step needs what the following ones refuse.
    version = landlock.refuse_all()
    unprivileged = process.give_up_root()
    process.conceal_process()
    process.end_with(parent)
    refuse_descriptors_and_processes()
    return Seal(seccomp=seccomp.refuse_other_calls(), landlock=version, unprivileged=unprivileged)
