"""`/healthz`, `/readyz` and `/metrics` of the console itself."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

router = APIRouter()


@router.get("/healthz")
@router.get("/readyz")
async def answers() -> Response:
    """Return 200: the console needs nothing else to say what is wrong with the rest."""
    return JSONResponse({"status": "ok"})


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Return the metrics of its requests."""
    exposition: Response = request.app.state.metrics.exposition()
    return exposition
