"""Orders passages by a model that reads each together with the query, behind `POST /rerank`.

Two shapes of it are in use: Jina's, which Cohere, llama.cpp, vLLM and Infinity have too (https://jina.ai/reranker), and
that of Text Embeddings Inference (https://huggingface.github.io/text-embeddings-inference). A search never fails by it:
without an answer, the order is the one that there was.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import structlog
from prometheus_client import CollectorRegistry, Counter
from pydantic import SecretStr

from app.model_servers.json_server import AnswerTooLargeError, JsonServer, RequestRefusedError, ServerUnavailableError

_BYTES_A_RESULT = 256
_BYTES_BESIDE = 65_536
_REST_SECONDS = 10.0
"""After a failure, searches do not wait for the server for so long."""

logger = structlog.get_logger(__name__)

Api = Literal["jina", "tei"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankingServer:
    """Which server orders passages, and how it is asked.

    Attributes:
        url: of the server, to which `/rerank` is added.
        api: whose shape its requests have.
        model: its name there, if the server has several.
        api_key: sent as a bearer token.
        timeout_seconds: the longest silence.
        max_passages: how many of the best are sent; those behind them keep their places.
    """

    url: str
    api: Api = "jina"
    model: str | None = None
    api_key: SecretStr | None = None
    timeout_seconds: float = 2.0
    max_passages: int = 50


class Reranker:
    """Asks one server. Its methods may be called from several threads.

    Args:
        server: which one.
        registry: counts its answers, by outcome.
    """

    def __init__(self, server: RerankingServer, registry: CollectorRegistry) -> None:
        self._server = server
        self._requests = JsonServer(server.url, server.api_key)
        self._rests_until = -math.inf
        self._answers = Counter(
            "search_rerankings_total",
            "Searches that were to be ordered by the reranking model, by outcome: ordered, failed, skipped.",
            ["outcome"],
            registry=registry,
        )

    def order(self, query: str, passages: Sequence[str]) -> list[int]:
        """Return the places of passages, that which fits the query best first.

        Args:
            query: as it was typed.
            passages: their texts, best first as far as is known.

        Returns:
            Every place once. Those that the server does not judge come last, in the order that they had; where it
            fails, all have the order that they had.
        """
        places = range(len(passages))
        if len(passages) <= 1:
            return list(places)
        if time.monotonic() < self._rests_until:
            self._answers.labels("skipped").inc()
            return list(places)
        try:
            scores = self._scores(query, passages[: self._server.max_passages])
        except (ServerUnavailableError, RequestRefusedError, AnswerTooLargeError, ValueError) as failure:
            self._rests_until = time.monotonic() + _REST_SECONDS
            self._answers.labels("failed").inc()
            logger.warning("reranking_failed", model=self._server.model, reason=repr(failure))
            return list(places)
        self._answers.labels("ordered").inc()
        return sorted(places, key=lambda place: -scores.get(place, -math.inf))

    def close(self) -> None:
        """Close its connections."""
        self._requests.close()

    def _scores(self, query: str, passages: Sequence[str]) -> dict[int, float]:
        server = self._server
        body: dict[str, object]
        if server.api == "tei":
            body = {"query": query, "texts": list(passages), "truncate": True}
        else:
            body = {"query": query, "documents": list(passages), "top_n": len(passages)}
            if server.model is not None:
                body["model"] = server.model
        most = len(passages) * _BYTES_A_RESULT + sum(6 * len(passage) for passage in passages) + _BYTES_BESIDE
        answer = self._requests.post("/rerank", body, max_bytes=most, seconds=server.timeout_seconds)
        return _read(answer, len(passages))


def _read(answer: bytes, count: int) -> dict[int, float]:
    try:
        parsed = json.loads(answer)
        results = parsed if isinstance(parsed, list) else parsed["results"]
        scores = {_place(result["index"], count): _score(result) for result in results}
    except (KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError("the answer is no list of results") from error
    if len(scores) != len(results):
        raise ValueError("the answer names a passage twice")
    return scores


def _place(index: object, count: int) -> int:
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < count:
        raise ValueError("the answer names a passage that was not sent")
    return index


def _score(result: dict[str, object]) -> float:
    score = result["relevance_score"] if "relevance_score" in result else result["score"]
    if not isinstance(score, int | float) or isinstance(score, bool) or not math.isfinite(score):
        raise ValueError("the answer has a score that is no number")
    return score
