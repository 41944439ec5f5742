"""What a service still does when it is asked for twice of what it can do.

The load is open: requests are sent when they are due, and not when an answer makes room. Those that are refused count
as load and not as work.
"""

import asyncio
import time
from http import HTTPStatus
from urllib.parse import urlsplit

from stack.bench.load import Connection, ask, requests_per_second
from stack.bench.read import CONNECTIONS, own_profile
from stack.bench.running import MeasuredStack
from stack.ports import HOST

SECONDS = 12.0
# The queue is full by then.
_WARM_UP_SECONDS = 4.0
_MOST_CONNECTIONS = 4000


def overload(stack: MeasuredStack) -> tuple[float, float]:
    """Return the most `GET /profiles/{id}` a second that the user service answers, and those at twice that load."""
    request = own_profile(stack)
    port = urlsplit(stack.description["user"]).port or 0
    best = requests_per_second(port, request, connections=CONNECTIONS, seconds=SECONDS / 2)
    return best, asyncio.run(_Offered(port, request.encode()).answered(2 * best))


class _Offered:
    """Requests at a rate, over as many kept-alive connections as it takes.

    Args:
        port: where the service listens.
        request: what is sent.
    """

    def __init__(self, port: int, request: bytes) -> None:
        self._port = port
        self._request = request
        self._idle: list[Connection] = []
        self._open = 0
        self._answered = 0

    async def answered(self, rate: float) -> float:
        """Return how many are answered with 200, a second, when so many are sent."""
        tasks: set[asyncio.Task[None]] = set()
        started = time.perf_counter()
        sent, before, measured_from = 0, 0, started
        while (now := time.perf_counter()) < started + _WARM_UP_SECONDS + SECONDS:
            if now < started + _WARM_UP_SECONDS:
                before, measured_from = self._answered, now
            while sent < rate * (now - started):
                sent += 1
                if self._idle or self._open < _MOST_CONNECTIONS:
                    task = asyncio.create_task(self._send())
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
            await asyncio.sleep(0.005)
        figure = (self._answered - before) / (time.perf_counter() - measured_from)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _, writer in self._idle:
            writer.close()
        return figure

    async def _send(self) -> None:
        if self._idle:
            connection = self._idle.pop()
        else:
            self._open += 1
            connection = await asyncio.open_connection(HOST, self._port)
        try:
            status = await ask(connection, self._request)
        except (OSError, asyncio.IncompleteReadError):  # the service closed it while it was idle
            self._open -= 1
            connection[1].close()
            return
        except asyncio.CancelledError:
            connection[1].close()
            raise
        self._answered += status == HTTPStatus.OK
        self._idle.append(connection)
