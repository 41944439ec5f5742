"""What the service and the process that forks say to each other.

Over the control socket goes one byte for each child that is wanted, with the end of a connection of the child's own.
Over that connection go the request with the child's open files, then the child's process id, then its exit status.
Closing the connection kills the child.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_LENGTH = struct.Struct(">I")
_NUMBER = struct.Struct(">i")
_MOST_DESCRIPTORS: Final = 4
_CALL: Final = b"."


@dataclass(frozen=True, slots=True)
class Request:
    """A child that is wanted.

    Attributes:
        task: What it does, by the name of the task.
        arguments: As for a command line.
    """

    task: str
    arguments: Sequence[str]


def call(control: socket.socket, connection: socket.socket) -> None:
    """Ask for a child that is to be reached over a connection."""
    socket.send_fds(control, [_CALL], [connection.fileno()])


def answer_call(control: socket.socket) -> socket.socket | None:
    """Return the connection of the next child that is wanted, or None when there will be no more."""
    data, descriptors, *_ = socket.recv_fds(control, len(_CALL), 1)
    return socket.socket(fileno=descriptors[0]) if data and descriptors else None


def send_request(connection: socket.socket, request: Request, descriptors: Sequence[int]) -> None:
    """Say what the child does, and give it its standard input, output and error, and a further open file if any."""
    body = json.dumps([request.task, list(request.arguments)]).encode()
    socket.send_fds(connection, [_LENGTH.pack(len(body))], list(descriptors))
    connection.sendall(body)


def receive_request(connection: socket.socket) -> tuple[Request, list[int]]:
    """Return what `send_request` has sent.

    Raises:
        EOFError: The other side went away.
    """
    head, descriptors, *_ = socket.recv_fds(connection, _LENGTH.size, _MOST_DESCRIPTORS)
    (length,) = _LENGTH.unpack(head + _exactly(connection, _LENGTH.size - len(head)))
    task, arguments = json.loads(_exactly(connection, length))
    return Request(task, arguments), descriptors


def send_number(connection: socket.socket, number: int) -> None:
    """Send a process id or an exit status."""
    connection.sendall(_NUMBER.pack(number))


def receive_number(connection: socket.socket) -> int:
    """Return a number that `send_number` has sent.

    Raises:
        EOFError: The other side went away.
        TimeoutError: It does not come within the connection's timeout.
    """
    number: int = _NUMBER.unpack(_exactly(connection, _NUMBER.size))[0]
    return number


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data
