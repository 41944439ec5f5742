"""Documents from their upload to their being ready, and what else the service answers meanwhile."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

from stack.bench.document_files import markdown_file, text_file
from stack.bench.load import Connection, Request, answer
from stack.bench.read import sign_in
from stack.bench.running import MeasuredStack
from stack.ports import HOST

FILES = 1000
FILE_BYTES = 6_000
TEXT_BYTES = 10_000_000
UPLOADS_AT_ONCE = 4
_ASK_EVERY_SECONDS = 0.2
_LOOK_EVERY_SECONDS = 0.5
_IDLE_SECONDS = 10.0
_TIMEOUT_SECONDS = 1200.0
_PERCENTILE = 95
_BOUNDARY = "a-boundary-of-this-benchmark"


@dataclass(frozen=True, slots=True)
class Processed:
    """What came of some files.

    Attributes:
        seconds: from the first upload to the last file's being ready.
        upload_seconds: of these, to the answer of the last upload.
        files: how many.
        chunks: how many chunks they have.
        answer_ratio: p95 of what the service answers meanwhile, of the same when it was idle.
    """

    seconds: float
    upload_seconds: float
    files: int
    chunks: int
    answer_ratio: float


def process_many(stack: MeasuredStack, files: int = FILES) -> Processed:
    """Upload many Markdown files and wait until all are ready."""
    contents = [(f"文書{number}.md", markdown_file(number, FILE_BYTES)) for number in range(files)]
    return asyncio.run(_Documents(stack).process(contents))


def process_large(stack: MeasuredStack) -> Processed:
    """Upload one large text and wait until it is ready."""
    return asyncio.run(_Documents(stack).process([("長い文書.txt", text_file(TEXT_BYTES))]))


class _Documents:
    def __init__(self, stack: MeasuredStack) -> None:
        self._description = stack.description
        self._port = urlsplit(stack.description["admin"]).port or 0
        self._headers = {"Authorization": f"Bearer {sign_in(stack.description)}"}

    async def process(self, contents: Sequence[tuple[str, bytes]]) -> Processed:
        made = await self._json("POST", "/api/knowledgebase", {"name": "測定", "visibility": "shared"})
        knowledge_base = made["id"]
        asked = (f"/api/knowledgebase/{knowledge_base}", f"/api/documents?knowledge_base_id={knowledge_base}&limit=20")
        idle = await self._p95(asked, lambda: asyncio.sleep(_IDLE_SECONDS))
        started = time.perf_counter()
        uploaded = 0.0

        async def work() -> None:
            nonlocal uploaded
            waiting = list(enumerate(contents))
            await asyncio.gather(*(self._upload(waiting, knowledge_base) for _ in range(UPLOADS_AT_ONCE)))
            uploaded = time.perf_counter() - started
            await self._wait_until_ready(knowledge_base, len(contents))

        busy = await self._p95(asked, work)
        seconds = time.perf_counter() - started
        chunks = await self._chunks(knowledge_base)
        return Processed(seconds, uploaded, len(contents), chunks, busy / idle)

    async def _p95(self, paths: Sequence[str], work: Callable[[], Awaitable[None]]) -> float:
        """Return the longest time of an answer in seconds but for the slowest 5 %, while something is done."""
        ended = asyncio.Event()
        asking = [asyncio.create_task(self._ask_until(ended, path)) for path in paths]
        try:
            await work()
        finally:
            ended.set()
        return max(quantiles(times, n=100)[_PERCENTILE - 1] for times in await asyncio.gather(*asking))

    async def _ask_until(self, ended: asyncio.Event, path: str) -> list[float]:
        connection, times = await self._connect(), []
        request = Request("GET", path, self._headers).encode()
        while not ended.is_set():
            began = time.perf_counter()
            status, _ = await answer(connection, request)
            times.append(time.perf_counter() - began)
            if status != HTTPStatus.OK:
                raise RuntimeError(f"GET {path} was answered {status}")
            await asyncio.sleep(max(0.0, _ASK_EVERY_SECONDS - times[-1]))
        connection[1].close()
        return times

    async def _upload(self, waiting: list[tuple[int, tuple[str, bytes]]], knowledge_base: str) -> None:
        connection = await self._connect()
        while waiting:
            _, (name, content) = waiting.pop()
            request = Request(
                "POST",
                "/api/documents/upload",
                {**self._headers, "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"},
                _form(name, content, knowledge_base),
            )
            status, body = await answer(connection, request.encode())
            if status != HTTPStatus.ACCEPTED:
                raise RuntimeError(f"an upload was answered {status}: {body.decode()}")
        connection[1].close()

    async def _wait_until_ready(self, knowledge_base: str, count: int) -> None:
        deadline = time.perf_counter() + _TIMEOUT_SECONDS
        path = f"/api/documents?knowledge_base_id={knowledge_base}&status={{}}&limit=1&total=true"
        while (await self._json("GET", path.format("ready")))["total"] < count:
            if (await self._json("GET", path.format("failed")))["total"] or time.perf_counter() > deadline:
                raise RuntimeError("the files were not processed")
            await asyncio.sleep(_LOOK_EVERY_SECONDS)  # it can only be asked how far it is

    async def _chunks(self, knowledge_base: str) -> int:
        count, cursor = 0, ""
        while cursor is not None:
            path = f"/api/documents?knowledge_base_id={knowledge_base}&limit=100"
            page = await self._json("GET", path + (f"&cursor={cursor}" if cursor else ""))
            count += sum(item["chunk_count"] for item in page["items"])
            cursor = page["next_cursor"]
        return count

    async def _json(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {**self._headers, "Content-Type": "application/json"}
        request = Request(method, path, headers, b"" if body is None else json.dumps(body).encode())
        connection = await self._connect()
        status, answered = await answer(connection, request.encode())
        connection[1].close()
        if status not in (HTTPStatus.OK, HTTPStatus.CREATED):
            raise RuntimeError(f"{method} {path} was answered {status}")
        found: dict[str, Any] = json.loads(answered)
        return found

    async def _connect(self) -> Connection:
        return await asyncio.open_connection(HOST, self._port)


def _form(name: str, content: bytes, knowledge_base: str) -> bytes:
    field = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="knowledge_base_id"\r\n\r\n{knowledge_base}\r\n'
    file = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return (field + file).encode() + content + f"\r\n--{_BOUNDARY}--\r\n".encode()
