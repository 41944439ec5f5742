"""Reads what `POST /v1/chat/completions` streams: lines of server-sent events with a JSON document each."""

import json
from collections.abc import AsyncGenerator, AsyncIterator

from app.language_models.problems import ModelFailed

# A chunk has one token, or a few; what has no end is no chunk.
_LONGEST_LINE = 262_144
_DONE = "[DONE]"


async def lines_of(parts: AsyncIterator[bytes]) -> AsyncGenerator[str, None]:
    """Yield the lines of a body that comes in parts.

    Raises:
        ModelFailed: a line has no end.
    """
    rest = b""
    async for part in parts:
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            yield line.rstrip(b"\r").decode("utf-8", "replace")
        if len(rest) > _LONGEST_LINE:
            raise ModelFailed.saying(ModelFailed.LINE_TOO_LONG)
    if rest:
        yield rest.decode("utf-8", "replace")


async def deltas(lines: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """Yield the pieces of an answer.

    Raises:
        ModelFailed: a document cannot be read, the server reports an error, or the answer ends before its end.
    """
    is_finished = False
    async for line in lines:
        if not line.startswith("data:"):
            continue
        data = line[len("data:") :].strip()
        if data == _DONE:
            return
        choice = first_choice(data)
        delta = choice.get("delta")
        content = delta.get("content") if isinstance(delta, dict) else None
        if isinstance(content, str) and content:
            yield content
        is_finished = is_finished or choice.get("finish_reason") is not None
    if not is_finished:
        raise ModelFailed.saying(ModelFailed.CUT_OFF)


def first_choice(document: str | bytes) -> dict[str, object]:
    """Return the first choice of a document; empty for one without choices, such as the statistics at the end.

    Raises:
        ModelFailed: it cannot be read, or reports an error.
    """
    try:
        members = json.loads(document)
    except (ValueError, RecursionError):
        raise ModelFailed.saying(ModelFailed.NO_JSON) from None
    if not isinstance(members, dict) or members.get("error"):
        raise ModelFailed.saying(ModelFailed.REPORTED)
    choices = members.get("choices")
    if not isinstance(choices, list):
        raise ModelFailed.saying(ModelFailed.NO_CHOICES)
    choice = choices[0] if choices else {}
    return choice if isinstance(choice, dict) else {}
