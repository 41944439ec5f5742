"""A replica behind HAProxy is killed while the body of an upload is on its way to it."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from calls import FORM, upload_form
from proxy import Proxy
from replicas import Replica
from sqlalchemy import create_engine, make_url, pool, text
from stack_process import StackProcess

from service_kit.testing.waiting import eventually
from stack.ports import free_port

Client = Callable[..., httpx.Client]

CONTENT = b"in flight\n" * 400_000  # more than HAProxy and the kernel keep for a replica that does not read
UPLOADS = "/api/documents/upload"
SENT_SECONDS = 5.0
TABLES = "documents", "document_parts", "document_renewals", "document_renewal_parts", "stored_files"


@pytest.fixture
def replicas(stack: StackProcess) -> Iterator[dict[int, Replica]]:
    with ExitStack() as running:
        yield {
            port: running.enter_context(Replica("admin", stack, port=port, migrates=False, PROCESSING_WORKERS="0"))
            for port in (free_port(), free_port())
        }


@pytest.fixture
def proxy(replicas: dict[int, Replica], tmp_path: Path) -> Iterator[Proxy]:
    with Proxy(tmp_path, {"admin": [*replicas]}) as running:
        eventually(lambda: running.up("admin") == len(replicas))
        yield running


@pytest.fixture
def admin(client: Client, administrator: str) -> httpx.Client:
    return client("admin", administrator)


@pytest.fixture
def knowledge_base(admin: httpx.Client) -> str:
    made = admin.post("/api/knowledgebase", json={"name": f"Cut {uuid4().hex}"})
    return str(made.raise_for_status().json()["id"])


def rows(stack: StackProcess) -> dict[str, int]:
    """Count what an upload could leave behind."""
    url = make_url(stack.description["databases"]["admindb"]["app_url"])
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        return {table: connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in TABLES}  # noqa: S608


def documents(admin: httpx.Client, knowledge_base: str) -> list[dict[str, Any]]:
    answer = admin.get("/api/documents", params={"knowledge_base_id": knowledge_base})
    items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return items


async def killed_in_mid_body(proxy: Proxy, replicas: dict[int, Replica], head: bytes, body: bytes) -> bytes:
    """Send half of an upload, kill the replica that has it, send on; return what the client gets."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url("admin").rpartition(":")[2]))
    writer.write(head + body[: len(body) // 2])
    await writer.drain()
    while not (busy := proxy.busy("admin")):  # noqa: ASYNC110 - the proxy says it when it is asked
        await asyncio.sleep(0.02)
    (port,) = busy
    await asyncio.to_thread(replicas[port].kill)
    try:
        async with asyncio.timeout(SENT_SECONDS):
            writer.write(body[len(body) // 2 :])
            await writer.drain()
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def test_an_upload_whose_replica_is_killed_leaves_nothing_and_can_be_sent_again(
    stack: StackProcess, proxy: Proxy, replicas: dict[int, Replica], admin: httpx.Client, knowledge_base: str
) -> None:
    body, before = upload_form(knowledge_base, CONTENT), rows(stack)
    headers = {"Authorization": admin.headers["Authorization"], "Content-Type": FORM}
    lines = (f"{name}: {value}\r\n" for name, value in (headers | {"Content-Length": str(len(body))}).items())
    head = f"POST {UPLOADS} HTTP/1.1\r\nHost: x\r\n{''.join(lines)}\r\n"
    got = asyncio.run(killed_in_mid_body(proxy, replicas, head.encode(), body))
    if got:  # or the connection was cut, before there was an answer
        top, _, problem = got.partition(b"\r\n\r\n")
        assert top.startswith(b"HTTP/1.1 502 "), got
        assert json.loads(problem)["code"] == "SERVICE_INTERRUPTED"
    assert (documents(admin, knowledge_base), rows(stack)) == ([], before)

    again = httpx.post(proxy.url("admin") + UPLOADS, content=body, headers=headers, timeout=30)
    assert again.status_code == 202, again.text
    repeated = httpx.post(proxy.url("admin") + UPLOADS, content=body, headers=headers, timeout=30)
    assert repeated.status_code == 200, repeated.text
    assert [one["id"] for one in documents(admin, knowledge_base)] == [again.json()["id"]]
