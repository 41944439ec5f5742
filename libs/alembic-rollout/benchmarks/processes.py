"""Times a command of Alembic as a whole process: seconds from fork to exit, and its largest memory."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_ALEMBIC = str(Path(sys.executable).parent / "alembic")
_UPGRADE = ("upgrade", "head")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a process: seconds on the wall, and its largest resident set in kibibytes (getrusage, Linux)."""

    seconds: float
    kibibytes: int


def upgrade(folder: Path) -> Run:
    """Run `alembic upgrade head` in a folder.

    Raises:
        RuntimeError: it failed.
    """
    return run(folder, *_UPGRADE)


def run(folder: Path, *command: str) -> Run:
    """Run `alembic` in a folder.

    Args:
        folder: a project's.
        command: what is typed behind `alembic`.

    Raises:
        RuntimeError: it failed.
    """
    environment = {
        name: value for name, value in os.environ.items() if "ROLLOUT" not in name and "DATABASE_URL" not in name
    }
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - a fixed command
        [_ALEMBIC, *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"alembic {command[0]} ended with {process.returncode} in {folder}")
    return Run(time.perf_counter() - started, usage.ru_maxrss)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Medians of pairs: of each side, and of the ratio within a pair."""

    plain_seconds: float
    rollout_seconds: float
    time_ratio: float
    memory_ratio: float


def compare(
    plain: Path,
    rollout: Path,
    *,
    runs: int,
    before: Callable[[], None] = lambda: None,
    command: Sequence[str] = _UPGRADE,
) -> Comparison:
    """Run both projects in turn, `runs` times, and compare within each pair.

    Args:
        plain: the project without alembic-rollout.
        rollout: the project with it.
        runs: counted pairs; one more is run first to warm up.
        before: called before every single run, such as to empty the databases.
        command: what is typed behind `alembic`.
    """
    pairs = []
    for number in range(runs + 1):
        sides = [plain, rollout] if number % 2 else [rollout, plain]  # neither profits from going second
        measured = {}
        for side in sides:
            before()
            measured[side] = run(side, *command)
        pairs.append((measured[plain], measured[rollout]))
    counted = pairs[1:]
    return Comparison(
        plain_seconds=median(a.seconds for a, _ in counted),
        rollout_seconds=median(b.seconds for _, b in counted),
        time_ratio=median(b.seconds / a.seconds for a, b in counted),
        memory_ratio=median(b.kibibytes / a.kibibytes for a, b in counted),
    )
