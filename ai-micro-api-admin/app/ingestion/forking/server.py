"""The process that forks. Never reads a file, starts no thread, and ends when nothing was asked of it for a while."""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

from app.ingestion import parse
from app.ingestion.chunking import features
from app.ingestion.confinement.process import conceal_process
from app.ingestion.forking import protocol

_IDLE_SECONDS = 60.0
_MOST_CHILDREN = 2000
"""Children that one process forks. Those of one process have the same layout of memory, which an attacker would learn
from one file to use it in another; another process has another one."""

Start = Callable[[int], int]
"""What a child does, given its parent; returns its exit status."""

_TASKS: dict[str, Callable[[list[str]], Start]] = {"parse": parse.prepare, "features": features.prepare}
"""Imports what a task needs, and returns what the child does."""


def serve(descriptor: int) -> None:
    """Fork children as they are asked for over an open socket, until the other side closes it."""
    conceal_process()
    _Server(socket.socket(fileno=descriptor)).run()


class _Server:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._listening = True
        self._forked = 0
        self._children: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()

    def run(self) -> None:
        ended, wake = socket.socketpair()
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(self._control, selectors.EVENT_READ, self._start_next)
        self._selector.register(ended, selectors.EVENT_READ, lambda: self._report(ended))
        while self._listening or self._children:
            events = self._selector.select(None if self._children else _IDLE_SECONDS)
            if not events and not self._children:
                return
            for key, _ in events:
                # One of the events before may have closed its file, and another file have its number since.
                if self._selector.get_map().get(key.fd) is key:
                    key.data()

    def _start_next(self) -> None:
        connection = protocol.answer_call(self._control)
        if connection is None or self._forked >= _MOST_CHILDREN:
            # A call that is not answered is made again, to the process after this one.
            self._listening = False
            self._selector.unregister(self._control)
            self._control.close()
        if connection is not None and self._listening:
            with suppress(OSError, EOFError):  # the other side went away, or the system has no room for a process
                self._start(connection)
                return
        if connection is not None:
            connection.close()

    def _start(self, connection: socket.socket) -> None:
        request, descriptors = protocol.receive_request(connection)
        try:
            start = _TASKS[request.task](list(request.arguments))
            # What is here by now is shared by all children: not to be walked, and so copied, by each of them.
            gc.freeze()
            parent = os.getpid()
            process = os.fork()
            if process == 0:
                _become_child(partial(start, parent), descriptors)
            self._forked += 1
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self._children[process] = connection
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._kill(process))
        with suppress(OSError):  # the other side went away, which `_kill` is about to see
            protocol.send_number(connection, process)

    def _kill(self, process: int) -> None:
        """Kill a child whose connection was closed; nothing is sent over it after the request."""
        self._selector.unregister(self._children[process])
        try:
            _kill_group(process)
        except ProcessLookupError:
            # It has not made its group yet. It was not waited for either: the number is still its own.
            os.kill(process, signal.SIGKILL)

    def _report(self, ended: socket.socket) -> None:
        ended.recv(4096)
        for process, connection in list(self._children.items()):
            found, status = os.waitpid(process, os.WNOHANG)
            if found == 0:
                continue
            # It led a group of its own: this meets what it may have started.
            with suppress(ProcessLookupError):
                _kill_group(process)
            del self._children[process]
            if connection in self._selector.get_map():
                self._selector.unregister(connection)
            with suppress(OSError):
                protocol.send_number(connection, os.waitstatus_to_exitcode(status))
            connection.close()


def _kill_group(process: int) -> None:
    # A server that is root without CAP_KILL may not signal the child's own account: the child's alarm ends it then.
    with suppress(PermissionError):
        os.killpg(process, signal.SIGKILL)


def _become_child(start: Callable[[], int], descriptors: list[int]) -> NoReturn:
    """Do a child's work in a process that was just forked; its open files become 0, 1, 2 and 3."""
    status = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
        for entry in list(Path("/dev/fd").iterdir()):
            if int(entry.name) >= len(descriptors):
                with suppress(OSError):  # the one that lists them
                    os.close(int(entry.name))
        status = start()
    except SystemExit as exit_:
        sys.stderr.write(f"{exit_.code}\n")
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stderr.flush()
        os._exit(status)
