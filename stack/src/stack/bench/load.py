"""A load generator that costs little: raw HTTP/1.1 over kept-alive connections, one request at a time on each."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from stack.ports import HOST

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked over and over."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def encode(self) -> bytes:
        """Return it as it goes over the connection."""
        headers = {"Host": HOST, "Content-Length": str(len(self.body)), **self.headers}
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def requests_per_second(port: int, *requests: Request, connections: int, seconds: float) -> float:
    """Measure how many requests a server on this machine answers.

    Args:
        port: where it listens.
        requests: what is asked for; of several, each connection has its own.
        connections: how many ask at the same time.
        seconds: how long.

    Returns:
        Answers per second.

    Raises:
        RuntimeError: an answer was not 200.
    """
    encoded = [request.encode() for request in requests]
    return asyncio.run(_measure(port, encoded, connections, seconds))


async def _measure(port: int, requests: list[bytes], connections: int, seconds: float) -> float:
    started = time.perf_counter()
    deadline = started + seconds
    counts = await asyncio.gather(
        *(_ask_until(deadline, port, requests[number % len(requests)]) for number in range(connections))
    )
    return sum(counts) / (time.perf_counter() - started)


async def _ask_until(deadline: float, port: int, request: bytes) -> int:
    connection = await asyncio.open_connection(HOST, port)
    answers = 0
    try:
        while time.perf_counter() < deadline:
            status = await ask(connection, request)
            if status != HTTPStatus.OK:
                raise RuntimeError(f"the server answered {status}")
            answers += 1
    finally:
        connection[1].close()
    return answers


async def ask(connection: Connection, request: bytes) -> int:
    """Send a request over a connection, read the whole answer and return its status."""
    return (await answer(connection, request))[0]


async def answer(connection: Connection, request: bytes) -> tuple[int, bytes]:
    """Send a request over a connection and return status and body of the answer."""
    reader, writer = connection
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    body = await reader.readexactly(_content_length(head))
    return int(head.split(maxsplit=2)[1]), body


def _content_length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.split(b"\r\n", 1)[0])
