"""One row through the whole of a service, against the same row with nothing around it."""

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from statistics import median
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit

from stack.bench.load import Request, requests_per_second
from stack.bench.running import MeasuredStack
from stack.paths import ROOT
from stack.ports import HOST, free_port, is_free
from stack.services.service import known_services

CONNECTIONS = 32
ROUNDS = 3
SECONDS = 4.0


def compare_reads(stack: MeasuredStack) -> tuple[float, float]:
    """Return requests per second of `GET /profiles/{id}` and of the bare endpoint: medians of alternating rounds."""
    request = own_profile(stack)
    with _bare_endpoint(_superuser_url(stack.description, "apidb")) as bare_port:
        service_port = urlsplit(stack.description["user"]).port or 0
        figures = [(_measure(service_port, request), _measure(bare_port, request)) for _ in range(ROUNDS)]
    return median(service for service, _ in figures), median(bare for _, bare in figures)


def own_profile(stack: MeasuredStack) -> Request:
    """Return what asks for the administrator's profile, which is made if there is none."""
    token = sign_in(stack.description)
    account = _call(f"{stack.description['auth']}/auth/me", None, token)
    try:
        _call(f"{stack.description['user']}/profiles", {}, token)
    except HTTPError as error:
        if error.code != HTTPStatus.CONFLICT:
            raise
    return Request("GET", f"/profiles/{account['id']}", {"Authorization": f"Bearer {token}"})


def _superuser_url(description: dict[str, Any], database: str) -> str:
    # The application's role may open as many connections as the service needs, and the service has them already.
    server = description["postgres"]
    user, password = quote(server["superuser"], safe=""), quote(server["password"], safe="")
    return f"postgresql://{user}:{password}@{server['host']}:{server['port']}/{database}"


def _measure(port: int, request: Request) -> float:
    requests_per_second(port, request, connections=CONNECTIONS, seconds=1)
    return requests_per_second(port, request, connections=CONNECTIONS, seconds=SECONDS)


def sign_in(description: dict[str, Any]) -> str:
    """Return an access token of the administrator."""
    tokens = _call(f"{description['auth']}/auth/login", description["administrator"])
    return str(tokens["access_token"])


def _call(url: str, body: dict[str, Any] | None, token: str | None = None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), headers)  # noqa: S310 - a stack on this machine
    with urllib.request.urlopen(request) as response:  # noqa: S310
        answer: dict[str, Any] = json.load(response)
        return answer


@contextmanager
def _bare_endpoint(database_url: str) -> Iterator[int]:
    port = free_port()
    folder = next(service.folder for service in known_services() if service.name == "user")
    process = subprocess.Popen(  # noqa: S603 - a fixed command
        [str(folder / ".venv/bin/uvicorn"), "bare_endpoint:app", "--port", str(port), "--no-access-log"],
        cwd=ROOT / "stack" / "benchmarks",
        env=os.environ | {"DATABASE_URL": database_url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while is_free(port):
            if process.poll() is not None:
                raise RuntimeError(f"the bare endpoint ended with status {process.returncode} on {HOST}:{port}")
            time.sleep(0.05)  # it can only be asked whether it listens
        yield port
    finally:
        process.terminate()
        process.wait()
