"""`/metrics/samples`: what `/metrics` says, for an administrator and a page instead of Prometheus.

There the reader is a machine with a token of its own, at a port of its own if METRICS_PORT says so; here it is an
account.
"""

from math import isfinite

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from pydantic import Field

from service_kit.http.schemas import ResponseModel
from service_kit.server.metrics import Metrics
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator

router = APIRouter(prefix="/metrics", tags=["health"], route_class=Route)
# As for `/metrics`: collectors may ask the database, and must not take the threads of requests.
_threads = CapacityLimiter(1)


class SampleOut(ResponseModel):
    """A value of a counter or a gauge."""

    name: str = Field(description="As `/metrics` has it; docs/reference/service-metrics.md lists them.")
    labels: dict[str, str]
    value: float


class SamplesOut(ResponseModel):
    """What the process measures now."""

    samples: list[SampleOut] = Field(description="Counters and gauges, without histograms.")


@router.get("/samples")
async def samples(_: Administrator, request: Request) -> SamplesOut:
    """Return the counters and gauges of this process; administrators only."""
    metrics: Metrics = request.app.state.metrics
    return SamplesOut(samples=await to_thread.run_sync(_read, metrics, limiter=_threads))


def _read(metrics: Metrics) -> list[SampleOut]:
    return [
        SampleOut(name=sample.name, labels=sample.labels, value=sample.value)
        for family in metrics.registry.collect()
        if family.type in {"counter", "gauge"}
        for sample in family.samples
        # JSON has no infinity: what is not known yet is left out.
        if not sample.name.endswith("_created") and isfinite(sample.value)
    ]
