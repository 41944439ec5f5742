"""The end of a service: at SIGTERM it says that it is not ready, and answers for a little longer.

A load balancer needs a moment to notice. Until then requests are answered, each with
`Connection: close`, so that no client sends its next one over a connection that is about to end. Then the server does
what it does by itself: it listens no more, ends idle connections and lets requests in flight finish.
"""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType


class Ending:
    """Knows that the service is about to end.

    Args:
        delay_seconds: between SIGTERM and the moment in which the server begins to end.

    Attributes:
        has_begun: True once SIGTERM came.
    """

    def __init__(self, *, delay_seconds: float) -> None:
        self._delay_seconds = delay_seconds
        self.has_begun = False

    @asynccontextmanager
    async def announced(self) -> AsyncIterator[None]:
        """While inside, pass SIGTERM on to the server after the delay; a second one at once."""
        server = signal.getsignal(signal.SIGTERM)
        # Only the main thread gets signals, and a server that handles none ends at once, as it should.
        if threading.current_thread() is not threading.main_thread() or not callable(server):
            yield
            return
        loop = asyncio.get_running_loop()

        def begin(number: int, frame: FrameType | None) -> None:
            if self.has_begun:
                server(number, frame)
                return
            self.has_begun = True
            loop.call_soon_threadsafe(loop.call_later, self._delay_seconds, server, number, None)

        signal.signal(signal.SIGTERM, begin)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, server)
