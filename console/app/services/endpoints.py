"""The services page: what an operator looks at first when something is slow."""

import asyncio
import time
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.apis.problems import RefusedError, ServiceUnavailableError
from app.apis.signed_in import Apis
from app.pages.rendering import fragment, page
from app.pages.signed_in import ApisDep
from app.services.measurements import measurements_of

router = APIRouter(prefix="/services")


@router.get("")
async def services(request: Request, apis: ApisDep) -> Response:
    """Show every service."""
    return page(request, "services/page.html", {"services": await _every_service(apis), "seen": ""})


@router.get("/news")
async def news(request: Request, apis: ApisDep) -> Response:
    """Return the page's news."""
    return fragment(request, "services/news.html", {"services": await _every_service(apis)})


async def _every_service(apis: Apis) -> list[dict[str, Any]]:
    return await asyncio.gather(*(_service(apis, name) for name in apis.services))


async def _service(apis: Apis, name: str) -> dict[str, Any]:
    """Return what a service says of itself; what it does not say is None, and `away` why."""
    found: dict[str, Any] = {"name": name, "away": "", "measured": None, "releases": None}
    try:
        await apis.get(name, "/readyz")
        samples = (await apis.get(name, "/metrics/samples"))["samples"]
        found["measured"] = measurements_of(samples, now=time.time())
        found["releases"] = (await apis.get(name, "/migrations"))["releases"]
    except ServiceUnavailableError as error:
        found["away"] = error.reason
    except RefusedError as error:
        if error.status != HTTPStatus.FORBIDDEN:  # the rest is for administrators
            raise
    return found
