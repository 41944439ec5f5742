"""Sign-ins, against the password hash that each of them verifies."""

import json
import subprocess
import urllib.request
from statistics import median
from urllib.parse import urlsplit

from stack.bench.load import Request, requests_per_second
from stack.bench.running import MeasuredStack
from stack.paths import ROOT
from stack.services.service import known_services

# Each of an account of its own: an account with more sessions than SESSIONS_PER_ACCOUNT would end one at each sign-in,
# and what is measured would be the withdrawal of access tokens. Enough to keep the cores busy.
CONNECTIONS = 12
PASSWORD = "correct horse battery staple"  # noqa: S105 - of accounts that live as long as the measurement
ROUNDS = 3
SECONDS = 4.0


def compare_sign_ins(stack: MeasuredStack) -> tuple[float, float]:
    """Return sign-ins and bare verifications per second: medians of alternating rounds."""
    requests = [_sign_in_of_a_new_account(stack, number) for number in range(CONNECTIONS)]
    port = urlsplit(stack.description["auth"]).port or 0
    figures = [(_sign_ins(port, requests), _bare_verifications()) for _ in range(ROUNDS)]
    return median(service for service, _ in figures), median(bare for _, bare in figures)


def _sign_in_of_a_new_account(stack: MeasuredStack, number: int) -> Request:
    body = json.dumps({"email": f"sign-in-{number}@example.com", "password": PASSWORD}).encode()
    headers = {"Content-Type": "application/json"}
    url = f"{stack.description['auth']}/auth/signup"
    with urllib.request.urlopen(urllib.request.Request(url, body, headers)):  # noqa: S310 - a stack on this machine
        return Request("POST", "/auth/login", headers, body)


def _sign_ins(port: int, requests: list[Request]) -> float:
    requests_per_second(port, *requests, connections=CONNECTIONS, seconds=1)
    return requests_per_second(port, *requests, connections=CONNECTIONS, seconds=SECONDS)


def _bare_verifications() -> float:
    folder = next(service.folder for service in known_services() if service.name == "auth")
    done = subprocess.run(  # noqa: S603 - a fixed command
        [str(folder / ".venv/bin/python"), "bare_argon2.py", str(SECONDS)],
        cwd=ROOT / "stack" / "benchmarks",
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return float(done.stdout)
