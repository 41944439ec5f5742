"""Searches of the documents that were measured before, one after another."""

import json
import random
import time
import urllib.parse
import urllib.request
from statistics import median

from stack.bench.document_files import question
from stack.bench.read import sign_in
from stack.bench.running import MeasuredStack

QUESTIONS = 100
_MILLISECONDS = 1000


def median_search(stack: MeasuredStack, mode: str) -> float:
    """Return the median time of a search in milliseconds.

    Args:
        stack: has the documents.
        mode: `hybrid`, `vector` or `text`.
    """
    chosen = random.Random(0)  # noqa: S311 - no secret
    token = sign_in(stack.description)
    times = []
    for _ in range(QUESTIONS):
        query = urllib.parse.urlencode({"q": question(chosen), "mode": mode})
        request = urllib.request.Request(  # noqa: S310 - a stack on this machine
            f"{stack.description['admin']}/api/search?{query}", headers={"Authorization": f"Bearer {token}"}
        )
        began = time.perf_counter()
        with urllib.request.urlopen(request) as response:  # noqa: S310 - likewise
            json.load(response)
        times.append(time.perf_counter() - began)
    return median(times) * _MILLISECONDS
