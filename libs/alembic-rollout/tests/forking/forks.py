"""The tests' end of `fork_server.py`: many starts of a command line at the price of a few."""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar


class ForkServer:
    """A process that has imported what commands need, and forks; one for each process of pytest, started when asked.

    Args:
        python: the interpreter of the environment whose packages the commands have.
    """

    _instance: ClassVar["ForkServer | None"] = None

    def __init__(self, python: str = sys.executable) -> None:
        self._turn = threading.Lock()
        self._output = tempfile.TemporaryDirectory(prefix="forks-")
        self._process = subprocess.Popen(
            [python, str(Path(__file__).with_name("fork_server.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @classmethod
    def instance(cls) -> "ForkServer":
        if cls._instance is None:
            cls._instance = cls()
            atexit.register(cls._instance.close)
        return cls._instance

    def run(
        self,
        program: str,
        command: Sequence[str],
        *,
        folder: Path,
        environment: dict[str, str],
        timeout: float,
        count: int = 1,
        kill_at: tuple[str, int] | None = None,
    ) -> list[subprocess.CompletedProcess[str]]:
        """Run a command in processes that begin at the same moment, and wait for the end of all; one call at a time.

        Args:
            program: `alembic` or `alembic-rollout`.
            command: its arguments.
            folder: where it runs.
            environment: all of its variables.
            timeout: seconds, for all of them.
            count: how many processes.
            kill_at: where each kills itself; see `fork_server.py`.

        Raises:
            subprocess.TimeoutExpired: they did not end in time; they are ended.
        """
        request = {
            "program": program,
            "command": command,
            "folder": str(folder),
            "environment": environment,
            "count": count,
            "kill_at": kill_at,
            "output": self._output.name,
        }
        with self._turn:
            statuses = self._ask(request, timeout)
            return [
                subprocess.CompletedProcess(command, status, self._said(number, "out"), self._said(number, "err"))
                for number, status in enumerate(statuses)
            ]

    def _ask(self, request: dict[str, Any], timeout: float) -> list[int]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], timeout)[0]:
            os.killpg(self._process.pid, signal.SIGKILL)
            ForkServer._instance = None
            raise subprocess.TimeoutExpired(request["command"], timeout)
        statuses: list[int] = json.loads(self._process.stdout.readline())
        return statuses

    def _said(self, number: int, stream: str) -> str:
        return Path(self._output.name, f"{number}.{stream}").read_text()

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._output.cleanup()
