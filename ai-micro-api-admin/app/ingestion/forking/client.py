"""The service's side: asks for children, waits for them, kills them, and starts the process that forks."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Self

from app.ingestion import child
from app.ingestion.forking import protocol

_END_SECONDS = 1.0


class ForkServerEnded(OSError):  # noqa: N818 - named for what happened
    """The process that forks ended, and its children with it."""


class ForkedChild:
    """A child that was started for one file.

    Args:
        connection: Its own.
        pid: Its process id.
    """

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self._connection = connection
        self.pid = pid

    def wait(self, timeout: float) -> int | None:
        """Return its exit status, negative for a signal; None if it has not ended within a number of seconds.

        Raises:
            ForkServerEnded: Nothing is known of it, but that it has ended.
        """
        self._connection.settimeout(max(timeout, 0.001))
        try:
            return protocol.receive_number(self._connection)
        except TimeoutError:
            return None
        except (EOFError, ConnectionError) as error:
            raise ForkServerEnded("the process that starts parsers ended") from error

    def end(self) -> None:
        """Kill it, if it has not ended; return when nothing is left of it."""
        with self._connection, suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)
            self._connection.settimeout(None)
            while self._connection.recv(64):
                pass


class ForkServer:
    """Starts children through one process, which is started with the first of them and may end between them.

    May be used by several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()

    def start(self, task: str, arguments: Sequence[str], descriptors: Sequence[int]) -> ForkedChild:
        """Start a child.

        Args:
            task: What it does: `parse` or `features`.
            arguments: Of that task, as for a command line.
            descriptors: Its standard input, output and error, and a further open file if any.

        Raises:
            OSError: It could not be started.
        """
        request = protocol.Request(task, arguments)
        with suppress(OSError, EOFError):
            return self._start(request, descriptors)
        # The process had ended, as one does that has nothing to do: again, with another one.
        try:
            return self._start(request, descriptors)
        except EOFError as error:
            raise ForkServerEnded("the process that starts parsers ended") from error

    def close(self) -> None:
        """End the process, and the children that there still are."""
        with self._lock:
            if self._control is not None:
                self._control.close()
                self._control = None
            for process in self._processes:
                try:
                    process.wait(_END_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            self._processes.clear()

    def _start(self, request: protocol.Request, descriptors: Sequence[int]) -> ForkedChild:
        ours, theirs = socket.socketpair()
        control: socket.socket | None = None
        try:
            with theirs, self._lock:
                if self._control is None:
                    self._control = self._start_process()
                control = self._control
                protocol.call(control, theirs)
            protocol.send_request(ours, request, descriptors)
            return ForkedChild(ours, protocol.receive_number(ours))
        except (OSError, EOFError):
            ours.close()
            with self._lock:
                if control is not None and self._control is control:
                    control.close()
                    self._control = None
            raise

    def _start_process(self) -> socket.socket:
        self._processes = [process for process in self._processes if process.poll() is None]
        ours, theirs = socket.socketpair()
        with theirs, ExitStack() as on_failure:
            on_failure.enter_context(ours)
            process = subprocess.Popen(  # noqa: S603 - a command of our own
                child.command("app.ingestion.forking", str(theirs.fileno())),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=child.SERVICE_FOLDER,
                env=child.environment(),
                start_new_session=True,
                pass_fds=[theirs.fileno()],
            )
            on_failure.pop_all()
        self._processes.append(process)
        return ours
