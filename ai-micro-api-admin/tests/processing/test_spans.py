"""Traces of documents in work and of requests to servers of models, at a real OTLP receiver."""

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.model_servers.json_server import JsonServer, RequestRefusedError
from service_kit.observability import tracing
from service_kit.testing.collector import Collector
from tests.model_server import ModelServer
from tests.types_of_fixtures import Headers, Json, Process, Upload

SECRET = "the launch code is 4711"


def test_a_document_in_work_is_a_trace_down_to_its_statements(
    collector: Collector, client: TestClient, upload: Upload, process: Process
) -> None:
    uploaded = upload(SECRET.encode(), "launch.txt").json()
    process()
    work, store = collector.named("process document"), collector.named("store document")
    assert (work.parent_id, work.attributes["document.id"]) == ("", uploaded["id"])
    assert {store.parent_id, collector.named("prepare document").parent_id} == {work.span_id}
    statements = {span.name.split()[0] for span in collector.spans if span.parent_id == store.span_id}
    assert {"SELECT", "UPDATE"} <= statements
    assert SECRET.encode() not in b"".join(collector.bodies)
    assert b"launch.txt" not in b"".join(collector.bodies)


def test_a_document_that_cannot_be_read_is_an_error(
    collector: Collector, client: TestClient, upload: Upload, process: Process
) -> None:
    assert upload(b"%PDF-1.7 broken", "broken.pdf").status_code == 202
    process()
    assert collector.named("process document").attributes["error.type"] == "failed"
    assert collector.named("prepare document").attributes["error.type"] == "Unprocessable"


def test_a_question_to_a_model_is_a_span_of_its_request(
    collector: Collector, model_client: TestClient, library: Json, stranger: Headers, model_server: ModelServer
) -> None:
    body = {"message": "図書館は何時まで開いていますか"}
    answer = model_client.post(f"/api/knowledgebase/{library['id']}/chat", json=body, headers=stranger)
    assert model_server.prompt()
    request = collector.named("POST /api/knowledgebase/{knowledge_base_id}/chat")
    question = collector.named("POST /chat/completions")
    assert (question.parent_id, question.attributes["http.response.status_code"]) == (request.span_id, 200)
    for secret in (body["message"], "図書館", answer.json()["answer"]):
        assert secret.encode() not in b"".join(collector.bodies)


def test_a_server_of_models_that_refuses_is_an_error(collector: Collector, model_server: ModelServer) -> None:
    model_server.status = 400
    server = JsonServer(model_server.url, SecretStr("key-4711"))
    with tracing.recording("test"), tracing.span("work"), pytest.raises(RequestRefusedError):
        server.post("/embeddings", {"input": [SECRET]}, max_bytes=1000, seconds=3)
    server.close()
    call = collector.named("POST /embeddings")
    assert (call.is_error, call.attributes["error.type"]) == (True, "400")
    assert call.parent_id == collector.named("work").span_id
    for secret in (SECRET, "key-4711"):
        assert secret.encode() not in b"".join(collector.bodies)
