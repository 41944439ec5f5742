"""Many requests at once, each over a connection of its own. Bare streams: an HTTP client would be the slower end.

Needs the standard library alone, as `service_kit.testing.gate` does.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, eq=False)
class Call:
    """A request.

    Attributes:
        method: its method.
        path: its path and query.
        body: returns a new body for each: what becomes JSON, or bytes as they are.
        headers: further ones, or others.
    """

    method: str
    path: str
    body: Callable[[], dict[str, Any] | bytes] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, url: str) -> int:
        """Return the status of the answer, once all of it is there."""
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        try:
            writer.write(self._bytes())
            return int((await reader.read()).split(maxsplit=2)[1])
        finally:
            writer.close()

    def _bytes(self) -> bytes:
        content = self.body() if self.body else b""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        headers = {
            "Host": "localhost",
            "Connection": "close",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **self.headers,
        }
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body


async def burst(url: str, call: Call, count: int) -> Counter[int]:
    """Send a request many times at once; return how often each status came back."""
    return Counter(await asyncio.gather(*(call.send(url) for _ in range(count))))
