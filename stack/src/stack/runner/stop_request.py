"""Remembers a request to stop the runner, from the first moment to the last.

A handler of our own for the whole run, because the event loop's exist only while it runs: between making the database
and starting the services, and while the database shuts down, a signal must neither kill the runner nor get lost.
"""

import asyncio
import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequest:
    """Set by the first signal that asks for an end; further ones change nothing."""

    def __init__(self) -> None:
        self.received = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event: asyncio.Event | None = None
        for number in SIGNALS:
            signal.signal(number, self._receive)

    async def wait(self) -> None:
        """Return when an end was asked for, at once if that was earlier."""
        self._loop, self._event = asyncio.get_running_loop(), asyncio.Event()
        if not self.received:
            await self._event.wait()

    def _receive(self, _number: int, _frame: object) -> None:
        self.received = True
        if self._loop is not None and self._event is not None and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._event.set)
