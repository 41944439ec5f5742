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
from typing import Any, ClassVar, Protocol, TextIO

_START_SECONDS = 60.0


class Process(Protocol):
    """What the tests use of a process that goes on: `subprocess.Popen` has it, and `ForkedProcess`."""

    pid: int
    returncode: Any
    stdout: Any
    stderr: Any

    def communicate(self, *, timeout: float | None = None) -> tuple[str, str]: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def poll(self) -> int | None: ...
    def send_signal(self, sig: int) -> None: ...
    def kill(self) -> None: ...
    def terminate(self) -> None: ...


class ForkServer:
    """A process that has imported what commands need, and forks; one for each process of pytest, started when asked.

    Args:
        python: the interpreter of the environment whose packages the commands have.
    """

    _instance: ClassVar["ForkServer | None"] = None

    def __init__(self, python: str = sys.executable) -> None:
        self._turn = threading.Lock()
        self._started = 0
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
        request = self._request(program, command, folder, environment) | {"count": count, "kill_at": kill_at}
        with self._turn:
            statuses = self._ask(request, timeout)
            return [
                subprocess.CompletedProcess(command, status, self._said(number, "out"), self._said(number, "err"))
                for number, status in enumerate(statuses)
            ]

    def start(
        self, program: str, command: Sequence[str], *, folder: Path, environment: dict[str, str]
    ) -> "ForkedProcess":
        """Start a command and return its process; see `run`."""
        with self._turn:
            self._started += 1
            request = self._request(program, command, folder, environment)
            request |= {"goes_on": True, "name": f"started-{self._started}-"}
            streams = [_NamedPipe(Path(self._output.name, f"{request['name']}0.{name}")) for name in ("out", "err")]
            [pid] = self._ask(request, _START_SECONDS)
            return ForkedProcess(self, pid, *(stream.opened() for stream in streams))

    def status(self, pid: int) -> int:
        """Return the exit status of a process that was started and has ended; can be asked once."""
        with self._turn:
            return int(self._ask({"ended": pid, "command": []}, _START_SECONDS))

    def _request(
        self, program: str, command: Sequence[str], folder: Path, environment: dict[str, str]
    ) -> dict[str, Any]:
        return {
            "program": program,
            "command": command,
            "folder": str(folder),
            "environment": environment,
            "count": 1,
            "kill_at": None,
            "goes_on": False,
            "name": "",
            "output": self._output.name,
        }

    def _ask(self, request: dict[str, Any], timeout: float) -> Any:  # noqa: ANN401 - of JSON
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], timeout)[0]:
            os.killpg(self._process.pid, signal.SIGKILL)
            ForkServer._instance = None
            raise subprocess.TimeoutExpired(request["command"], timeout)
        return json.loads(self._process.stdout.readline())

    def _said(self, number: int, stream: str) -> str:
        return Path(self._output.name, f"{number}.{stream}").read_text()

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._output.cleanup()


class _NamedPipe:
    """The end to read from of a pipe that another process opens by its name.

    Args:
        path: where; gone once it is opened.
    """

    def __init__(self, path: Path) -> None:
        os.mkfifo(path, 0o600)
        self._path = path
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # does not wait for the other end

    def opened(self) -> TextIO:
        """Return it to read from, once the other end is open."""
        self._path.unlink()
        os.set_blocking(self._descriptor, True)
        return os.fdopen(self._descriptor, encoding="utf-8")


class ForkedProcess:
    """A process that goes on, as `subprocess.Popen` would show it.

    Args:
        server: that forked it.
        pid: its own.
        stdout: what it says.
        stderr: likewise.
    """

    def __init__(self, server: ForkServer, pid: int, stdout: TextIO, stderr: TextIO) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdout, self.stderr = stdout, stderr
        self._server = server
        self._handle = os.pidfd_open(pid)
        self._said = ["", ""]
        self._readers: list[threading.Thread] = []

    def communicate(self, *, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end; return the rest of what it says. Where it takes longer, can be called again."""
        if not self._readers:
            self._readers = [threading.Thread(target=self._read, args=(number,), daemon=True) for number in range(2)]
            for reader in self._readers:
                reader.start()
        self.wait(timeout)
        for reader in self._readers:
            reader.join(timeout)
        return self._said[0], self._said[1]

    def _read(self, number: int) -> None:
        with (self.stdout, self.stderr)[number] as stream:
            self._said[number] = stream.read()

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._handle], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a forked command", timeout or 0)
            os.close(self._handle)
            self.returncode = self._server.status(self.pid)
        return self.returncode

    def poll(self) -> int | None:
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)
