"""The client of an OpenAI-compatible server: OpenAI, Ollama, vLLM, llama.cpp, and whatever speaks like them.

httpx, which the service has loaded anyway; the `openai` package would add 19 MB at rest for this one request.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from http import HTTPStatus

import httpx
import structlog
from pydantic import SecretStr

from app.language_models.problems import ModelBusy, ModelFailed, ModelTimeout, ModelUnavailable
from app.language_models.server_events import deltas, first_choice, lines_of
from service_kit.observability import tracing

_CONNECT_SECONDS = 5.0
_WHOLE_ANSWER = 10
"""A whole answer takes at most this many times the longest silence."""
_CHARACTERS_A_TOKEN = 12
_LONGEST_DOCUMENT = 1_000_000
_LONGEST_RETRY_AFTER = 3600

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model answers, and within which bounds.

    Attributes:
        url: of the server, such as `http://localhost:11434/v1`.
        model: its name there.
        api_key: sent as a bearer token.
        timeout_seconds: the longest silence.
        prompt_tokens: room for passages and earlier turns, estimated.
        answer_tokens: the longest answer.
        temperature: 0 always gives the likeliest word.
    """

    url: str
    model: str
    api_key: SecretStr | None
    timeout_seconds: float
    prompt_tokens: int
    answer_tokens: int
    temperature: float


@dataclass(frozen=True, slots=True)
class Message:
    """A message to the model: `role` is `system` or `user`."""

    role: str
    content: str


class LanguageModel:
    """Asks one model.

    Args:
        settings: which one.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self.settings = settings
        self._client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        """Close its connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """Yield the pieces of an answer as they come.

        Raises:
            ModelUnavailable: the server cannot be reached, or the connection broke.
            ModelBusy: it has too many requests; says when to come again.
            ModelTimeout: it is silent for too long, or the answer takes too long.
            ModelFailed: it refuses, or what it sends is no answer.
        """
        most = self.settings.answer_tokens * _CHARACTERS_A_TOKEN
        try:
            async with (
                asyncio.timeout(_WHOLE_ANSWER * self.settings.timeout_seconds),
                aclosing(self._pieces(messages)) as pieces,
            ):
                async for piece in pieces:
                    most -= len(piece)
                    _refuse_too_long(most)
                    yield piece
        except (httpx.TimeoutException, TimeoutError) as error:
            logger.warning("model_timeout", model=self.settings.model)
            raise (ModelUnavailable if isinstance(error, httpx.ConnectTimeout) else ModelTimeout) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            logger.warning("model_unavailable", model=self.settings.model, error=type(error).__name__)
            raise ModelUnavailable from error
        except ModelFailed as failure:
            logger.warning("model_failed", model=self.settings.model, reason=failure.detail)
            raise

    async def _pieces(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        settings = self.settings
        body = {
            "model": settings.model,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "temperature": settings.temperature,
            "max_tokens": settings.answer_tokens,
            "stream": True,
        }
        path = "/chat/completions"
        address = settings.url.rstrip("/") + path
        with tracing.outgoing("POST", address, name=path) as span:
            async with self._connected().stream("POST", address, json=body) as response:
                if span is not None:
                    span.answered(response.status_code)
                _refuse_failures(response)
                if response.headers.get("content-type", "").startswith("application/json"):
                    yield await _whole(response)
                    return
                async with aclosing(lines_of(response.aiter_bytes())) as lines, aclosing(deltas(lines)) as pieces:
                    async for piece in pieces:
                        yield piece

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            key = self.settings.api_key
            headers = {"Accept-Encoding": "identity"}
            if key is not None:
                headers["Authorization"] = f"Bearer {key.get_secret_value()}"
            timeout = httpx.Timeout(self.settings.timeout_seconds, connect=_CONNECT_SECONDS, pool=_CONNECT_SECONDS)
            self._client = httpx.AsyncClient(headers=headers, timeout=timeout, follow_redirects=False)
        return self._client


def _refuse_too_long(room: int) -> None:
    if room < 0:
        raise ModelFailed.saying(ModelFailed.TOO_LONG)


def _refuse_failures(response: httpx.Response) -> None:
    status = response.status_code
    if status == HTTPStatus.OK:
        return
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        stated = response.headers.get("retry-after", "")
        is_seconds = re.fullmatch("[0-9]{1,9}", stated)  # it may be a date too (RFC 9110 section 10.2.3)
        raise ModelBusy(
            headers={"Retry-After": str(min(max(int(stated), 1), _LONGEST_RETRY_AFTER))} if is_seconds else None
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ModelFailed.saying(ModelFailed.STATUS, status=status)
    raise ModelFailed.saying(ModelFailed.REFUSED, status=status)


async def _whole(response: httpx.Response) -> str:
    """Return the answer of a server that does not stream."""
    content = b""
    async for part in response.aiter_bytes():
        content += part
        _refuse_too_long(_LONGEST_DOCUMENT - len(content))
    message = first_choice(content).get("message")
    text = message.get("content") if isinstance(message, dict) else None
    if not isinstance(text, str):
        raise ModelFailed.saying(ModelFailed.NO_ANSWER)
    return text
