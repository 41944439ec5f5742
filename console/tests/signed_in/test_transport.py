"""One request to one service, and what its answer means."""

import asyncio
import socket

import httpx
import pytest

from app.apis.problems import RefusedError, ServiceUnavailableError, SignedOutError
from app.apis.transport import Transport
from tests.fake_services import Answer, FakeServices


def send(address: str, headers: dict[str, str] | None = None) -> httpx.Response:
    async def run() -> httpx.Response:
        async with httpx.AsyncClient(timeout=0.5) as client:
            return await Transport(client, {"auth": address}).send("auth", "GET", "/thing", headers=headers)

    return asyncio.run(run())


def answers(services: FakeServices, answer: Answer) -> None:
    services.rules["GET /thing"] = lambda _: answer


def test_a_success_is_returned(services: FakeServices) -> None:
    answers(services, Answer(200, {"a": 1}))
    assert send(services.address).json() == {"a": 1}


def test_a_problem_document_is_kept(services: FakeServices) -> None:
    errors = [{"loc": ["body", "name"], "msg": "too long"}, {"loc": ["body", "tags", 2], "msg": "no", "type": "x"}]
    document = {"code": "NAME_TAKEN", "detail": "It is taken.", "errors": errors}
    answers(services, Answer(409, document, {"X-Request-ID": "abc"}))
    with pytest.raises(RefusedError) as caught:
        send(services.address)
    error = caught.value
    assert (error.status, error.code, error.detail, error.request_id) == (409, "NAME_TAKEN", "It is taken.", "abc")
    assert error.faults == {"name": "too long", "tags": "no"}
    assert error.explanation == "It is taken. name: too long tags: no"


@pytest.mark.parametrize("body", ["a text", ["a", "list"], None, {"detail": None, "errors": None}])
def test_an_answer_that_is_no_problem_document_is_a_refusal_too(services: FakeServices, body: object) -> None:
    answers(services, Answer(418, body))
    with pytest.raises(RefusedError) as caught:
        send(services.address)
    assert caught.value.status == 418
    assert caught.value.faults == {}


def test_401_is_a_sign_in_that_has_ended(services: FakeServices) -> None:
    answers(services, Answer(401, {"detail": "The token is not valid."}))
    with pytest.raises(SignedOutError):
        send(services.address)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_service_that_cannot_work_now_is_unavailable(services: FakeServices, status: int) -> None:
    answers(services, Answer(status, {"detail": "It migrates."}))
    with pytest.raises(ServiceUnavailableError, match="It migrates") as caught:
        send(services.address)
    assert caught.value.service == "auth"


@pytest.mark.parametrize("document", [{}, {"detail": None}, {"detail": ""}])
def test_where_a_service_says_nothing_the_status_says_it(services: FakeServices, document: dict[str, None]) -> None:
    answers(services, Answer(503, document))
    with pytest.raises(ServiceUnavailableError, match="Service Unavailable"):
        send(services.address)


def test_a_service_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(ServiceUnavailableError, match="cannot be reached"):
            send(f"http://127.0.0.1:{port}")


def test_a_service_that_does_not_answer_is_unavailable(services: FakeServices) -> None:
    services.rules["GET /thing"] = lambda _: Answer(200)
    with services._lock, pytest.raises(ServiceUnavailableError, match="does not answer"):
        send(services.address)


def test_headers_that_a_person_wrote_are_sent_in_utf_8(services: FakeServices) -> None:
    answers(services, Answer(200))
    send(services.address, headers={"If-Match": "日本"})
    assert services.last("GET /thing").headers["if-match"].encode("latin-1").decode() == "日本"
