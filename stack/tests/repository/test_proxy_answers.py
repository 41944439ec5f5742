"""What HAProxy says itself, in the place of a service: a problem document, as the services write them."""

import http.client
import json
import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from proxy import PROGRAM, wait_until_it_listens

from stack.paths import ROOT
from stack.ports import HOST, free_port

FOLDER = ROOT / "deploy/haproxy"
REPLICA_SECONDS = 1  # timeout of the server, in the place of two minutes

Replica = Callable[[socket.socket], None]


def ends(connection: socket.socket) -> None:
    """A replica that reads a request and is gone."""
    connection.recv(65536)
    connection.close()


def says_nothing(connection: socket.socket) -> None:
    """A replica that reads a request and does not answer until the proxy gives up."""
    with suppress(ConnectionResetError):
        while connection.recv(65536):
            pass
    connection.close()


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Callable[[Replica | None], int]]:
    """Start HAProxy in front of a replica, or of none that listens; return its port."""
    if PROGRAM is None:
        pytest.skip("haproxy is not installed (Debian's package has that name)")
    processes: list[subprocess.Popen[bytes]] = []
    listener = socket.create_server((HOST, 0))

    def serve(replica: Replica) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:  # the test is over
                return
            replica(connection)

    def start(replica: Replica | None) -> int:
        port, target = free_port(), listener.getsockname()[1]
        if replica is None:
            listener.close()
        else:
            threading.Thread(target=serve, args=(replica,), daemon=True).start()
        configuration = tmp_path / "haproxy.cfg"
        configuration.write_text(
            f"frontend f from clients\n    bind {HOST}:{port}\n    default_backend b\n"
            f"backend b from replicas\n    timeout server {REPLICA_SECONDS}s\n"
            f"    server only {HOST}:{target} no-check\n"
        )
        command = [PROGRAM or "", "-db", "-f", str(FOLDER / "defaults.cfg"), "-f", str(configuration)]
        processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        wait_until_it_listens(processes[0], (HOST, port))
        return port

    yield start
    listener.close()
    for process in processes:
        process.terminate()
        process.wait(30)


def assert_form(problem: dict[str, Any], status: int) -> None:
    """Fail if a problem document has not the form of the services' own."""
    assert set(problem) == {"type", "title", "status", "detail", "code"}
    assert (problem["status"], problem["title"]) == (status, HTTPStatus(status).phrase)
    assert problem["type"] == "urn:ai-micro-service:problem:" + problem["code"].lower().replace("_", "-")


def code_of(answer: http.client.HTTPResponse) -> str:
    """Return the code of an answer, which is a problem document."""
    assert answer.getheader("content-type") == "application/problem+json"
    problem = json.load(answer)
    assert_form(problem, answer.status)
    return str(problem["code"])


@pytest.mark.parametrize(
    ("replica", "status", "code", "retry_after"),
    [
        (ends, 502, "SERVICE_INTERRUPTED", None),
        (None, 503, "SERVICE_UNAVAILABLE", "5"),
        (says_nothing, 504, "SERVICE_TIMEOUT", None),
    ],
)
def test_a_replica_that_does_not_answer_is_a_problem_document(
    proxy: Callable[[Replica | None], int], replica: Replica | None, status: int, code: str, retry_after: str | None
) -> None:
    connection = http.client.HTTPConnection(HOST, proxy(replica), timeout=30)
    connection.request("POST", "/api/knowledgebase", body=b"{}")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("retry-after")) == (status, retry_after)
    assert code_of(answer) == code


def test_a_body_that_is_no_http_is_a_problem_document(proxy: Callable[[Replica | None], int]) -> None:
    has_begun = threading.Event()

    def notices(connection: socket.socket) -> None:
        connection.recv(65536)
        has_begun.set()
        says_nothing(connection)

    connection = http.client.HTTPConnection(HOST, proxy(notices), timeout=30)
    connection.putrequest("POST", "/api/knowledgebase")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    assert has_begun.wait(30)  # HAProxy refuses a request in its own HTML until it has read the headers
    connection.send(b"no number\r\n")
    assert code_of(connection.getresponse()) == "MALFORMED_HTTP"


def test_every_answer_of_the_proxy_itself_has_the_form_of_a_problem() -> None:
    answered = set()
    for file in FOLDER.glob("*.cfg"):
        for status, document in re.findall(r"status (\d+) .*? string '(.*?)'", file.read_text()):
            assert_form(json.loads(document), int(status))
            answered.add(int(status))
    assert answered == {400, 404, 408, 500, 502, 503, 504}
