"""Bodies that never end, come drop by drop, that are not read, or whose end two readers would see in two places."""

import pytest
from sample.application import create_app
from served import RawClient, served

from service_kit.settings.service_settings import TokenCheckingSettings

CHUNKED = b"Host: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNK = b"10000\r\n" + b" " * 65536 + b"\r\n"
DROP = b"1\r\n{\r\n"


def test_a_body_that_stops_coming_is_408_and_the_connection_is_closed(settings: TokenCheckingSettings) -> None:
    app = create_app(settings.model_copy(update={"body_timeout_sec": 1}))
    with served(app) as port, RawClient(port) as client:
        client.send(b"POST /notes HTTP/1.1\r\n" + CHUNKED + DROP)
        answer = client.read_to_the_end()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"REQUEST_TIMEOUT"' in answer
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize("line", [b"POST /nowhere", b"GET /healthz", b"DELETE /notes", b"POST /notes"])
def test_a_body_without_an_end_is_not_read_for_ever(settings: TokenCheckingSettings, line: bytes) -> None:
    with served(create_app(settings)) as port, RawClient(port) as client:
        client.send(line + b" HTTP/1.1\r\n" + CHUNKED)
        assert client.send_for_ever(CHUNK) > 0


def test_a_body_that_is_not_read_ends_the_connection_and_one_that_is_read_does_not(
    settings: TokenCheckingSettings,
) -> None:
    with served(create_app(settings)) as port, RawClient(port) as client:
        client.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        client.send(b"GET /healthz HTTP/1.1\r\n" + CHUNKED)
        answers = client.read_to_the_end()
    assert answers.count(b"HTTP/1.1 200 OK") == 3
    assert answers.lower().count(b"connection: close") == 1


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: +0\r\n\r\n",
    ],
)
def test_a_body_whose_end_is_ambiguous_is_refused_and_nothing_behind_it_is_answered(
    settings: TokenCheckingSettings, framing: bytes
) -> None:
    with served(create_app(settings)) as port, RawClient(port) as client:
        client.send(b"POST /nowhere HTTP/1.1\r\nHost: x\r\n" + framing)
        client.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        answers = client.read_to_the_end()
    assert answers.startswith(b"HTTP/1.1 400 ")
    assert answers.count(b"HTTP/1.1 ") == 1
