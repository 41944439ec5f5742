"""The reranking model orders what a search found, and a search never fails by it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry
from pydantic import AnyHttpUrl, SecretStr

from app.reranking.reranker import Reranker, RerankingServer
from app.settings import Settings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import JwksServer
from tests.embeddings.model_server import ModelServer, model_server
from tests.types_of_fixtures import Ask, Headers, Json, Process, Upload

PASSAGES = ["one", "two", "three"]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


def answering(*scores: object, name: str = "relevance_score") -> bytes:
    return json.dumps({"results": [{"index": place, name: score} for place, score in enumerate(scores)]}).encode()


def outcomes(registry: CollectorRegistry) -> dict[str, float]:
    return {
        sample.labels["outcome"]: sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    }


def test_the_best_passage_is_first(server: ModelServer) -> None:
    server.answer = lambda _: (200, answering(-5.4, 8.6, -3.5))
    reranker = Reranker(
        RerankingServer(url=server.url, model="a-model", api_key=SecretStr("a-key")), CollectorRegistry()
    )
    assert reranker.order("a query", PASSAGES) == [1, 2, 0]
    assert server.requests == [{"query": "a query", "documents": PASSAGES, "top_n": 3, "model": "a-model"}]
    assert server.headers[0]["Authorization"] == "Bearer a-key"


def test_text_embeddings_inference_is_asked_in_its_own_way(server: ModelServer) -> None:
    server.answer = lambda _: (200, b'[{"index": 2, "score": 0.9}, {"index": 0, "score": 0.1}]')
    reranker = Reranker(RerankingServer(url=server.url, api="tei"), CollectorRegistry())
    assert reranker.order("a query", PASSAGES) == [2, 0, 1]
    assert server.requests == [{"query": "a query", "texts": PASSAGES, "truncate": True}]


def test_passages_beyond_the_most_stay_behind_the_others(server: ModelServer) -> None:
    server.answer = lambda _: (200, answering(0.1, 0.2))
    reranker = Reranker(RerankingServer(url=server.url, max_passages=2), CollectorRegistry())
    assert reranker.order("a query", PASSAGES) == [1, 0, 2]
    assert server.requests[0]["documents"] == PASSAGES[:2]


def test_one_passage_has_no_order(server: ModelServer) -> None:
    assert Reranker(RerankingServer(url=server.url), CollectorRegistry()).order("a query", ["one"]) == [0]
    assert server.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        (503, b""),
        (400, b"no such model"),
        (302, b""),
        (200, b""),
        (200, b"not JSON"),
        (200, b"{}"),
        (200, b"17"),
        (200, b"null"),
        (200, b'{"results": {"index": 0}}'),
        (200, b'{"results": [1, 2]}'),
        (200, b'{"results": [{"index": 0}]}'),
        (200, answering(float("nan"), 1, 2)),
        (200, answering(float("inf"), 1, 2)),
        (200, answering(10**400, 1, 2)),
        (200, answering("1", 1, 2)),
        (200, answering(None, 1, 2)),
        (200, answering(True, 1, 2)),
        (200, answering(1, 2, 3, 4)),
        (200, b'{"results": [{"index": -1, "relevance_score": 1}]}'),
        (200, b'{"results": [{"index": true, "relevance_score": 1}]}'),
        (200, b'{"results": [{"index": 0, "relevance_score": 1}, {"index": 0, "relevance_score": 2}]}'),
        (200, b"[" * 100_000),
        (200, b'{"results": "' + b"x" * 200_000 + b'"}'),
    ],
)
def test_a_server_that_fails_or_lies_changes_nothing_and_rests(server: ModelServer, answer: tuple[int, bytes]) -> None:
    server.answer = lambda _: answer
    registry = CollectorRegistry()
    reranker = Reranker(RerankingServer(url=server.url), registry)
    assert reranker.order("a query", PASSAGES) == [0, 1, 2]
    assert reranker.order("a query", PASSAGES) == [0, 1, 2]
    assert len(server.requests) == 1
    assert outcomes(registry) == {"failed": 1.0, "skipped": 1.0}


def test_a_server_that_is_gone_changes_nothing() -> None:
    with model_server() as gone:
        url = gone.url
    assert Reranker(RerankingServer(url=url), CollectorRegistry()).order("a query", PASSAGES) == [0, 1, 2]


class TestSearch:
    """`GET /api/search` and chat with a reranking model."""

    @pytest.fixture
    def settings(self, migrated_database: DatabaseUrls, jwks_server: JwksServer, server: ModelServer) -> Settings:
        return Settings(
            _env_file=None,
            database_url=migrated_database.app,
            jwks_url=jwks_server.url,
            processing_workers=0,
            reranker_url=AnyHttpUrl(server.url),
        )

    @pytest.fixture
    def documents(self, upload: Upload, process: Process) -> None:
        upload("有給休暇は年に二十日あります。有給休暇の申請は上長へ。".encode(), name="有給休暇.txt")
        upload("慶弔休暇と有給休暇は別に数えます。".encode(), name="慶弔休暇.txt")
        upload("食堂は正午に開きます。".encode(), name="食堂.txt")
        process()

    def found(self, client: TestClient, admin: Headers) -> list[Json]:
        response = client.get("/api/search", params={"q": "有給休暇"}, headers=admin)
        assert response.status_code == 200
        return list(response.json()["items"])

    @pytest.mark.usefixtures("documents")
    def test_results_come_in_its_order_and_keep_their_scores(
        self, client: TestClient, admin: Headers, server: ModelServer
    ) -> None:
        server.answer = lambda _: (503, b"")
        before = self.found(client, admin)
        assert {item["title"] for item in before} == {"有給休暇", "慶弔休暇"}
        client.app.state.reranker._rests_until = 0.0  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
        server.answer = last_first
        after = self.found(client, admin)
        assert after == before[::-1]
        assert [len(request["documents"]) for request in server.requests] == [2, 2]

    @pytest.mark.usefixtures("documents")
    def test_noise_is_not_sent(self, client: TestClient, admin: Headers, server: ModelServer) -> None:
        assert client.get("/api/search", params={"q": "xyzzy plugh"}, headers=admin).json()["items"] == []
        assert server.requests == []

    @pytest.mark.usefixtures("documents")
    def test_an_answer_is_made_of_what_it_ordered(
        self, *, ask: Ask, knowledge_base: Json, admin: Headers, server: ModelServer, client: TestClient
    ) -> None:
        server.answer = last_first
        assert ask("有給休暇はありますか", of=knowledge_base, headers=admin).status_code == 200
        assert 'search_rerankings_total{outcome="ordered"} 1.0' in client.get("/metrics").text


def last_first(request: dict[str, Any]) -> tuple[int, bytes]:
    return 200, answering(*range(len(request["documents"])))
