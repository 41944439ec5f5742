"""The databases page, and the page of each one."""

import asyncio
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.apis.problems import RefusedError, ServiceUnavailableError
from app.apis.signed_in import Apis
from app.pages.rendering import fragment, page
from app.pages.signed_in import ApisDep

router = APIRouter(prefix="/databases")

ATTEMPTS_OF_A_PAGE = 50


@router.get("")
async def databases(request: Request, apis: ApisDep) -> Response:
    """Show where every database is."""
    return page(request, "databases/page.html", {"databases": await _every_status(apis), "seen": ""})


@router.get("/news")
async def news(request: Request, apis: ApisDep) -> Response:
    """Return the page's news."""
    return fragment(request, "databases/news.html", {"databases": await _every_status(apis)})


@router.get("/{service}")
async def database(request: Request, apis: ApisDep, service: str, cursor: str = "") -> Response:
    """Show what was done to one database, newest first."""
    return page(request, "databases/database.html", {**await _of_database(apis, service, cursor), "seen": ""})


@router.get("/{service}/news")
async def database_news(request: Request, apis: ApisDep, service: str, cursor: str = "") -> Response:
    """Return its news."""
    return fragment(request, "databases/database_news.html", await _of_database(apis, service, cursor))


@router.get("/{service}/plan")
async def plan(request: Request, apis: ApisDep, service: str) -> Response:
    """Show what an upgrade by the release that runs would do now."""
    _check(apis, service)
    found = await apis.get(service, "/migrations/plan")
    return page(request, "databases/plan.html", {"service": service, "plan": found})


@router.get("/{service}/revisions/{revision}")
async def revision(request: Request, apis: ApisDep, service: str, revision: str) -> Response:
    """Show a revision: its SQL, the locks it takes, what the linter finds, and what was done with it.

    Of one that the running release does not have, such as that of a newer release whose start failed, only the history
    is known.
    """
    _check(apis, service)
    history = await apis.get(service, "/migrations/history", revision=revision, limit=ATTEMPTS_OF_A_PAGE)
    try:
        found = await apis.get(service, f"/migrations/revisions/{quote(revision, safe='')}")
    except RefusedError as error:
        if error.status != HTTPStatus.NOT_FOUND or not history["items"]:
            raise
        found = None
    values = {
        "service": service,
        "id": revision,
        "revision": found,
        "history": history,
        "longest_ms": _longest(history),
    }
    return page(request, "databases/revision.html", values)


def _check(apis: Apis, service: str) -> None:
    if service not in apis.services:
        raise RefusedError(service, HTTPStatus.NOT_FOUND)


def _longest(history: dict[str, Any]) -> int:
    return max((attempt["duration_ms"] or 0 for attempt in history["items"]), default=0)


async def _of_database(apis: Apis, service: str, cursor: str) -> dict[str, Any]:
    _check(apis, service)
    found, history = await asyncio.gather(
        _status(apis, service),
        apis.get(service, "/migrations/history", limit=ATTEMPTS_OF_A_PAGE, cursor=cursor),
    )
    return {"database": found, "history": history, "longest_ms": _longest(history), "cursor": cursor}


async def _every_status(apis: Apis) -> list[dict[str, Any]]:
    return await asyncio.gather(*(_status(apis, service) for service in apis.services))


async def _status(apis: Apis, service: str) -> dict[str, Any]:
    """Return what a service says of its database, or why it says nothing."""
    try:
        return {"name": service, "away": "", "status": await apis.get(service, "/migrations")}
    except ServiceUnavailableError as error:
        return {"name": service, "away": error.reason, "status": None}
