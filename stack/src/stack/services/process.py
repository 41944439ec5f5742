"""A service as a child process: started in its folder, heard line by line, ended with everything it started."""

import asyncio
import contextlib
import os
import signal
import sys
from collections import deque
from collections.abc import Mapping

from stack import tether
from stack.ports import HOST
from stack.services.service import Service
from stack.terminal import Terminal

STOP_SECONDS = 45.0
"""As long as stop_grace_period in the compose file."""

LAST_WORDS_SECONDS = 1.0
READINESS_INTERVAL_SECONDS = 0.1
LONGEST_LINE = 1_000_000
LINES_KEPT = 15


class ServiceProcess:
    """One run of a service.

    Args:
        service: which one.
        port: where it listens.
        command: how it is started.
        environment: its whole environment.
        terminal: where its lines go.
        readiness_path: what answers 200 once it can be used.
    """

    def __init__(
        self,
        service: Service,
        *,
        port: int,
        command: list[str],
        environment: Mapping[str, str],
        terminal: Terminal,
        readiness_path: str = "/readyz",
    ) -> None:
        self.service = service
        self.last_lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._port = port
        self._command = command
        self._environment = environment
        self._terminal = terminal
        self._readiness_path = readiness_path
        self._process: asyncio.subprocess.Process | None = None
        self._relay: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Start it, in a process group of its own so that a Ctrl-C at the terminal does not reach it.

        Returns:
            Its process id.
        """
        tied = [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), str(int(signal.SIGTERM)), "-"]
        self._process = await asyncio.create_subprocess_exec(
            *tied,
            *self._command,
            cwd=self.service.folder,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        assert self._process.stdout is not None  # noqa: S101 - for the type checker: a pipe was asked for
        self._relay = asyncio.create_task(self._relay_lines(self._process.stdout))
        return self._process.pid

    async def ended(self) -> int:
        """Wait until it ends by itself.

        Returns:
            Its exit status, negative for the signal that ended it.
        """
        if self._process is None:
            raise RuntimeError("start the service first")
        return await self._process.wait()

    async def ready(self) -> None:
        """Wait until its readiness path answers 200."""
        while not await self._answers_ready():  # noqa: ASYNC110 - another process can only be asked
            await asyncio.sleep(READINESS_INTERVAL_SECONDS)

    async def stop(self) -> None:
        """Ask it to end, insist after `STOP_SECONDS`, and leave nothing of its process group."""
        if self._process is None or self._relay is None:
            return
        self._signal_group(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        self._signal_group(signal.SIGKILL)
        await self._process.wait()
        # A process that left the group could hold the pipe open; its words are not waited for.
        await asyncio.wait([self._relay], timeout=LAST_WORDS_SECONDS)
        self._relay.cancel()

    def _signal_group(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):  # everything in it has ended
                os.killpg(self._process.pid, number)

    async def _relay_lines(self, output: asyncio.StreamReader) -> None:
        pending = b""
        while chunk := await output.read(65536):
            *lines, pending = (pending + chunk).split(b"\n")
            if len(pending) > LONGEST_LINE:
                lines, pending = [*lines, pending], b""
            for line in lines:
                self._hear(line)
        if pending:
            self._hear(pending)

    def _hear(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip("\r")
        self.last_lines.append(text)
        self._terminal.line_of(self.service.name, text)

    async def _answers_ready(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection(HOST, self._port)
        except OSError:  # not listening yet
            return False
        try:
            writer.write(f"GET {self._readiness_path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
            return (await reader.readline()).split(maxsplit=2)[1:2] == [b"200"]
        except OSError:  # gone again while it answered
            return False
        finally:
            writer.close()
