"""Evaluations: sets of questions, and the runs of each one as a table and a chart; administrators only."""

import asyncio
from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.requests import ClientDisconnect

from app.apis.choices import choices_of
from app.apis.signed_in import Apis
from app.evaluations import chart
from app.language import translated
from app.pages.deletion import delete_as_seen
from app.pages.failures import is_fragment
from app.pages.forms import Form, fields_of
from app.pages.handing_on import upload
from app.pages.rendering import fragment, page
from app.pages.signed_in import ApisDep, back

router = APIRouter(prefix="/knowledge/evaluations")

SETS_OF_A_PAGE = 50
RUNS_OF_A_PAGE = 20
QUESTIONS_OF_A_PAGE = 50
MODES = ("hybrid", "vector", "text")
_API = "/api/evaluations"


@router.get("")
async def evaluations(request: Request, apis: ApisDep, q: str = "", cursor: str = "") -> Response:
    """List the sets of questions."""
    found = await apis.get("admin", _API, q=q, cursor=cursor, limit=SETS_OF_A_PAGE)
    bases = await choices_of(apis, "bases", chosen=[one["knowledge_base_id"] for one in found["items"]])
    values = {"found": found, "q": q, "bases": bases, "new": Form({})}
    return page(request, "evaluations/evaluations.html", values)


@router.post("")
async def create(request: Request, apis: ApisDep) -> Response:
    """Hand a file of questions on."""
    try:
        made = (await upload(request, apis, _API)).json()
    except ClientDisconnect:  # the person left or cancelled
        return Response(status_code=HTTPStatus.NO_CONTENT)
    address = f"/knowledge/evaluations/{made['id']}"
    if is_fragment(request):
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


@router.get("/{evaluation_id}")
async def evaluation(
    request: Request, apis: ApisDep, evaluation_id: UUID, measure: str = "recall_at_5", cursor: str = ""
) -> Response:
    """Show a set of questions with its runs."""
    (found, etag), questions, runs = await asyncio.gather(
        apis.get_tagged("admin", f"{_API}/{evaluation_id}"),
        apis.get("admin", f"{_API}/{evaluation_id}/questions", cursor=cursor, limit=QUESTIONS_OF_A_PAGE),
        _runs(apis, evaluation_id, measure),
    )
    values = {"evaluation": found, "etag": etag, "questions": questions, "modes": MODES, "seen": "", **runs}
    return page(request, "evaluations/evaluation.html", values)


@router.get("/{evaluation_id}/news")
async def evaluation_news(
    request: Request, apis: ApisDep, evaluation_id: UUID, measure: str = "recall_at_5"
) -> Response:
    """Return the news of its runs."""
    return fragment(request, "evaluations/runs_news.html", await _runs(apis, evaluation_id, measure))


@router.post("/{evaluation_id}/runs")
async def start(request: Request, apis: ApisDep, evaluation_id: UUID) -> Response:
    """Measure now."""
    sent = await fields_of(request)
    modes = [mode for mode in MODES if sent.get(mode)]
    await apis.send("admin", "POST", f"{_API}/{evaluation_id}/runs", json={"modes": modes or list(MODES)})
    return back(apis, f"/knowledge/evaluations/{evaluation_id}", translated("The run has begun."))


@router.post("/{evaluation_id}/delete")
async def delete(request: Request, apis: ApisDep, evaluation_id: UUID) -> Response:
    """Delete it with its runs."""
    return await delete_as_seen(
        apis,
        f"{_API}/{evaluation_id}",
        await fields_of(request),
        page=f"/knowledge/evaluations/{evaluation_id}",
        then="/knowledge/evaluations",
        done=translated("The evaluation was deleted."),
    )


async def _runs(apis: Apis, evaluation_id: UUID, measure: str) -> dict[str, Any]:
    known = measure if measure in chart.MEASURES else chart.MEASURES[0]
    found = await apis.get("admin", f"{_API}/{evaluation_id}/runs", limit=RUNS_OF_A_PAGE)
    return {
        "evaluation_id": str(evaluation_id),
        "runs": found["items"],
        "measure": known,
        "measures": chart.MEASURES,
        "chart": chart.chart_of(found["items"], known),
        "sizes": {"width": chart.WIDTH, "height": chart.HEIGHT, "left": chart.LEFT},
    }
