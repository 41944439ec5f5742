"""One stack per data folder, and an end to what a killed one left behind."""

import contextlib
import fcntl
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil

from stack.errors import StackError
from stack.private_files import write_private_json

END_SECONDS = 10.0


@contextlib.contextmanager
def sole_instance(data: Path) -> Iterator[None]:
    """Hold the data folder for this process. The kernel lets go of it when the process ends, however it ends.

    Raises:
        StackError: another process holds it, or the folder belongs to another account.
    """
    file = data / "lock"
    with contextlib.ExitStack() as stack:
        try:
            lock = stack.enter_context(file.open("a+"))
        except PermissionError as error:
            message = f"{data} belongs to {data.owner()}. Run as that account, or with data of your own: DATA_DIR=..."
            raise StackError(message) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            pid = lock.read().strip()
            raise StackError(f"A stack with the data of {data} runs already. End it first: kill {pid}") from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


class ProcessRecord:
    """The processes of a stack, on disk, each with the moment it started: a number alone may belong to another by now.

    Args:
        data: the stack's data folder.
    """

    def __init__(self, data: Path) -> None:
        self._file = data / "processes.json"
        self._entries: list[dict[str, float]] = []

    def add(self, pid: int) -> None:
        """Remember a process that was just started."""
        with contextlib.suppress(psutil.NoSuchProcess):  # ended at once; nothing to remember
            self._entries.append({"pid": pid, "started": psutil.Process(pid).create_time()})
            write_private_json(self._file, self._entries)

    def clear(self) -> None:
        """Forget all: everything was ended in order."""
        self._file.unlink(missing_ok=True)

    def end_leftovers(self) -> int:
        """End what is left of a stack whose runner was killed, and wait until it is gone.

        Returns:
            How many processes were left.
        """
        left = list(self._living())
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for its clients.
                process.send_signal(signal.SIGINT)
        _, stubborn = psutil.wait_procs(left, END_SECONDS)
        for process in stubborn:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(stubborn, END_SECONDS)
        self.clear()
        return len(left)

    def _living(self) -> Iterator[psutil.Process]:
        try:
            entries = json.loads(self._file.read_text())
        except (FileNotFoundError, ValueError):  # none, or cut off by a crash of the machine: then nothing lives
            return
        for entry in entries:
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(int(entry["pid"]))
                if process.create_time() == entry["started"]:
                    yield process
