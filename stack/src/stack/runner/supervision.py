"""Keeps the services running together: all of them get ready, all of them stay, or all of them end."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from stack.errors import StackError
from stack.postgres.server import Server
from stack.runner.stop_request import StopRequest
from stack.services.process import ServiceProcess

READY_SECONDS = 120.0


async def supervise(
    services: Sequence[ServiceProcess],
    server: Server,
    stop: StopRequest,
    *,
    on_start: Callable[[int], None],
    on_ready: Callable[[], None],
) -> None:
    """Start the services at once, wait until each is ready, and stay until an end is asked for.

    Whatever the reason to return, every service has ended by then.

    Args:
        services: the services, not yet started.
        server: the running database.
        stop: the request for an end.
        on_start: called with the process id of each service.
        on_ready: called once, when every service has answered that it is ready.

    Raises:
        StackError: a service or the database ended by itself, or one did not get ready within `READY_SECONDS`.
    """
    watches = [asyncio.create_task(stop.wait()), asyncio.create_task(_watch_database(server))]
    try:
        for service in services:
            on_start(await service.start())
            watches.append(asyncio.create_task(_watch(service)))
        if await _all_ready(services, watches):
            on_ready()
            await _first_of(watches)
    finally:
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*(service.stop() for service in services))


async def _all_ready(services: Sequence[ServiceProcess], watches: list[asyncio.Task[None]]) -> bool:
    """Wait for readiness; False when an end was asked for before."""
    ready = asyncio.create_task(_ready(services))
    try:
        async with asyncio.timeout(READY_SECONDS):
            await _first_of([ready, *watches])
    except TimeoutError:
        raise StackError(f"Not every service got ready in {READY_SECONDS:.0f} s; their lines above say why.") from None
    finally:
        is_ready = ready.done()
        ready.cancel()
    return is_ready


async def _ready(services: Sequence[ServiceProcess]) -> None:
    await asyncio.gather(*(service.ready() for service in services))


async def _first_of(tasks: Sequence[asyncio.Future[Any]]) -> None:
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


async def _watch(service: ServiceProcess) -> None:
    status = await service.ended()
    how = f"ended with exit status {status}" if status >= 0 else f"was ended by signal {-status}"
    last_lines = "".join(f"\n  {line}" for line in service.last_lines)
    raise StackError(f"{service.service.folder_name} {how}. Its last lines:{last_lines or ' none'}")


async def _watch_database(server: Server) -> None:
    while server.is_alive():  # noqa: ASYNC110 - the event loop did not start it and gets no notice of its end
        await asyncio.sleep(1)
    raise StackError(f"PostgreSQL ended: {server.last_line()} (more in {server.log})")
