"""What a service measures of itself, in the few numbers that a person looks at first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SERVER_ERRORS = "5"


@dataclass(frozen=True)
class Measurements:
    """The numbers of one service.

    Attributes:
        version: the release that runs; empty where that is not known.
        answered: requests since the process began.
        failed: those of them that were answered with 5xx.
        seconds: since the process began; None where it does not say.
        waiting_requests: for a place to work with the database.
        connections: in use, of the pool for requests; None where it does not say.
        connections_limit: that the pool may have; likewise.
        waiting: what waits to be delivered or processed: name, how many, and the age of the oldest in seconds.
    """

    version: str
    answered: int
    failed: int
    seconds: float | None
    waiting_requests: int
    connections: int | None
    connections_limit: int | None
    waiting: tuple[tuple[str, int, float], ...]


def measurements_of(samples: Iterable[Mapping[str, Any]], *, now: float) -> Measurements:
    """Return the numbers of the samples of `GET /metrics/samples`.

    Args:
        samples: each with name, labels and value.
        now: seconds since the epoch.
    """
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for sample in samples:
        by_name.setdefault(sample["name"], []).append(sample)
    requests = by_name.get("http_requests_total", [])
    started = _first(by_name, "process_start_time_seconds")
    in_use, limit = (
        _first(by_name, "database_connections", pool="work", state="in_use"),
        _first(by_name, "database_connections_limit", pool="work"),
    )
    return Measurements(
        version=next((sample["labels"]["version"] for sample in by_name.get("app_info", [])), ""),
        answered=int(sum(sample["value"] for sample in requests)),
        failed=int(sum(s["value"] for s in requests if s["labels"]["status"].startswith(SERVER_ERRORS))),
        seconds=None if started is None else max(0.0, now - started),
        waiting_requests=int(_first(by_name, "admission_waiting") or 0),
        connections=None if in_use is None else int(in_use),
        connections_limit=None if limit is None else int(limit),
        waiting=tuple(_waiting(by_name)),
    )


def _waiting(by_name: Mapping[str, list[Mapping[str, Any]]]) -> Iterable[tuple[str, int, float]]:
    for sample in by_name.get("outbox_messages", []):
        outbox = sample["labels"]["outbox"]
        yield outbox, int(sample["value"]), _first(by_name, "outbox_oldest_message_age_seconds", outbox=outbox) or 0.0
    for sample in by_name.get("documents_waiting", []):
        yield "documents", int(sample["value"]), _first(by_name, "documents_oldest_waiting_seconds") or 0.0


def _first(by_name: Mapping[str, list[Mapping[str, Any]]], name: str, **labels: str) -> float | None:
    for sample in by_name.get(name, []):
        if labels.items() <= sample["labels"].items():
            return float(sample["value"])
    return None
