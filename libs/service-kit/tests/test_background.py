"""Work that has begun, or waits for a thread, is done although its task is cancelled."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from service_kit.background import finish_in_thread


def test_work_that_waits_for_a_thread_is_done_although_its_task_is_cancelled() -> None:
    done: list[str] = []
    thread_is_free = threading.Event()

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(max_workers=1))
        loop.run_in_executor(None, thread_is_free.wait)
        task = asyncio.create_task(finish_in_thread(lambda: done.append("done")))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        thread_is_free.set()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        assert done == ["done"]

    asyncio.run(run())
