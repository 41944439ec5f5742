"""Work beside the requests: for as long as a service runs, and in a thread that a cancellation does not lose."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any


@asynccontextmanager
async def in_background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run a coroutine while inside; at the end cancel it and wait until it has ended.

    Raises:
        Exception: what the coroutine raised, at the end.
    """
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def finish_in_thread(work: Callable[[], None]) -> None:
    """Do work in a thread; a cancellation meanwhile waits for its end.

    `asyncio.to_thread` alone forgets work that waits for a thread, and leaves running work to itself.
    """
    doing = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.gather(doing, return_exceptions=True)
        raise


async def wait_for_event(event: asyncio.Event, seconds: float | None) -> None:
    """Wait until an event is set, for so many seconds at most; None is for ever.

    `asyncio.wait_for` of Python 3.11 forgets a cancellation that comes in the moment in which the event is set (CPython
    issue 37658): the task would go on, and who ends it would wait for ever.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
