"""Work beside the requests lasts as long as the service; what has begun is finished."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from service_kit.background import finish_in_thread, in_background


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


def test_work_runs_while_inside_and_has_ended_afterwards() -> None:
    steps: list[str] = []

    async def work() -> None:
        steps.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("ended")

    async def service() -> None:
        async with in_background(work()):
            await asyncio.sleep(0)
            steps.append("served")
        steps.append("stopped")

    asyncio.run(service())
    assert steps == ["begun", "served", "ended", "stopped"]


def test_an_error_of_the_work_is_raised_at_the_end() -> None:
    async def work() -> None:
        raise ValueError("a fault")

    async def service() -> None:
        async with in_background(work()):
            await asyncio.sleep(0)

    with pytest.raises(ValueError, match="a fault"):
        asyncio.run(service())
