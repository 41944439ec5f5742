"""`/healthz` and `/readyz` of the console itself."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

router = APIRouter()


@router.get("/healthz")
@router.get("/readyz")
async def answers() -> Response:
    """Return 200: the console needs nothing else to say what is wrong with the rest."""
    return JSONResponse({"status": "ok"})
