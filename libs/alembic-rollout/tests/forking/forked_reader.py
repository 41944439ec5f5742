"""The process that reads revisions, forked before a command begins: a new Python costs as much as twenty tests of it.

It begins as the fork server is: everything imported, nothing done, no connection inherited. Only the first reader of a
command is such a process; a further one, and that of every command that is not forked, is started as always.
"""

import json
import os
import select
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic_rollout.project.rendering import child, process

_MOST_DESCRIPTORS = 256
_CHUNK = 1 << 16


def prepare() -> None:
    """Fork the process, and let the library take it in place of its first one."""
    if hasattr(os, "pidfd_open"):  # on Linux
        vars(process)["start"] = _Prepared(process.start).start


class _Prepared:
    def __init__(self, start_another: Callable[[tuple[int, int]], process.Process]) -> None:
        self._start_another = start_another
        ours, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            _wait_and_read(theirs)
        theirs.close()
        ours.set_inheritable(False)
        self._socket: socket.socket | None = ours

    def start(self, descriptors: tuple[int, int]) -> process.Process:
        """Do what the library's own function does."""
        if self._socket is None:
            return self._start_another(descriptors)
        with self._socket as other_end:
            self._socket = None
            socket.send_fds(other_end, [b"."], descriptors)
            known = {
                "argv": sys.argv,
                "path": sys.path,
                "environment": process.environment(),
                "folder": str(Path.cwd()),
            }
            other_end.sendall(json.dumps(known).encode())
        return _Process(self._pid)


class _Process:
    """A forked process as the library sees one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._handle = os.pidfd_open(pid)

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._handle], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("the process that reads revisions", timeout or 0)
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            os.close(self._handle)
        return self.returncode

    def kill(self) -> None:
        if self.returncode is None:
            os.kill(self.pid, 9)


def _wait_and_read(other_end: socket.socket) -> None:
    """Wait for the two pipes, then be what the library starts; end where the command has no use for it."""
    status = 1
    try:
        os.closerange(3, other_end.fileno())
        os.closerange(other_end.fileno() + 1, _MOST_DESCRIPTORS)
        _, descriptors, _, _ = socket.recv_fds(other_end, 1, 2)
        if descriptors:
            text = b"".join(iter(lambda: other_end.recv(_CHUNK), b""))
            other_end.close()
            _become_reader(json.loads(text))
            child.main(*descriptors)
        status = 0
    except SystemExit as exit_:
        status = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    except BaseException:  # a process of its own would end so too
        traceback.print_exc()
    finally:
        os._exit(status & 0xFF)


def _become_reader(known: dict[str, Any]) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)
    os.environ.clear()
    os.environ.update(known["environment"])
    os.chdir(known["folder"])
    sys.dont_write_bytecode = True
    sys.argv, sys.path[:] = known["argv"], known["path"]
