"""Server-sent events, read and written: https://html.spec.whatwg.org/multipage/server-sent-events.html."""

import json
from collections.abc import AsyncIterator
from typing import Any

MEDIA_TYPE = "text/event-stream"


async def events_of(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, Any]]:
    """Yield the name and the JSON of each event of a service; comments, which keep a connection open, are left out."""
    name = ""
    async for line in lines:
        field, _, value = line.partition(":")
        if field == "event":
            name = value.strip()
        elif field == "data":
            yield name, json.loads(value)


def event(name: str, content: Any) -> bytes:  # noqa: ANN401 - JSON
    """Return an event for a browser."""
    return f"event: {name}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n".encode()
