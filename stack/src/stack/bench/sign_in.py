"""Sign-ins, against the password hash that each of them verifies."""

import json
import subprocess
from statistics import median
from urllib.parse import urlsplit

from stack.bench.load import Request, requests_per_second
from stack.bench.running import MeasuredStack
from stack.paths import ROOT
from stack.services.service import SERVICES

# One account may have ten guesses under way: fewer than that, and enough to keep the cores busy.
CONNECTIONS = 6
ROUNDS = 3
SECONDS = 4.0


def compare_sign_ins(stack: MeasuredStack) -> tuple[float, float]:
    """Return sign-ins and bare verifications per second: medians of alternating rounds."""
    figures = [(_sign_ins(stack), _bare_verifications()) for _ in range(ROUNDS)]
    return median(service for service, _ in figures), median(bare for _, bare in figures)


def _sign_ins(stack: MeasuredStack) -> float:
    port = urlsplit(stack.description["auth"]).port or 0
    body = json.dumps(stack.description["administrator"]).encode()
    request = Request("POST", "/auth/login", {"Content-Type": "application/json"}, body)
    return requests_per_second(port, request, connections=CONNECTIONS, seconds=SECONDS)


def _bare_verifications() -> float:
    folder = next(service.folder for service in SERVICES if service.name == "auth")
    done = subprocess.run(  # noqa: S603 - a fixed command
        [str(folder / ".venv/bin/python"), "bare_argon2.py", str(SECONDS)],
        cwd=ROOT / "stack" / "benchmarks",
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return float(done.stdout)
