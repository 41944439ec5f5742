"""The client for calls to our own services."""

import asyncio

import pytest
import uvicorn

from service_kit.observability import service_client as service_client_module
from service_kit.observability.service_client import IDLE_SECONDS, service_client


def test_an_idle_connection_is_given_up_before_a_service_ends_it() -> None:
    assert uvicorn.Config(app="unused").timeout_keep_alive > 2 * IDLE_SECONDS


def test_a_connection_is_kept_for_the_next_request_until_then(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asyncio.run(_connections(pause=0.0)) == 1
    monkeypatch.setattr(service_client_module, "IDLE_SECONDS", 0.02)
    assert asyncio.run(_connections(pause=0.05)) == 2


async def _connections(*, pause: float) -> int:
    """Return how many connections two requests take, with a pause between them."""
    served: list[asyncio.Task[None] | None] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(asyncio.current_task())
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with service_client(timeout=5) as client:
        await client.get(address)
        await asyncio.sleep(pause)
        await client.get(address)
    server.close()
    await asyncio.gather(*filter(None, served))
    return len(served)
