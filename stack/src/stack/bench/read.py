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
from urllib.parse import urlsplit

from stack.bench.load import requests_per_second
from stack.bench.running import MeasuredStack
from stack.paths import ROOT
from stack.ports import HOST, free_port, is_free
from stack.services.service import SERVICES

CONNECTIONS = 32
ROUNDS = 3
SECONDS = 4.0


def compare_reads(stack: MeasuredStack) -> tuple[float, float]:
    """Return requests per second of `GET /profiles/{id}` and of the bare endpoint: medians of alternating rounds."""
    path, headers = own_profile(stack)
    with _bare_endpoint(stack.description["databases"]["apidb"]["app_url"]) as bare_port:
        service_port = urlsplit(stack.description["user"]).port or 0
        figures = [(_measure(service_port, path, headers), _measure(bare_port, path, headers)) for _ in range(ROUNDS)]
    return median(service for service, _ in figures), median(bare for _, bare in figures)


def own_profile(stack: MeasuredStack) -> tuple[str, dict[str, str]]:
    """Return the path of the administrator's profile, made if there is none, and the headers to ask for it with."""
    token = _sign_in(stack.description)
    account = _call(f"{stack.description['auth']}/auth/me", None, token)
    path = f"/profiles/{account['id']}"
    try:
        _call(f"{stack.description['user']}/profiles", {}, token)
    except HTTPError as error:
        if error.code != HTTPStatus.CONFLICT:
            raise
    return path, {"Authorization": f"Bearer {token}"}


def _measure(port: int, path: str, headers: dict[str, str]) -> float:
    requests_per_second(port, path, headers=headers, connections=CONNECTIONS, seconds=1)
    return requests_per_second(port, path, headers=headers, connections=CONNECTIONS, seconds=SECONDS)


def _sign_in(description: dict[str, Any]) -> str:
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
    folder = next(service.folder for service in SERVICES if service.name == "user")
    process = subprocess.Popen(  # noqa: S603 - a fixed command
        [str(folder / ".venv/bin/uvicorn"), "bare_endpoint:app", "--port", str(port), "--no-access-log"],
        cwd=ROOT / "stack" / "benchmarks",
        env=os.environ | {"DATABASE_URL": database_url.replace("+psycopg2", "")},
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
