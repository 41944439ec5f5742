"""Connections without a request, or without the end of one."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sample.application import create_app
from served import RawClient, served

from service_kit.server import connections
from service_kit.server.connections import HEAD_BYTES, BoundedHttp
from service_kit.settings.service_settings import TokenCheckingSettings

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def port(settings: TokenCheckingSettings) -> Iterator[int]:
    with served(create_app(settings), http=BoundedHttp) as port:
        yield port


def _answer(port: int, *parts: bytes) -> bytes:
    with RawClient(port) as client:
        for part in parts:
            client.send(part)
        return client.read_to_the_end()


@pytest.mark.parametrize(
    "begin", [b"GE", b"GET /healthz HTTP/1.1\r\nHost: x\r\n", b"\r\n\r\n", b"GET /healthz HTTP/1.1\r\nX-Long: aaa"]
)
def test_headers_that_never_end_are_408(port: int, monkeypatch: pytest.MonkeyPatch, begin: bytes) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)
    answer = _answer(port, begin)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer
    assert b"connection: close" in answer


def test_headers_that_come_drop_by_drop_are_408(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.3)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\n")
        while not select.select([client], [], [], 0.02)[0]:
            client.sendall(b"X: y\r\n")
        answer = client.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_the_next_request_of_a_connection_has_the_same_limit(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    answer = _answer(port, HEALTH + b"GET /healthz HTTP/1.1\r\nHost:")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1 408 ") == 1


def test_a_connection_that_sends_nothing_is_closed_without_a_word(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.1)
    assert _answer(port) == b""


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * HEAD_BYTES + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X-Many: aaaaaaaaaaaaaaaa\r\n" * 4000 + b"\r\n",
        b"GET /healthz?" + b"a" * HEAD_BYTES + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * HEAD_BYTES,
    ],
)
def test_a_head_longer_than_the_limit_is_431(port: int, head: bytes) -> None:
    answer = _answer(port, head)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b'"code":"REQUEST_HEADERS_TOO_LARGE"' in answer


def test_a_head_just_below_the_limit_is_answered(port: int) -> None:
    head = (
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: " + b"a" * (HEAD_BYTES - 100) + b"\r\n\r\n"
    )
    assert _answer(port, head).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("line", [b"GET /\xe3\x81\x82 HTTP/1.1\r\n", b"BLURB\r\n\r\n", b"GET / HTTP/9.9\r\n"])
def test_what_is_not_http_gets_a_problem_document(port: int, line: bytes) -> None:
    answer = _answer(port, line + b"Host: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in answer
    assert b"x-content-type-options: nosniff" in answer


def test_what_follows_a_refused_request_is_not_answered(port: int) -> None:
    refused = b"POST /notes HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX-Long: " + b"a" * HEAD_BYTES + b"\r\n\r\nhello"
    assert _answer(port, refused + HEALTH).count(b"HTTP/1.1 ") == 1


def test_past_the_limit_the_connections_that_wait_longest_give_way(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "most_connections", lambda: 3)
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5)) for _ in range(8)]
        for oldest in opened[:5]:
            assert oldest.recv(1) == b""
        for connection in opened[5:]:
            connection.sendall(HEALTH)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_a_client_that_holds_all_connections_keeps_no_other_out(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "most_connections", lambda: 5)
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
        started = time.monotonic()
        answer = _answer(port, HEALTH.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert time.monotonic() - started < connections.HEAD_SECONDS
    assert answer.startswith(b"HTTP/1.1 200 ")
