"""Work in a thread that a task's cancellation does not lose."""

import asyncio
from collections.abc import Callable


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
