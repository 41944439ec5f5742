import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from app.embeddings.hash_provider import HashEmbeddingProvider
from app.embeddings.openai_provider import EmbeddingServer, OpenAIEmbeddingProvider
from app.embeddings.problems import EmbeddingsFailed, EmbeddingsUnavailable
from tests.embeddings.model_server import ModelServer, honest, model_server

DIMENSIONS = HashEmbeddingProvider().dimensions


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture
def server(running: ModelServer) -> ModelServer:
    running.answer = honest
    running.requests.clear()
    running.headers.clear()
    return running


@pytest.fixture
def provider(server: ModelServer) -> Iterator[OpenAIEmbeddingProvider]:
    provider = OpenAIEmbeddingProvider(asked(server))
    yield provider
    provider.close()


def asked(server: ModelServer) -> EmbeddingServer:
    return EmbeddingServer(url=server.url, model="m", dimensions=DIMENSIONS, timeout_seconds=2.0, retries=1)


def vectors(*values: list[Any]) -> tuple[int, bytes]:
    data = [{"index": place, "embedding": value} for place, value in enumerate(values)]
    return 200, json.dumps({"data": data}).encode()


def test_each_text_gets_its_own_unit_vector(provider: OpenAIEmbeddingProvider) -> None:
    texts = [f"text {number}" for number in range(70)]
    found = provider.embed_passages(texts)
    assert found[69] == pytest.approx(HashEmbeddingProvider().embed_query("text 69"))
    assert all(math.fsum(value * value for value in vector) == pytest.approx(1.0) for vector in found)


def test_texts_are_sent_in_batches(provider: OpenAIEmbeddingProvider, server: ModelServer) -> None:
    provider.embed_passages(["a"] * 70)
    assert [len(request["input"]) for request in server.requests] == [32, 32, 6]


def test_a_request_says_what_its_texts_are(server: ModelServer) -> None:
    provider = OpenAIEmbeddingProvider(
        replace(asked(server), query_prefix="query: ", passage_prefix="passage: ", sends_input_type=True)
    )
    provider.embed_query("a")
    provider.embed_passages(["b"])
    sent = [(request["input"], request["input_type"]) for request in server.requests]
    assert sent == [(["query: a"], "query"), (["passage: b"], "passage")]


def test_without_a_setting_nothing_is_sent_that_openai_does_not_know(
    provider: OpenAIEmbeddingProvider, server: ModelServer
) -> None:
    provider.embed_query("a")
    assert server.requests[0] == {"model": "m", "input": ["a"], "encoding_format": "float"}
    assert "Authorization" not in server.headers[0]


def test_the_key_is_a_bearer_token_and_is_not_shown(server: ModelServer) -> None:
    settings = replace(asked(server), api_key=SecretStr("sk-secret"))
    OpenAIEmbeddingProvider(settings).embed_query("a")
    assert server.headers[0]["Authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (vectors([1.0] * (DIMENSIONS - 1)), "EMBEDDING_DIMENSIONS"),
        (vectors([1.0] * DIMENSIONS, [1.0] * DIMENSIONS), "2 vectors for 1"),
        (vectors([float("nan")] * DIMENSIONS), "no number"),
        (vectors([float("inf")] * DIMENSIONS), "no number"),
        (vectors([True] * DIMENSIONS), "no number"),
        (vectors(["1"] * DIMENSIONS), "no number"),
        (vectors([0.0] * DIMENSIONS), "length 0"),
        (vectors([10**400, *[1.0] * (DIMENSIONS - 1)]), "no number"),
        ((200, b'{"data": [{"index": 3, "embedding": []}]}'), "no list of vectors"),
        ((200, b'{"data": 7}'), "no list of vectors"),
        ((200, b"<html>"), "no list of vectors"),
        ((200, b'{"data": [{"ind'), "no list of vectors"),
        ((200, b"[" * 50_000), "no list of vectors"),
        ((200, b" " * 10_000_000), "more than the vectors"),
        ((401, b"{}"), "status 401"),
        ((302, b""), "status 302"),
    ],
)
def test_what_is_no_answer_is_refused(
    provider: OpenAIEmbeddingProvider, server: ModelServer, answer: tuple[int, bytes], reason: str
) -> None:
    server.answer = lambda _: answer
    with pytest.raises(EmbeddingsFailed, match=reason):
        provider.embed_passages(["a"])
    assert len(server.requests) == 1, "a server that lies is not asked again"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passage_is_asked_for_again_where_the_server_cannot_now(
    provider: OpenAIEmbeddingProvider, server: ModelServer, status: int
) -> None:
    answers = [(status, b""), honest({"input": ["a"]})]
    server.answer = lambda _: answers.pop(0)
    assert provider.embed_passages(["a"]) == [pytest.approx(HashEmbeddingProvider().embed_query("a"))]


def test_a_query_is_not_asked_for_again(provider: OpenAIEmbeddingProvider, server: ModelServer) -> None:
    server.answer = lambda _: (503, b"")
    with pytest.raises(EmbeddingsUnavailable):
        provider.embed_query("a")
    assert len(server.requests) == 1


def test_a_server_that_is_gone_is_unavailable(provider: OpenAIEmbeddingProvider) -> None:
    gone = OpenAIEmbeddingProvider(
        EmbeddingServer(url="http://127.0.0.1:1/v1", model="m", dimensions=3, timeout_seconds=1.0, retries=0)
    )
    with pytest.raises(EmbeddingsUnavailable):
        gone.embed_passages(["a"])


def test_the_scale_is_measured_on_the_model(provider: OpenAIEmbeddingProvider) -> None:
    scale = provider.scale
    assert -1.0 < scale.unrelated < scale.matching <= 1.0
    assert not scale.knows_words_only
