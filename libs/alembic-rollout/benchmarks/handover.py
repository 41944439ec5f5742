"""How soon the next of many waiting processes has the run lock after it was released.

Run it with `TEST_POSTGRES_URL` set: `.venv/bin/python benchmarks/handover.py`. Twenty processes ask for the lock at the
same moment, and each holds it for a few milliseconds: that is what a deploy of twenty replicas looks like to the
nineteen that find nothing to do. The clock is the machine's monotonic one, which processes share.
"""

import multiprocessing
import sys
import tempfile
import time
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median

from alembic.config import Config
from databases import new_database
from projects import make_project

from alembic_rollout.postgres.run_lock import run_lock
from alembic_rollout.project.environment import Environment, load_environment

PROCESSES = 20
HELD_SECONDS = 0.02
TARGET_MS = 100.0

_FORK = multiprocessing.get_context("fork")


def measure(rounds: int = 3) -> float:
    """Let twenty processes have the lock one after the other.

    Args:
        rounds: how often.

    Returns:
        The median time between a release and the next acquisition, milliseconds.
    """
    with tempfile.TemporaryDirectory() as folder, new_database() as url:
        project = make_project(Path(folder, "project"), rollout=True, revisions=1, url=url)
        config = Config(project / "alembic.ini")
        config.set_main_option("script_location", str(project / "migrations"))
        sys.path.insert(0, str(project))  # as Alembic's command line does, by prepend_sys_path
        environment = load_environment(config)
        return median(gap for _ in range(rounds) for gap in _gaps(environment)) * 1000


def _gaps(environment: Environment) -> list[float]:
    """Return the seconds between each release and the acquisition that follows it."""
    barrier = _FORK.Barrier(PROCESSES)
    pipes = [_FORK.Pipe(duplex=False) for _ in range(PROCESSES)]
    processes = [_FORK.Process(target=_hold, args=(environment, barrier, sending)) for _, sending in pipes]
    for process in processes:
        process.start()
    held = sorted(receiving.recv() for receiving, _ in pipes)
    for process in processes:
        process.join()
    return [after[0] - before[1] for before, after in pairwise(held)]


def _hold(environment: Environment, barrier: Barrier, sending: Connection) -> None:
    barrier.wait()
    with run_lock(environment.engine(), environment.version_table, seconds=environment.settings.run_lock_wait):
        acquired = time.monotonic()
        time.sleep(HELD_SECONDS)
        released = time.monotonic()
    sending.send((acquired, released))


def main() -> None:
    """Print a line."""
    print(f"run lock handed to the next of {PROCESSES}: {measure():.0f} ms (target: under {TARGET_MS:.0f})")  # noqa: T201


if __name__ == "__main__":
    main()
