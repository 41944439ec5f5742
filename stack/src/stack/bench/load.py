"""A load generator that costs little: raw HTTP/1.1 over kept-alive connections, one request at a time on each."""

import asyncio
import time

from stack.ports import HOST


def requests_per_second(port: int, path: str, *, headers: dict[str, str], connections: int, seconds: float) -> float:
    """Measure how many GETs a server on this machine answers.

    Args:
        port: where it listens.
        path: what is asked for.
        headers: sent with each request.
        connections: how many ask at the same time.
        seconds: how long.

    Returns:
        Answers per second.

    Raises:
        RuntimeError: an answer was not 200.
    """
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}", *(f"{name}: {value}" for name, value in headers.items())]
    request = "\r\n".join([*lines, "", ""]).encode()
    return asyncio.run(_measure(port, request, connections, seconds))


async def _measure(port: int, request: bytes, connections: int, seconds: float) -> float:
    started = time.perf_counter()
    deadline = started + seconds
    counts = await asyncio.gather(*(_ask_until(deadline, port, request) for _ in range(connections)))
    return sum(counts) / (time.perf_counter() - started)


async def _ask_until(deadline: float, port: int, request: bytes) -> int:
    reader, writer = await asyncio.open_connection(HOST, port)
    answers = 0
    try:
        while time.perf_counter() < deadline:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"the server answered {head.splitlines()[0].decode()}")
            await reader.readexactly(_content_length(head))
            answers += 1
    finally:
        writer.close()
    return answers


def _content_length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.split(b"\r\n", 1)[0])
