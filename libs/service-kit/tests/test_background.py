"""Work beside the requests lasts as long as the service; what has begun is finished."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from service_kit.background import finish_in_thread, in_background, wait_for_event


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


@pytest.mark.parametrize("steps", range(6))
def test_work_ends_although_its_event_is_set_in_the_same_moment(steps: int) -> None:
    async def scenario() -> None:
        event = asyncio.Event()

        async def work() -> None:
            while True:
                await wait_for_event(event, 60)
                event.clear()

        async with in_background(work()):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            event.set()
            for _ in range(steps):
                await asyncio.sleep(0)

    async def ended() -> bool:
        done, _ = await asyncio.wait([asyncio.create_task(scenario())], timeout=10)
        return bool(done)

    assert asyncio.run(ended())


def test_an_event_that_does_not_come_is_given_up() -> None:
    asyncio.run(wait_for_event(asyncio.Event(), 0.01))
